"""Whatever a superuser does to the trail is named, with the first entry concerned."""

import json
import uuid

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from audit.encoding import entry_mac
from audit.models import Checkpoint, Entry, Leaf
from audit.verification.findings import Kind, Result, Verdict
from audit.verification.run import verify
from tests.audit.factories import make_entries
from tests.audit.roles import as_superuser, seal, tamper
from tests.audit.trails import Trail, make_trail, seal_five
from tests.worlds import World

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


@pytest.fixture(scope="module")
def trail(superuser_session: None, world: World, tmp_path_factory: pytest.TempPathFactory) -> Trail:
    return make_trail(world, tmp_path_factory.mktemp("trail") / "checkpoints", seal_five)


@pytest.fixture
def entries(trail: Trail, any_role: None) -> list[uuid.UUID]:
    return trail.laid_out()


def assert_named(verdict: Verdict, kind: Kind, *, index: int | None, entry: uuid.UUID | None) -> None:
    assert verdict.result is Result.TAMPERED
    assert verdict.first is not None
    assert (verdict.first.kind, verdict.first.index, verdict.first.entry) == (kind, index, entry), (
        verdict.first
    )


CHANGES = [
    "at = at + interval '1 microsecond'",
    "action = 'trail:entries:searched'",
    "actor_label = 'bob'",
    "actor_role = 'supervisor'",
    "request_id = 'another'",
    "subject_kind = 'call'",
    "subject_reference = 'A-999999'",
    """facts = '{"basis": "owner", "times": 4, "late": false}'""",
    """facts = '{"basis": "owner", "times": 3.0, "late": false}'""",
    """facts = '{"basis": "owner", "times": true, "late": false}'""",
    """facts = '{"basis": "owner", "times": 3}'""",
    """facts = '{"basis": "owner", "times": 3, "late": false, "more": 1}'""",
    "facts = '[]'",
    "facts = '3'",
    "facts = 'null'",
    "encoding = 2",
    "mac = sha256(mac)",
]


def test_a_changed_entry_is_named_whichever_fact_it_was(entries: list[uuid.UUID]) -> None:
    for change in CHANGES:
        with transaction.atomic():
            assert change_entry(change, entries[1]) == 1

            assert_named(verify(), Kind.CHANGED, index=1, entry=entries[1])

            transaction.set_rollback(True)
    assert verify().result is Result.WHOLE


def test_a_changed_identity_is_named_at_its_place(entries: list[uuid.UUID]) -> None:
    tamper("UPDATE audit_entry SET id = %s WHERE id = %s", [uuid.uuid4(), entries[1]])

    assert_named(verify(), Kind.MISSING, index=1, entry=entries[1])


def test_a_change_that_is_carried_through_to_the_leaf_is_named(entries: list[uuid.UUID]) -> None:
    tamper("UPDATE audit_entry SET actor_label = 'bob' WHERE id = %s", [entries[1]])
    forged = Entry.objects.get(id=entries[1]).leaf_hash()
    tamper("UPDATE audit_leaf SET hash = %s WHERE index = 1", [forged])

    assert_named(verify(), Kind.CHANGED, index=1, entry=entries[1])


def test_a_deleted_entry_is_named(entries: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_entry WHERE id = %s", [entries[2]])

    assert_named(verify(), Kind.MISSING, index=2, entry=entries[2])


def test_an_entry_deleted_with_its_leaf_leaves_a_gap_that_is_named(entries: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 2")
    tamper("DELETE FROM audit_entry WHERE id = %s", [entries[2]])

    assert_named(verify(), Kind.MISSING, index=2, entry=None)


def test_a_gap_closed_by_renumbering_is_named(entries: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 1")
    tamper("DELETE FROM audit_entry WHERE id = %s", [entries[1]])
    for index in (2, 3, 4):
        tamper("UPDATE audit_leaf SET index = %s WHERE index = %s", [index - 1, index])

    assert_named(verify(), Kind.MOVED, index=1, entry=entries[2])


def test_a_deleted_leaf_is_named_with_its_entry(entries: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 4")

    assert_named(verify(), Kind.MISSING, index=4, entry=entries[4])


def test_an_entry_inserted_without_the_queue_is_named(entries: list[uuid.UUID]) -> None:
    inserted = uuid.uuid4()
    copy_entry(entries[0], inserted)

    assert_named(verify(), Kind.EXTRA, index=None, entry=inserted)


def test_an_entry_inserted_into_the_queue_is_named_before_and_after_sealing(entries: list[uuid.UUID]) -> None:
    inserted = uuid.uuid4()
    copy_entry(entries[0], inserted)
    tamper("INSERT INTO audit_pending VALUES (%s)", [inserted])
    assert_named(verify(), Kind.CHANGED, index=None, entry=inserted)

    seal()

    assert_named(verify(), Kind.EXTRA, index=5, entry=inserted)


def test_an_entry_inserted_as_a_leaf_is_named(entries: list[uuid.UUID]) -> None:
    inserted = uuid.uuid4()
    copy_entry(entries[0], inserted)
    hashed = Entry.objects.get(id=inserted).leaf_hash()
    tamper("INSERT INTO audit_leaf VALUES (5, 1, %s, %s)", [hashed, inserted])

    assert_named(verify(), Kind.EXTRA, index=5, entry=inserted)


def test_an_entry_put_in_anothers_place_is_named_even_with_a_good_mac(entries: list[uuid.UUID]) -> None:
    inserted = uuid.uuid4()
    copy_entry(entries[0], inserted)
    entry = Entry.objects.get(id=inserted)
    mac = entry_mac(entry.encoded(), key=settings.AUDIT_MAC_KEY_BYTES)
    tamper("UPDATE audit_entry SET mac = %s WHERE id = %s", [mac, inserted])
    entry.refresh_from_db()
    tamper(
        "UPDATE audit_leaf SET entry_id = %s, hash = %s WHERE index = 1",
        [inserted, entry.leaf_hash()],
    )

    assert_named(verify(), Kind.EXTRA, index=1, entry=inserted)


def test_two_entries_that_changed_places_are_named(entries: list[uuid.UUID]) -> None:
    rows = {leaf.index: leaf for leaf in Leaf.objects.filter(index__in=[1, 3])}
    tamper("DELETE FROM audit_leaf WHERE index IN (1, 3)")
    for index, other in ((1, 3), (3, 1)):
        values = [index, bytes(rows[other].hash), rows[other].entry_id]
        tamper("INSERT INTO audit_leaf VALUES (%s, 1, %s, %s)", values)

    verdict = verify()

    assert_named(verdict, Kind.MOVED, index=1, entry=entries[3])
    assert verdict.first is not None
    assert "sealed at 3" in verdict.first.detail


def test_a_changed_leaf_is_named(entries: list[uuid.UUID]) -> None:
    tamper("UPDATE audit_leaf SET hash = sha256(hash) WHERE index = 2")

    verdict = verify()

    assert_named(verdict, Kind.CHANGED, index=2, entry=entries[2])
    assert verdict.first is not None
    assert "its leaf was changed" in verdict.first.detail


def test_a_waiting_entry_that_was_changed_is_named(entries: list[uuid.UUID]) -> None:
    (waiting,) = make_entries(1)
    tamper("UPDATE audit_entry SET actor_label = 'bob' WHERE id = %s", [waiting])

    assert_named(verify(), Kind.CHANGED, index=None, entry=waiting)


def test_a_waiting_entry_that_was_deleted_is_named(entries: list[uuid.UUID]) -> None:
    (waiting,) = make_entries(1)
    tamper("DELETE FROM audit_entry WHERE id = %s", [waiting])

    assert_named(verify(), Kind.MISSING, index=None, entry=waiting)


def test_an_entry_taken_out_of_the_queue_is_named(entries: list[uuid.UUID]) -> None:
    (waiting,) = make_entries(1)
    tamper("DELETE FROM audit_pending WHERE entry_id = %s", [waiting])

    assert_named(verify(), Kind.MISSING, index=None, entry=waiting)


@pytest.mark.parametrize("change", ["root = sha256(root)", "note = note || ' '"])
def test_a_changed_copy_of_a_checkpoint_is_named(entries: list[uuid.UUID], change: str) -> None:
    tamper(f"UPDATE audit_checkpoint SET {change} WHERE size = 3")  # noqa: S608 - fixed texts

    verdict = verify()

    assert_named(verdict, Kind.CHANGED, index=None, entry=None)
    assert "1/3" in str(verdict.first)


def test_a_deleted_copy_of_a_checkpoint_is_named(entries: list[uuid.UUID]) -> None:
    tamper("DELETE FROM audit_checkpoint WHERE size = 3")

    assert_named(verify(), Kind.MISSING, index=None, entry=None)


def test_an_invented_copy_of_a_checkpoint_is_named(entries: list[uuid.UUID]) -> None:
    row = Checkpoint.objects.get(size=3)
    values = [uuid.uuid4(), bytes(row.root), row.note]
    tamper("INSERT INTO audit_checkpoint VALUES (%s, 1, 4, %s, %s, now())", values)

    assert_named(verify(), Kind.EXTRA, index=None, entry=None)


def test_a_disabled_trigger_is_named(entries: list[uuid.UUID]) -> None:
    as_superuser("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")

    assert_named(verify(), Kind.UNGUARDED, index=None, entry=None)


def test_the_command_names_the_first_and_exits_with_one(
    entries: list[uuid.UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(
        "UPDATE audit_entry SET actor_label = 'bob' WHERE id IN (%s, %s)",
        [entries[3], entries[1]],
    )

    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")

    assert ended.value.code == 1
    assert capsys.readouterr().out.startswith(f"changed entry {entries[1]} at 1: ")


def test_the_command_gives_the_verdict_as_json_only(
    entries: list[uuid.UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit", "--json")
    assert json.loads(capsys.readouterr().out)["result"] == "whole"
    tamper("DELETE FROM audit_entry WHERE id = %s", [entries[2]])

    with pytest.raises(SystemExit):
        call_command("verify_audit", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["result"] == "tampered"
    assert told["findings"][0]["entry"] == str(entries[2])


def change_entry(change: str, identity: uuid.UUID) -> int:
    statement = f"UPDATE audit_entry SET {change} WHERE id = %s"  # noqa: S608 - fixed texts
    return tamper(statement, [identity])


def copy_entry(source: uuid.UUID, identity: uuid.UUID) -> None:
    statement = (
        "INSERT INTO audit_entry SELECT %s, at, action, actor_label, actor_role, request_id, subject_kind,"
        " subject_reference, facts, encoding, mac FROM audit_entry WHERE id = %s"
    )
    assert tamper(statement, [identity, source]) == 1
