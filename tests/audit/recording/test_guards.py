"""What the database itself refuses."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit import guards
from tests.audit.factories import make_entries
from tests.audit.roles import SUPERUSER, as_role, as_superuser, seal

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]

TABLES = list(guards.TRIGGERS)
FIRST_COLUMN = {
    "audit_entry": "action",
    "audit_leaf": "generation",
    "audit_checkpoint": "note",
    "audit_pending": "entry_id",
}


def attempts(table: str) -> list[str]:
    column = FIRST_COLUMN[table]
    return [
        f"UPDATE {table} SET {column} = {column}",  # noqa: S608 - fixed names
        f"DELETE FROM {table}",  # noqa: S608 - fixed names
        f"TRUNCATE {table} CASCADE",
    ]


@pytest.mark.parametrize("role", ["hotline_web", "hotline_sequencer"])
def test_no_role_of_a_process_can_change_or_remove(role: str) -> None:
    make_entries(1)
    seal()
    make_entries(1)

    with as_role(role):
        for table in TABLES:
            for attempt in attempts(table):
                if (role, attempt) != ("hotline_sequencer", "DELETE FROM audit_pending"):
                    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                        connection.cursor().execute(attempt)


@pytest.mark.parametrize("role", ["hotline_owner", SUPERUSER])
def test_not_even_the_owner_or_a_superuser_gets_past_the_triggers(role: str) -> None:
    make_entries(1)
    as_superuser("SET CONSTRAINTS ALL IMMEDIATE")

    with as_role(role):
        for table in TABLES:
            for attempt in attempts(table):
                with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                    connection.cursor().execute(attempt)


def test_triggers_fire_for_replicated_changes_too() -> None:
    make_entries(1)
    as_superuser("SET LOCAL session_replication_role = replica")

    with as_role(SUPERUSER), pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_entry")


def test_the_web_role_can_neither_seal_nor_sign() -> None:
    for table in ("audit_leaf", "audit_checkpoint"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608 - fixed names


def test_the_sequencer_cannot_record() -> None:
    with as_role("hotline_sequencer"):
        for table in ("audit_entry", "audit_pending"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(f"INSERT INTO {table} SELECT * FROM {table}")  # noqa: S608 - fixed names


def test_as_migrated_all_guards_stand() -> None:
    assert list(guards.gaps()) == []


WEAKENED = {
    "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only": "audit_entry_append_only",
    "ALTER TABLE audit_leaf ENABLE TRIGGER audit_leaf_append_only": "audit_leaf_append_only",
    "DROP TRIGGER audit_pending_sealed_only ON audit_pending": "audit_pending_sealed_only",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'": "audit_checkpoint_append_only",
    "GRANT UPDATE ON audit_entry TO hotline_web": "hotline_web may UPDATE",
    "GRANT UPDATE (note) ON audit_checkpoint TO hotline_web": "hotline_web may UPDATE",
    "GRANT DELETE ON audit_leaf TO PUBLIC": "hotline_web may DELETE",
    "GRANT TRUNCATE ON audit_checkpoint TO hotline_sequencer": "hotline_sequencer may TRUNCATE",
    "GRANT INSERT ON audit_leaf TO hotline_web": "hotline_web may INSERT",
}


def test_each_weakened_guard_is_named() -> None:
    for weakening, told in WEAKENED.items():
        before = list(guards.gaps())
        as_superuser(weakening)

        new = [gap.what for gap in guards.gaps() if gap not in before]

        assert any(told in what for what in new), weakening


def test_a_role_that_may_act_as_the_owner_is_named() -> None:
    as_superuser("GRANT hotline_owner TO hotline_sequencer WITH INHERIT FALSE")

    assert any("hotline_sequencer may act as the owner" in gap.what for gap in guards.gaps())
