"""Keep every destruction beside the checkpoints too, where restoring a database does not undo it.

One JSON object a line, flushed to disk before the key is deleted. A line torn by a crash counts as not written: its key
was not yet deleted.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

FILE_NAME = "destructions.log"
LINE_BYTES = 600  # more than any line needs


@dataclass(frozen=True)
class Line:
    """A destroyed key, whose it was, and its two dates."""

    key_id: UUID
    owner_kind: str
    owner_id: UUID
    reason: str
    reference: str
    unreadable_running_at: datetime
    unreadable_everywhere_by: datetime


@dataclass(frozen=True)
class Log:
    """What the log says, and how many of its lines say nothing."""

    lines: list[Line]
    torn: int


def path() -> Path:
    """Say where the log is."""
    return settings.AUDIT_CHECKPOINT_DIR / FILE_NAME


def append(lines: Iterable[Line]) -> None:
    """Add lines, on disk when this returns; one writer at a time."""
    written = "".join(json.dumps(asdict(line), default=str) + "\n" for line in lines)
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b"
    ) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write((b"" if _ends_a_line(file.fileno()) else b"\n") + written.encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path().parent)


def read() -> Log:
    """Read the whole log; there may be none yet."""
    if not path().exists():
        return Log([], 0)
    with path().open("rb") as file:
        parsed = [_parse(raw) for raw in file if raw.strip()]
    lines = [line for line in parsed if line]
    return Log(lines, len(parsed) - len(lines))


def read_newest(count: int) -> list[Line]:
    """Read the last lines only, from the end of the file."""
    if not path().exists():
        return []
    with path().open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - count * LINE_BYTES))
        parsed = [_parse(raw) for raw in file]
    return [line for line in parsed if line][-count:]


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parse(raw: bytes) -> Line | None:
    try:
        return _line(raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _line(raw: bytes) -> Line:
    said = json.loads(raw)
    return Line(
        key_id=UUID(said["key_id"]),
        owner_kind=str(said["owner_kind"]),
        owner_id=UUID(said["owner_id"]),
        reason=str(said["reason"]),
        reference=str(said["reference"]),
        unreadable_running_at=datetime.fromisoformat(said["unreadable_running_at"]),
        unreadable_everywhere_by=datetime.fromisoformat(said["unreadable_everywhere_by"]),
    )


def _ends_a_line(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"
