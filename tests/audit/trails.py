"""A sealed trail that every test of a module begins with: in the module's transaction, with its folder beside it."""

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.test import override_settings

from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_entries
from tests.audit.roles import as_role, seal
from tests.worlds import World


class Trail(NamedTuple):
    """Entries in the database, and what was signed of them outside."""

    entries: list[uuid.UUID]
    folder: Path

    def laid_out(self) -> list[uuid.UUID]:
        """Put what lies outside where this test looks for it, and give the entries."""
        shutil.copytree(self.folder, settings.AUDIT_CHECKPOINT_DIR)
        return list(self.entries)


def make_trail(world: World, folder: Path, maker: Callable[[], list[uuid.UUID]]) -> Trail:
    """Make a trail for a module, as the web role does; its session is the superuser's (`superuser_session`)."""

    def make() -> list[uuid.UUID]:
        with override_settings(AUDIT_CHECKPOINT_DIR=folder), as_role("hotline_web"):
            return maker()

    return Trail(world.make(make), folder)


def seal_five() -> list[uuid.UUID]:
    """Make five entries, sealed three and two at a time."""
    made = make_entries(3)
    seal()
    made += make_entries(2)
    seal()
    assert verify().result is Result.WHOLE
    return made
