"""What a dishonest administrator with a superuser's rights does to the trail in tests."""

from collections.abc import Sequence

from audit.guards import TRIGGERS
from tests.conftest import Cursor


def tamper(cursor: Cursor, statement: str, values: Sequence[object] = ()) -> int:
    """Run a statement past every trigger and foreign key, put the triggers back as they were, and count rows."""
    _each_trigger(cursor, "DISABLE")
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(statement, list(values))
    count = cursor.rowcount
    cursor.execute("SET session_replication_role = origin")
    _each_trigger(cursor, "ENABLE ALWAYS")
    return count


def _each_trigger(cursor: Cursor, verb: str) -> None:
    for table, triggers in TRIGGERS.items():
        for trigger in triggers:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {trigger}")
