"""Notes: one door in, one door out, each text bound to its place."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from audit.actions import Action
from cases.record.models import Basis, Case, Note, NoteVersion
from cases.record.refusals import EditedMeanwhile, EmptyText, IdTaken, NoAccess, ReasonMissing
from cases.record.services import add_note, amend_note, read_note
from cases.vault.services import Unreadable
from tests.cases.factories import actor_for, entries, let_in, make_case, make_note, make_user
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


def read(note: Note, name: str = "alice", number: int | None = None) -> str:
    """Read as somebody."""
    user = type(note.author).objects.get(username=name)
    return read_note(actor=actor_for(user), user=user, note=note, number=number)


def test_a_note_reads_as_it_was_written_and_is_stored_as_bytes_only(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice, "Mamman är orolig – sonen säger inget.")
    assert read(note) == "Mamman är orolig – sonen säger inget."
    assert b"Mamman" not in bytes(note.versions.get().body)


def test_every_read_is_recorded_with_its_basis_and_version(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    note = make_note(case, alice)
    let_in(bob, case, Basis.BREAK_GLASS, hours=3)
    read(note, "bob")
    (entry,) = entries(Action.NOTE_READ)
    assert (entry.actor_label, entry.subject_reference) == ("bob", note.reference)
    assert entry.facts == {"case": case.reference, "basis": "break_glass", "version": 1}


def test_a_read_stays_recorded_whatever_happens_to_the_text_afterwards(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice)
    NoteVersion.objects.filter(note=note).update(body=b"\x01" + bytes(80))
    with pytest.raises(Unreadable):
        read(note)
    assert len(entries(Action.NOTE_READ)) == 1
    with pytest.raises(RuntimeError), transaction.atomic():
        read(note)
    assert len(entries(Action.NOTE_READ)) == 1


def test_charlie_reads_adds_and_amends_nothing(case: Case) -> None:
    alice, charlie = case.opened_by, make_user("charlie")
    note = make_note(case, alice)
    act: dict[str, Any] = {"actor": actor_for(charlie), "user": charlie}
    with pytest.raises(NoAccess):
        read_note(**act, note=note)
    with pytest.raises(NoAccess):
        add_note(**act, case=case, text="mine")
    with pytest.raises(NoAccess):
        amend_note(**act, note=note, text="mine", reason="because", expected_version=1)
    assert Note.objects.count() == NoteVersion.objects.count() == 1
    assert not entries(Action.NOTE_READ)


def test_two_notes_texts_cannot_change_places(case: Case) -> None:
    alice = case.opened_by
    one, other = make_note(case, alice, "one"), make_note(case, alice, "other")
    bodies = {note.pk: bytes(note.versions.get().body) for note in (one, other)}
    NoteVersion.objects.filter(note=one).update(body=bodies[other.pk])
    NoteVersion.objects.filter(note=other).update(body=bodies[one.pk])
    for note in (one, other):
        with pytest.raises(Unreadable):
            read(note)


def test_an_older_version_cannot_take_the_newers_place(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice, "first")
    amend_note(
        actor=actor_for(alice), user=alice, note=note, text="second", reason="misheard", expected_version=1
    )
    older = note.versions.get(number=1)
    NoteVersion.objects.filter(note=note, number=2).update(body=older.body)
    note.refresh_from_db()
    with pytest.raises(Unreadable):
        read(note)
    assert read(note, number=1) == "first"


def test_a_reason_does_not_open_in_the_place_of_the_text(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice, "first")
    amend_note(
        actor=actor_for(alice), user=alice, note=note, text="second", reason="misheard", expected_version=1
    )
    version = note.versions.get(number=2)
    NoteVersion.objects.filter(pk=version.pk).update(body=version.reason)
    note.refresh_from_db()
    with pytest.raises(Unreadable):
        read(note)


def test_a_note_is_bound_to_the_key_of_its_case(case: Case) -> None:
    alice = case.opened_by
    note, other = make_note(case, alice), make_case(alice)
    NoteVersion.objects.filter(note=note).update(key=other.key)
    with pytest.raises(Unreadable):
        read(note)


def test_a_second_click_adds_nothing(case: Case) -> None:
    alice, bob, page = case.opened_by, make_user("bob"), uuid.uuid4()
    let_in(bob, case)
    press: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "case": case, "record": page}
    first = add_note(**press, text="once")
    assert add_note(**press, text="once") == first
    assert NoteVersion.objects.count() == 1
    assert len(entries(Action.NOTE_ADDED)) == 1
    with pytest.raises(IdTaken):
        add_note(actor=actor_for(bob), user=bob, case=case, text="once", record=page)


def test_an_amended_note_keeps_every_version_and_says_why(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice, "first")
    amended = amend_note(
        actor=actor_for(alice), user=alice, note=note, text="second", reason="misheard", expected_version=1
    )
    assert (amended.version, read(amended), read(amended, number=1)) == (2, "second", "first")
    (entry,) = entries(Action.NOTE_AMENDED)
    assert entry.facts["version"] == 2
    assert "misheard" not in str(entry.facts)


def test_two_who_amend_at_once_never_overwrite_each_other(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    note = make_note(case, alice, "first")
    let_in(bob, case)
    amend_note(actor=actor_for(bob), user=bob, note=note, text="bob's", reason="new", expected_version=1)
    with pytest.raises(EditedMeanwhile):
        amend_note(
            actor=actor_for(alice), user=alice, note=note, text="alice's", reason="new", expected_version=1
        )
    note.refresh_from_db()
    assert read(note) == "bob's"


def test_empty_texts_and_missing_reasons_are_refused(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice)
    act: dict[str, Any] = {"actor": actor_for(alice), "user": alice}
    with pytest.raises(EmptyText):
        add_note(**act, case=case, text=" \n ")
    with pytest.raises(EmptyText):
        amend_note(**act, note=note, text="", reason="because", expected_version=1)
    with pytest.raises(ReasonMissing):
        amend_note(**act, note=note, text="new", reason=" ", expected_version=1)
    note.refresh_from_db()
    assert (note.version, Note.objects.count()) == (1, 1)


def test_the_database_refuses_a_change_without_a_reason(case: Case) -> None:
    alice = case.opened_by
    note = make_note(case, alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteVersion.objects.filter(note=note).update(number=2)
