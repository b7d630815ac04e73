"""Lets a transactional test act in another database role, and seal as the sequencer does."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.sequencer import SealResult, seal_pending


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Reconnect as another role; only where the test's data is committed."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


def seal() -> SealResult:
    """Make one pass of the sequencer, in its own role."""
    with as_role("hotline_sequencer"):
        return seal_pending()
