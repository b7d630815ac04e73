"""Words inside one open case: found in the texts that hold them all, recorded first, kept nowhere."""

from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audit.actions import Action
from audit.models import Entry
from cases.record.models import Case, NoteVersion
from cases.record.refusals import EmptyText, NoAccess
from cases.record.services import amend_note
from cases.search import words
from cases.search.words import FoundWords, find_words
from tests.cases.factories import actor_for, entries, make_case, make_note, make_user
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice"), summary="Systern ringer om flaggorna."))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


def look_for(sought: str, user: User, case: Case) -> FoundWords:
    return find_words(actor=actor_for(user), user=user, case=case, words=sought)


def test_every_word_must_be_there_in_any_case_and_order(alice: User, case: Case) -> None:
    school, flags = (
        make_note(case, alice, "Skolan har SETT flaggor på väskan."),
        make_note(case, alice, "Han har slutat med fotbollen."),
    )
    found = look_for("FLAGGOR skolan", alice, case)
    assert (found.notes, found.contacts, found.searched) == ([school], [], 3)
    assert look_for("flagg", alice, case).contacts == [case.contacts.get()]
    assert look_for("har", alice, case).notes == [flags, school]
    assert look_for("skolan fotbollen", alice, case).notes == []
    for empty in ("", "  "):
        with pytest.raises(EmptyText):
            look_for(empty, alice, case)


def test_only_what_a_note_says_now_is_looked_through(alice: User, case: Case) -> None:
    note = make_note(case, alice, "skolan")
    amend_note(
        actor=actor_for(alice), user=alice, note=note, text="arbetet", reason="wrong", expected_version=1
    )
    assert look_for("skolan", alice, case).notes == []
    assert look_for("arbetet", alice, case).notes == [note]


def test_the_look_is_in_the_trail_before_a_text_is_opened_and_the_words_are_not(
    alice: User, case: Case
) -> None:
    make_note(case, alice, "Skolan har sett flaggor.")
    with (
        patch.object(words, "unseal_each", side_effect=RuntimeError("a text was opened")),
        pytest.raises(RuntimeError),
    ):
        look_for("flaggor", alice, case)
    (entry,) = entries(Action.CASE_TEXTS_SEARCHED)
    assert entry.subject_reference == case.reference
    assert entry.facts == {"basis": "owner", "notes": 1, "contacts": 1}
    assert not any("flaggor" in str(vars(each)) for each in Entry.objects.all())


def test_charlie_looks_through_nothing(alice: User, case: Case) -> None:
    make_note(case, alice, "skolan")
    with pytest.raises(NoAccess):
        look_for("skolan", make_user("charlie"), case)
    assert not entries(Action.CASE_TEXTS_SEARCHED)


def test_a_text_that_cannot_be_read_is_counted_and_the_others_are_found(alice: User, case: Case) -> None:
    bad, good = make_note(case, alice, "skolan ett"), make_note(case, alice, "skolan två")
    NoteVersion.objects.filter(note=bad).update(body=NoteVersion.objects.get(note=good).body)
    found = look_for("skolan", alice, case)
    assert (found.notes, found.unreadable) == ([good], 1)


def test_many_notes_cost_the_same_queries_as_one_and_there_is_an_end(
    alice: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_note(case, alice, "skolan")
    spent = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as main, CaptureQueriesContext(connections["keys"]) as keys:
            look_for("skolan", alice, case)
        spent.append((len(main), len(keys)))
        for _note in range(2):
            make_note(case, alice, "skolan")
    assert spent[0] == spent[1]
    monkeypatch.setattr(words, "MOST", 2)
    found = look_for("skolan", alice, case)
    assert (len(found.notes), found.is_cut) == (2, True)
