"""Every page of the room: who passes, who learns nothing, and what is recorded."""

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from audit.actions import Action
from cases.record.history import history_of
from cases.record.models import Case, CaseState, LifeKind
from cases.record.services.life import note_turn
from cases.urls import urlpatterns
from tests.cases.factories import (
    ask,
    entries,
    hand_over,
    let_in,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

OF_CASE = [
    ("detail", "get"),
    ("note-add", "get"),
    ("note-add", "post"),
    ("follow-up-add", "get"),
    ("follow-up-add", "post"),
    ("municipality", "get"),
    ("municipality", "post"),
    ("wait", "get"),
    ("wait", "post"),
    ("print", "post"),
    ("resume", "post"),
    ("closing-request", "get"),
    ("closing-request", "post"),
    ("close", "post"),
    ("reopen", "get"),
    ("reopen", "post"),
    ("hand-over", "get"),
    ("hand-over", "post"),
    ("second-look", "get"),
    ("second-look", "post"),
    ("co-worker-add", "get"),
    ("co-worker-add", "post"),
    ("co-worker-remove", "post"),
    ("merge", "get"),
    ("merge", "post"),
    ("code-reissue", "post"),
    ("code-revoke", "post"),
    ("protect", "post"),
    ("unprotect", "get"),
    ("unprotect", "post"),
    ("flag-set", "get"),
    ("flag-set", "post"),
    ("flag-lift", "post"),
    ("words", "post"),
]
OF_CONTACT = [
    ("contact", "get"),
    ("contact-read", "post"),
    ("contact-start-amending", "post"),
    ("contact-amend", "post"),
    ("case-open", "post"),
    ("contact-attach", "post"),
]
OF_NOTE = [
    ("note-read", "post"),
    ("note-start-amending", "post"),
    ("note-amend", "post"),
    ("note-print", "post"),
]
OF_FOLLOW_UP = [
    ("follow-up-read", "post"),
    ("follow-up-done", "post"),
    ("follow-up-move", "get"),
    ("follow-up-move", "post"),
    ("follow-up-cancel", "post"),
]
OF_HAND_OVER = [
    ("hand-over-read", "post"),
    ("hand-over-acknowledge", "post"),
    ("hand-over-decline", "post"),
    ("hand-over-withdraw", "post"),
]
OF_SECOND_LOOK = [
    ("second-look-read", "post"),
    ("second-look-take", "post"),
    ("second-look-give-back", "post"),
    ("second-look-answer", "post"),
    ("second-look-withdraw", "post"),
]
OF_MERGED = [("merge-undo", "post")]
OF_TURN = [("reason-read", "post")]
LISTS = [
    ("list", "get"),
    ("find", "get"),
    ("find", "post"),
    ("follow-ups", "get"),
    ("waiting", "get"),
    ("my-day", "get"),
    ("notice-seen", "post"),
]
# These have tests of their own: test_closed_doors.py and test_searching.py.
OF_OPENING = [("emergency-read", "post"), ("emergency-review", "post"), ("emergency-leave", "post")]
DOORS = [
    ("search", "get"),
    ("search", "post"),
    ("go", "post"),
    ("door", "post"),
    ("door-open", "post"),
    ("emergencies", "get"),
]
OF_COLLEAGUES = [*OF_HAND_OVER, *OF_SECOND_LOOK]
OF_THINGS = [*OF_CASE, *OF_CONTACT, *OF_NOTE, *OF_FOLLOW_UP, *OF_COLLEAGUES, *OF_MERGED, *OF_TURN]
PAGES = [*OF_THINGS, *OF_OPENING, *DOORS, *LISTS]
READS_ONLY_BY_POST = (
    "note-read",
    "note-start-amending",
    "contact-read",
    "contact-start-amending",
    "follow-up-read",
    "hand-over-read",
    "second-look-read",
    "reason-read",
)


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


@pytest.fixture
def address() -> Callable[[str], str]:
    """Give each page's address on things that alice owns."""
    alice = make_user("alice")
    case = make_case(alice, summary="secret summary")
    note, follow_up = make_note(case, alice, "secret note"), make_follow_up(case, alice, text="secret plan")
    carol = make_user("carol")
    offer, look = (
        hand_over(case, alice, carol, "secret hand-over"),
        ask(case, alice, carol, "secret question"),
    )
    turn = note_turn(case, LifeKind.RESUMED, by=alice, reason="secret reason")
    pages: list[tuple[list[tuple[str, str]], list[object]]] = [
        (OF_CASE, [case.reference]),
        (OF_CONTACT, [case.contacts.get().reference]),
        (OF_NOTE, [note.reference]),
        (OF_FOLLOW_UP, [follow_up.reference]),
        (OF_HAND_OVER, [offer.reference]),
        (OF_SECOND_LOOK, [look.reference]),
        (OF_MERGED, [case.reference]),
        (OF_TURN, [case.reference, turn.pk]),
        (OF_OPENING, [uuid.uuid4()]),
        ([("notice-seen", "post")], [uuid.uuid4()]),
    ]
    things = {name: what for of_this, what in pages for name, _method in of_this}
    return lambda name: reverse(f"cases:{name}", args=things.get(name, []))


def visit(client: Client, method: str, url: str) -> tuple[int, str]:
    """Ask for a page; give status and text."""
    response = client.get(url) if method == "get" else client.post(url, {"version": 1})
    return response.status_code, response.content.decode()


def test_these_are_all_the_pages_of_the_room() -> None:
    """What administrators and supervisors keep, drafts and a note's versions have tests of their own."""
    names = {str(pattern.name) for pattern in urlpatterns}
    elsewhere = ("values", "draft", "note-template", "note-changes", "without-owner", "give")
    assert {name for name in names if not name.startswith(elsewhere)} == {name for name, _method in PAGES}


def test_a_stranger_to_the_house_is_sent_to_sign_in(address: Callable[[str], str]) -> None:
    for name, method in PAGES:
        status, text = visit(Client(), method, address(name))
        assert (name, status) == (name, HTTPStatus.FOUND)
        assert "secret" not in text


@pytest.mark.parametrize("role", ["recipient", "auditor", "administrator"])
def test_roles_that_do_not_work_cases_are_refused_and_recorded(
    role: str, address: Callable[[str], str]
) -> None:
    client = signed_in(make_user("dora", role))
    for name, method in PAGES:
        status, text = visit(client, method, address(name))
        assert (name, status) == (name, HTTPStatus.FORBIDDEN)
        assert "secret" not in text
    refused = [
        entry.subject_reference for entry in entries(Action.ACCESS_REFUSED) if entry.actor_label == "dora"
    ]
    assert refused == [f"cases:{name}" for name, _method in PAGES]


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_charlie_gets_the_page_of_what_does_not_exist_and_every_try_is_recorded(
    role: str, address: Callable[[str], str]
) -> None:
    client = signed_in(make_user("charlie", role))
    tried = OF_THINGS
    for name, method in tried:
        url = address(name)
        there, text = visit(client, method, url)
        nowhere, _text = visit(client, method, re.sub(r"/[AKNUVG]-\w{6}/", "/X-222222/", url))
        assert (name, there, nowhere) == (name, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
        assert "secret" not in text
    assert [entry.actor_label for entry in entries(Action.CASE_REFUSED)] == ["charlie"] * len(tried)
    case = Case.objects.get()
    assert (case.state, case.version, case.flags.count()) == (CaseState.OPEN, 1, 0)
    assert not history_of(case).exclude(history_user=case.opened_by).exists()


@pytest.mark.parametrize(("name", "method"), [*OF_CASE, *OF_NOTE, *OF_FOLLOW_UP, *OF_COLLEAGUES, *OF_TURN])
def test_a_colleague_who_was_let_in_passes_as_the_owner_does(
    name: str, method: str, address: Callable[[str], str]
) -> None:
    url, bob = address(name), make_user("bob")
    let_in(bob, Case.objects.get())
    status, _text = visit(signed_in(bob), method, url)
    assert status in {HTTPStatus.OK, HTTPStatus.FOUND}
    assert not entries(Action.CASE_REFUSED)


def test_no_page_may_be_kept_by_a_cache(address: Callable[[str], str]) -> None:
    client = signed_in(Case.objects.get().opened_by)
    for name, method in PAGES:
        url = address(name)
        response = client.get(url) if method == "get" else client.post(url, {"version": 1})
        assert response.status_code != HTTPStatus.OK or "no-store" in response.headers["Cache-Control"], name


@pytest.mark.parametrize("name", READS_ONLY_BY_POST)
def test_a_text_opens_by_post_only_so_that_nothing_is_read_by_prefetching(
    name: str, address: Callable[[str], str]
) -> None:
    url = address(name)
    client = signed_in(Case.objects.get().opened_by)
    assert client.get(url).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    reads = (
        *(Action.NOTE_READ, Action.CONTACT_READ, Action.FOLLOW_UP_READ),
        *(Action.HAND_OVER_READ, Action.SECOND_LOOK_READ, Action.LIFE_REASON_READ),
    )
    assert not any(entries(action) for action in reads)
    assert "secret" in client.post(url).content.decode()
    assert sum(len(entries(action)) for action in reads) == 1


def test_a_colleague_cannot_open_or_attach_a_contact_that_has_no_case() -> None:
    alice, bob = make_user("alice"), make_user("bob")
    contact = make_contact(alice, summary="secret summary")
    client = signed_in(bob)
    for name, method in OF_CONTACT:
        status, text = visit(client, method, reverse(f"cases:{name}", args=[contact.reference]))
        assert status == HTTPStatus.NOT_FOUND
        assert "secret" not in text
