"""Lets one sequencer seal at a time, and one loop run while others stand by.

The locks belong to a database session: AUDIT_DATABASE_URL must not lead through a pooler that shares sessions.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from audit.durable import make_folder

PASS_LOCK = 7_120_301
LOOP_LOCK = 7_120_302


@contextmanager
def one_pass_at_a_time(directory: Path) -> Iterator[None]:
    """Wait for the turn to seal, in the database and, should its session be lost meanwhile, among the files too."""
    make_folder(directory)
    with (directory / ".lock").open("w") as lock, _session_lock(PASS_LOCK):
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def try_to_lead() -> bool:
    """Take the lead among the loops, unless another has it; it falls free when this session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOOP_LOCK])
        return bool(cursor.fetchone() == (True,))


@contextmanager
def _session_lock(number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        _release(number)


def _release(number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    except (DatabaseError, InterfaceError):
        connection.close()  # the session is gone or unusable, and its locks with it
