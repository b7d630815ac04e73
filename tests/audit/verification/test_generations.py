"""A leaf is held against what was signed at its index, whatever generation it says it is of."""

import uuid

import pytest

from audit.models import Entry
from audit.sequencer import HeadNotReproduced
from audit.verification.findings import Kind, Result
from audit.verification.run import verify
from tests.audit.factories import make_entries
from tests.audit.roles import seal, tamper

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("any_role")]


@pytest.fixture
def entries(any_role: None) -> list[uuid.UUID]:
    """Four sealed entries."""
    made = make_entries(4)
    seal()
    assert verify().result is Result.WHOLE
    return made


def test_a_leaf_moved_to_a_generation_that_was_never_signed_is_named(entries: list[uuid.UUID]) -> None:
    tamper("UPDATE audit_leaf SET generation = 2 WHERE index = 3")

    verdict = verify()

    assert verdict.result is Result.TAMPERED
    assert verdict.first is not None
    assert (verdict.first.kind, verdict.first.index) == (Kind.MOVED, 3)


def test_an_entry_replaced_under_cover_of_an_unsigned_generation_is_named(entries: list[uuid.UUID]) -> None:
    (waiting,) = make_entries(1)
    tamper("DELETE FROM audit_pending WHERE entry_id = %s", [waiting])
    hashed = Entry.objects.get(id=waiting).leaf_hash()
    tamper(
        "UPDATE audit_leaf SET generation = 2, entry_id = %s, hash = %s WHERE index = 3", [waiting, hashed]
    )
    tamper("DELETE FROM audit_entry WHERE id = %s", [entries[3]])

    verdict = verify()

    assert verdict.result is Result.TAMPERED
    assert verdict.first is not None
    assert (verdict.first.index, verdict.first.entry) == (3, waiting)


def test_new_leaves_may_not_begin_a_generation_by_themselves(entries: list[uuid.UUID]) -> None:
    (waiting,) = make_entries(1)
    tamper("DELETE FROM audit_pending WHERE entry_id = %s", [waiting])
    hashed = Entry.objects.get(id=waiting).leaf_hash()
    tamper("INSERT INTO audit_leaf VALUES (4, 2, %s, %s)", [hashed, waiting])

    verdict = verify()

    assert verdict.result is Result.TAMPERED
    assert verdict.first is not None
    assert verdict.first.index == 4


def test_nothing_is_sealed_over_a_generation_that_nobody_asked_for(entries: list[uuid.UUID]) -> None:
    tamper("UPDATE audit_leaf SET generation = 2 WHERE index = 3")
    make_entries(1)

    with pytest.raises(HeadNotReproduced):
        seal()
