"""Lets a test act in another database role, and seal as the sequencer does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from audit.guards import TRIGGERS
from audit.sequencer import SealResult, seal_pending

SUPERUSER = "postgres"


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Act as another role: within the transaction where the session may, else in a session of its own."""
    if connection.settings_dict["USER"] != SUPERUSER:
        with reconnected_as(role):
            yield
        return
    before = _set_role(role)
    try:
        yield
    finally:
        _set_role(before)


@contextmanager
def reconnected_as(role: str) -> Iterator[None]:
    """Reconnect as another role; only where no transaction is open."""
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


def as_superuser(statement: str, values: Sequence[object] = ()) -> int:
    """Do what a dishonest administrator can, and count the rows."""
    with as_role(SUPERUSER), connection.cursor() as cursor:
        cursor.execute(statement, list(values))  # type: ignore[arg-type]
        return int(cursor.rowcount)


def tamper(statement: str, values: Sequence[object] = ()) -> int:
    """Run a statement past every trigger and foreign key, put the triggers back as they were, and count the rows."""
    with as_role(SUPERUSER), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {GUARDS_OFF}; SET session_replication_role = replica")
        cursor.execute(statement, list(values))  # type: ignore[arg-type]
        count = int(cursor.rowcount)
        cursor.execute(f"SET session_replication_role = origin; {GUARDS_ON}")
    return count


def _each_trigger(verb: str) -> str:
    changed = {table: ", ".join(f"{verb} TRIGGER {each}" for each in TRIGGERS[table]) for table in TRIGGERS}
    return "; ".join(f"ALTER TABLE {table} {changes}" for table, changes in changed.items())


GUARDS_OFF, GUARDS_ON = _each_trigger("DISABLE"), _each_trigger("ENABLE ALWAYS")


def _set_role(role: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = str(cursor.fetchone()[0])
        cursor.execute(f"SET ROLE {role}")
    return before
