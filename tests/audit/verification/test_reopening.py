"""After a restore the trail is shorter than what was signed, and two persons let it go on."""

import io
import sys
import uuid

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.actions import Action
from audit.external import ExternalLog
from audit.models import Entry, Leaf
from audit.reopening import (
    ReasonNeeded,
    RemainderAltered,
    TwoPersonsNeeded,
    reopen_trail,
)
from audit.sequencer import TrailShorter
from audit.verification.findings import Result
from audit.verification.run import verify
from tests.audit.factories import make_entries, make_person
from tests.audit.roles import seal, tamper
from tests.audit.trails import Trail, make_trail, seal_five
from tests.worlds import World

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


def restore(*, leaves: int) -> None:
    """Put the database back to when it had this many leaves, as a restored backup does."""
    tamper("DELETE FROM audit_pending")
    lost = "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE index >= %s)"
    tamper(lost, [leaves])
    tamper("DELETE FROM audit_entry WHERE NOT EXISTS (SELECT FROM audit_leaf WHERE entry_id = id)")
    tamper("DELETE FROM audit_leaf WHERE index >= %s", [leaves])
    tamper("DELETE FROM audit_checkpoint WHERE size > %s", [leaves])


def seal_five_and_restore_three() -> list[uuid.UUID]:
    made = seal_five()
    restore(leaves=3)
    return made[:3]


@pytest.fixture(scope="module")
def trail(superuser_session: None, world: World, tmp_path_factory: pytest.TempPathFactory) -> Trail:
    return make_trail(world, tmp_path_factory.mktemp("trail") / "checkpoints", seal_five_and_restore_three)


@pytest.fixture
def restored(trail: Trail, any_role: None) -> None:
    """Five entries were sealed and signed; a backup brought back the first three."""
    trail.laid_out()


def test_a_restored_trail_is_told_from_a_tampered_one(
    restored: None, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = verify()

    assert (verdict.result, verdict.sealed_until, verdict.signed_until) == (Result.SHORTER, 3, 5)
    assert verdict.findings == []
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 3
    assert "sealed until 3, signed until 5" in capsys.readouterr().out


def test_two_persons_let_the_trail_go_on_and_no_index_is_used_twice(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "administrator")
    make_entries(1)
    with pytest.raises(TrailShorter):
        seal()

    asked = reopen_trail(first=alice, second=bob, reason="The disk failed; backup of yesterday.")
    result = seal()

    assert (result.generation, result.size) == (2, 2)
    assert list(Leaf.objects.order_by("index").values_list("index", "generation")) == [
        (0, 1), (1, 1), (2, 1), (5, 2), (6, 2),
    ]  # fmt: skip
    first = Leaf.objects.get(index=5).entry
    assert first.id == asked
    old = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, 1).newest()
    assert old is not None
    assert first.facts["old_root"] == old.root.hex()
    assert (first.facts["old_size"], first.facts["kept_until"], first.facts["first_index"]) == (5, 3, 5)
    assert (first.actor_label, first.facts["second_person"]) == ("alice", "bob")
    verdict = verify()
    assert (verdict.result, verdict.findings) == (Result.WHOLE, [])


def test_a_second_restore_may_lose_the_first_reopening_too(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")
    reopen_trail(first=alice, second=bob, reason="The disk failed.")
    seal()
    make_entries(1)
    seal()
    restore(leaves=2)
    assert verify().result is Result.SHORTER

    reopen_trail(first=bob, second=alice, reason="It failed again.")

    assert (seal().generation, Leaf.objects.order_by("-index")[0].index) == (3, 7)
    assert verify().result is Result.WHOLE


def test_entries_lost_after_the_reopening_are_not_covered_by_it(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")
    reopen_trail(first=alice, second=bob, reason="The disk failed.")
    seal()
    tamper(
        "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_leaf WHERE index = 2)",
    )
    tamper("DELETE FROM audit_leaf WHERE index = 2")

    assert verify().result is Result.TAMPERED


def test_it_takes_two_different_persons_with_the_role(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "counsellor")
    gone = make_person("charlie", "auditor")
    gone.is_active = False
    gone.save()

    for first, second in [(alice, alice), (alice, bob), (bob, alice), (alice, gone)]:
        with pytest.raises(TwoPersonsNeeded):
            reopen_trail(first=first, second=second, reason="The disk failed.")
    assert not Entry.objects.filter(action=Action.TRAIL_REOPENED).exists()


def test_it_takes_a_reason(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")

    with pytest.raises(ReasonNeeded):
        reopen_trail(first=alice, second=bob, reason="  ")


def test_a_remainder_that_was_altered_is_not_reopened(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")
    tamper("UPDATE audit_leaf SET hash = sha256(hash) WHERE index = 1")

    with pytest.raises(RemainderAltered):
        reopen_trail(first=alice, second=bob, reason="The disk failed.")


def test_a_request_that_the_application_did_not_write_is_not_followed(restored: None) -> None:
    alice, bob = make_person("alice", "auditor"), make_person("bob", "auditor")
    asked = reopen_trail(first=alice, second=bob, reason="The disk failed.")
    tamper("UPDATE audit_entry SET mac = sha256(mac) WHERE id = %s", [asked])

    with pytest.raises(TrailShorter):
        seal()


def test_the_command_identifies_both_by_their_passwords(
    restored: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_person("alice", "auditor")
    make_person("bob", "administrator")
    arguments = ["reopen_audit", "--first", "alice", "--second", "bob", "--reason", "The disk failed."]

    monkeypatch.setattr(sys, "stdin", io.StringIO("alices password\nalices password\n"))
    with pytest.raises(CommandError, match="bob could not be identified"):
        call_command(*arguments)
    assert not Entry.objects.filter(action=Action.TRAIL_REOPENED).exists()

    monkeypatch.setattr(sys, "stdin", io.StringIO("alices password\nbobs password\n"))
    call_command(*arguments)

    assert str(Entry.objects.get(action=Action.TRAIL_REOPENED).id) in capsys.readouterr().out
