"""Remember beside the checkpoints, where no restore reaches, which databases were last reconciled."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from cases.vault.destruction_log import sync_folder
from cases.vault.models import KEYS

MARK_NAME = "reconciled.json"
IDENTITY = """
SELECT system_identifier::text || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
FROM pg_control_system()
"""


@dataclass(frozen=True)
class Mark:
    """Which databases were reconciled last, and the latest time at which one of them may have been restored."""

    databases: dict[str, str]
    reconciled_at: datetime
    restored_at: datetime


def identities() -> dict[str, str]:
    """Identify both databases: another cluster or a database made anew has another identity."""
    found = {}
    for alias in ("default", KEYS):
        with connections[alias].cursor() as cursor:
            cursor.execute(IDENTITY)
            (found[alias],) = cursor.fetchone()
    return found


def read_mark() -> Mark | None:
    """Read the mark beside the checkpoints; None where there is none that can be read."""
    try:
        said = json.loads(_mark_path().read_bytes())
        return Mark(
            databases=dict(said["databases"]),
            reconciled_at=datetime.fromisoformat(said["reconciled_at"]),
            restored_at=datetime.fromisoformat(said["restored_at"]),
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_mark(*, restored: bool) -> None:
    """Replace the mark; an unknown past counts as a restore, so that sweeping waits."""
    now, before, databases = timezone.now(), read_mark(), identities()
    is_same = before is not None and before.databases == databases and not restored
    restored_at = before.restored_at if before and is_same else now
    said = {"databases": databases, "reconciled_at": now.isoformat(), "restored_at": restored_at.isoformat()}
    path = _mark_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.{os.getpid()}")
    with making.open("w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
    sync_folder(path.parent)


def _mark_path() -> Path:
    return settings.AUDIT_CHECKPOINT_DIR / MARK_NAME
