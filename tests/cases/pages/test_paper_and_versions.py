"""Paper, and what changed in a note: acts of their own in the trail, with nothing kept by the browser."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit.actions import Action
from cases.record.models import Case, Note
from cases.record.services import amend_note
from tests.cases.factories import (
    actor_for,
    entries,
    let_in,
    make_case,
    make_note,
    make_user,
    protect,
    signed_in,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CONTACT_TEXT = "She had found drawings in his room."


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


def make_amended_note() -> Note:
    alice = make_user("alice")
    note = make_note(make_case(alice, summary=CONTACT_TEXT), alice, "She calls tomorrow about <school>.")
    return amend_note(
        actor=actor_for(alice),
        user=alice,
        note=note,
        text="She calls on Friday about <school>.",
        reason="heard wrongly",
        expected_version=1,
    )


@pytest.fixture(scope="module")
def amended(world: World) -> Note:
    return world.make(make_amended_note)


@pytest.fixture(scope="module")
def window(world: World, amended: Note) -> Client:
    return world.make(lambda: signed_in(amended.case.opened_by))


@pytest.fixture
def note(amended: Note) -> Note:
    return copied(amended)


@pytest.fixture
def case(note: Note) -> Case:
    return note.case


@pytest.fixture
def client(window: Client) -> Client:
    return copied(window)


def test_what_changed_is_told_in_marks_words_and_why(client: Client, note: Note) -> None:
    address = reverse("cases:note-changes", args=[note.reference, 2])
    page = client.post(address)
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "heard wrongly" in text
    removed, added = text.split("<del>")[1].split("</del>")[0], text.split("<ins>")[1].split("</ins>")[0]
    assert "−</span>tomorrow" in removed
    assert "[borttaget:" in removed
    assert "+</span>on Friday" in added
    assert "[tillagt:" in added
    assert "&lt;school&gt;" in text
    (entry,) = entries(Action.NOTE_COMPARED)
    assert entry.facts == {"case": note.case.reference, "basis": "owner", "version": 2}


def test_there_is_nothing_before_the_first_version_and_nothing_after_the_last(
    client: Client, note: Note
) -> None:
    for number in (0, 1, 3):
        address = reverse("cases:note-changes", args=[note.reference, number])
        assert client.post(address).status_code == HTTPStatus.NOT_FOUND
    assert not entries(Action.NOTE_COMPARED)


def test_a_printed_note_says_who_printed_it_and_leaves_an_entry_of_its_own(
    client: Client, note: Note
) -> None:
    page = client.post(reverse("cases:note-print", args=[note.reference]))
    text = page.content.decode()
    assert "She calls on Friday" in text
    assert "Utskrivet av alice" in text
    assert "no-store" in page["Cache-Control"]
    (entry,) = entries(Action.NOTE_PRINTED)
    assert entry.facts == {"case": note.case.reference, "basis": "owner", "version": 2}
    assert not entries(Action.NOTE_READ)


def test_a_printed_case_has_its_texts_only_where_they_were_asked_for_each_with_its_entry(
    client: Client, case: Case, note: Note
) -> None:
    address = reverse("cases:print", args=[case.reference])
    summary = client.post(address).content.decode()
    assert "She calls on Friday" not in summary
    assert "Utskrivet av alice" in summary
    assert "<dd>alice</dd>" in summary
    assert CONTACT_TEXT not in summary
    assert not entries(Action.NOTE_PRINTED)
    assert not entries(Action.CONTACT_PRINTED)
    whole = client.post(address, {"texts": "1"}).content.decode()
    assert "She calls on Friday" in whole
    assert CONTACT_TEXT in whole
    printed = [(entry.facts["notes"], entry.facts["contacts"]) for entry in entries(Action.CASE_PRINTED)]
    assert printed == [(0, 0), (1, 1)]
    assert [entry.subject_reference for entry in entries(Action.NOTE_PRINTED)] == [note.reference]
    (of_contact,) = entries(Action.CONTACT_PRINTED)
    assert of_contact.subject_reference == case.contacts.get().reference
    assert of_contact.facts == {"case": case.reference, "basis": "owner"}


def test_the_place_of_a_protected_case_is_not_on_paper(client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(municipality="0180")
    address = reverse("cases:print", args=[case.reference])
    assert "Stockholm" in client.post(address).content.decode()
    protect(case, case.opened_by)
    assert "Stockholm" not in client.post(address).content.decode()


def test_charlie_prints_and_compares_nothing_and_a_look_is_never_a_get(case: Case, note: Note) -> None:
    charlie, bob = signed_in(make_user("charlie")), make_user("bob")
    let_in(bob, case)
    paths = [
        reverse("cases:note-print", args=[note.reference]),
        reverse("cases:note-changes", args=[note.reference, 2]),
        reverse("cases:print", args=[case.reference]),
    ]
    assert {charlie.post(path).status_code for path in paths} == {HTTPStatus.NOT_FOUND}
    assert {signed_in(bob).get(path).status_code for path in paths} == {HTTPStatus.METHOD_NOT_ALLOWED}
    printed = (Action.NOTE_PRINTED, Action.CASE_PRINTED, Action.NOTE_COMPARED)
    assert not any(entries(action) for action in printed)
