"""A day's acts on the pages: write, open, amend, find by code, plan, close."""

import re
import uuid
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit.actions import Action
from cases.followups.models import FollowUp
from cases.record.models import Case, Note, NoteVersion
from cases.record.services import open_case, read_note
from tests.cases.factories import (
    actor_for,
    entries,
    make_case,
    make_contact,
    make_follow_up,
    make_note,
    make_user,
    signed_in,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice"), summary="secret summary"))


@pytest.fixture(scope="module")
def window(world: World, opened: Case) -> Client:
    return world.make(lambda: signed_in(opened.opened_by))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def client(window: Client) -> Client:
    return copied(window)


def post(client: Client, name: str, reference: str, **answers: object) -> tuple[int, str]:
    """Send a form; give status and text."""
    response = client.post(reverse(f"cases:{name}", args=[reference]), answers)
    return response.status_code, response.content.decode()


def test_a_note_is_written_once_however_often_it_is_sent(client: Client, case: Case) -> None:
    page = client.get(reverse("cases:note-add", args=[case.reference])).content.decode()
    (record,) = re.findall(r'name="record" value="([0-9a-f-]{36})"', page)
    for _click in range(2):
        status, _text = post(client, "note-add", case.reference, text="came back", record=record)
        assert status == HTTPStatus.FOUND
    note = Note.objects.get()
    assert str(note.pk) == record
    assert read_note(actor=actor_for(case.opened_by), user=case.opened_by, note=note) == "came back"


def test_personal_data_is_warned_of_and_saved_only_on_purpose(client: Client, case: Case) -> None:
    answers = {"text": "Han heter inte så, men 19811218-9876 är hans nummer.", "record": uuid.uuid4()}
    status, text = post(client, "note-add", case.reference, **answers)
    assert status == HTTPStatus.OK
    assert "personnummer" in text
    assert 'type="checkbox" name="keep_personal_data"' in text
    assert not Note.objects.exists()
    status, _text = post(client, "note-add", case.reference, **answers, keep_personal_data="on")
    assert (status, Note.objects.count()) == (HTTPStatus.FOUND, 1)


def test_a_case_page_shows_its_notes_closed(client: Client, case: Case) -> None:
    note = make_note(case, case.opened_by, "secret note")
    text = client.get(reverse("cases:detail", args=[case.reference])).content.decode()
    assert note.reference in text
    assert "secret" not in text
    assert not entries(Action.NOTE_READ)
    assert [entry.facts for entry in entries(Action.CASE_VIEWED)] == [{"basis": "owner"}]


def test_a_note_opens_as_a_fragment_or_as_a_page(client: Client, case: Case) -> None:
    url = reverse("cases:note-read", args=[make_note(case, case.opened_by, "<b>secret</b> note").reference])
    fragment = client.post(url, headers=FRAGMENT).content.decode()
    assert "&lt;b&gt;secret&lt;/b&gt; note" in fragment
    assert "<html" not in fragment
    assert "<html" in client.post(url).content.decode()


def test_a_note_is_amended_from_its_text_with_a_reason(client: Client, case: Case) -> None:
    note = make_note(case, case.opened_by, "first words")
    assert "first words" in post(client, "note-start-amending", note.reference)[1]
    status, text = post(client, "note-amend", note.reference, text="other words", reason="", version=1)
    assert status == HTTPStatus.OK
    assert "other words" in text
    status, _text = post(
        client, "note-amend", note.reference, text="other words", reason="misheard", version=1
    )
    assert status == HTTPStatus.FOUND
    note.refresh_from_db()
    assert note.version == 2


def test_who_was_slower_keeps_the_text_and_is_told(client: Client, case: Case) -> None:
    note = make_note(case, case.opened_by)
    post(client, "note-amend", note.reference, text="bob's", reason="new", version=1)
    status, text = post(client, "note-amend", note.reference, text="my long text", reason="new", version=1)
    assert status == HTTPStatus.OK
    assert "Någon annan har ändrat" in text
    assert "my long text" in text


def test_a_contact_becomes_a_case_and_the_code_is_shown_once_and_kept_nowhere(
    client: Client, case: Case
) -> None:
    contact = make_contact(case.opened_by, summary="called again")
    page = client.get(reverse("cases:contact", args=[contact.reference])).content.decode()
    (record,) = re.findall(r'name="record" value="([0-9a-f-]{36})"', page)
    status, text = post(client, "case-open", contact.reference, record=record)
    (code,) = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", text)
    assert status == HTTPStatus.OK
    assert code not in str(dict(client.session))
    detail = reverse("cases:detail", args=[Case.objects.get(pk=record).reference])
    assert code not in client.get(detail).content.decode()


def test_a_further_contact_is_attached_from_its_page(client: Client, case: Case) -> None:
    contact = make_contact(case.opened_by)
    post(client, "contact-attach", contact.reference, case=case.reference)
    contact.refresh_from_db()
    assert contact.case == case


def test_a_contacts_texts_open_by_post(client: Client, case: Case) -> None:
    contact = case.contacts.get()
    page = client.get(reverse("cases:contact", args=[contact.reference])).content.decode()
    assert "Stödsamtal" in page
    assert "secret" not in page
    response = client.post(reverse("cases:contact-read", args=[contact.reference]), headers=FRAGMENT)
    assert "secret summary" in response.content.decode()


def test_a_stated_code_leads_to_its_case_and_a_wrong_one_says_what_to_do(client: Client, case: Case) -> None:
    bob = signed_in(make_user("bob"))
    alice = case.opened_by
    opened = open_case(actor=actor_for(alice), user=alice, contact=make_contact(alice))
    url = reverse("cases:find")
    found = bob.post(url, {"code": opened.caller_code.lower()})
    assert found.headers["Location"] == reverse("cases:detail", args=[opened.case.reference])
    assert bob.get(found.headers["Location"]).status_code == HTTPStatus.OK
    assert "ett tecken i taget" in bob.post(url, {"code": "hello"}).content.decode()
    client.post(reverse("cases:code-revoke", args=[opened.case.reference]))
    assert "Inget ärende har den koden" in bob.post(url, {"code": opened.caller_code}).content.decode()


def test_a_new_code_is_shown_and_a_closed_case_gets_none(client: Client, case: Case) -> None:
    _status, text = post(client, "code-reissue", case.reference)
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", text)
    post(client, "closing-request", case.reference, outcome="unchanged")
    post(client, "close", case.reference)
    assert post(client, "code-reissue", case.reference)[0] == HTTPStatus.FOUND


def test_a_case_is_closed_in_two_steps_and_reopened(client: Client, case: Case) -> None:
    steps: list[tuple[str, dict[str, object], str]] = [
        ("wait", {"until": timezone.localdate()}, "waiting"),
        ("resume", {}, "open"),
        ("closing-request", {"outcome": "support_in_place"}, "closing_requested"),
        ("close", {}, "closed"),
        ("reopen", {"reason": "she called again"}, "reopened"),
    ]
    for name, answers, state in steps:
        post(client, name, case.reference, **answers)
        case.refresh_from_db()
        assert case.state == state


def test_what_keeps_a_case_open_is_told_on_its_page(client: Client, case: Case) -> None:
    follow_up = make_follow_up(case, case.opened_by)
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on="2020-01-01")
    post(client, "closing-request", case.reference, outcome="unchanged")
    response = client.post(reverse("cases:close", args=[case.reference]), follow=True)
    assert "En uppföljning är försenad" in response.content.decode()


def test_a_follow_up_is_planned_moved_and_done(client: Client, case: Case) -> None:
    today = timezone.localdate()
    record = uuid.uuid4()
    post(client, "follow-up-add", case.reference, due_on=today, text="secret plan", record=record)
    follow_up = FollowUp.objects.get(pk=record)
    read = client.post(reverse("cases:follow-up-read", args=[follow_up.reference]), headers=FRAGMENT)
    assert "secret plan" in read.content.decode()
    post(client, "follow-up-move", follow_up.reference, due_on="2999-01-01", version=1)
    successor = FollowUp.objects.get(moved_from=follow_up)
    post(client, "follow-up-done", successor.reference, version=1)
    successor.refresh_from_db()
    assert (successor.state, str(successor.due_on)) == ("done", "2999-01-01")


def test_the_municipality_is_chosen_in_the_order_of_the_alphabet(client: Client, case: Case) -> None:
    page = client.get(reverse("cases:municipality", args=[case.reference])).content.decode()
    skane = [page.index(f">{name}</option>") for name in ("Ystad", "Åstorp", "Ängelholm", "Örkelljunga")]
    assert skane == sorted(skane)
    post(client, "municipality", case.reference, municipality="1292", version=1)
    case.refresh_from_db()
    assert case.municipality_id == "1292"


def test_a_text_that_no_longer_opens_says_so_and_the_look_is_recorded(client: Client, case: Case) -> None:
    one, other = make_note(case, case.opened_by, "secret one"), make_note(case, case.opened_by)
    NoteVersion.objects.filter(note=one).update(body=other.versions.get().body)
    url = reverse("cases:note-read", args=[one.reference])
    page, fragment = client.post(url), client.post(url, headers=FRAGMENT)
    assert (page.status_code, fragment.status_code) == (HTTPStatus.GONE, HTTPStatus.OK)
    assert "går inte längre att öppna" in page.content.decode()
    assert "går inte längre att öppna" in fragment.content.decode()
    assert len(entries(Action.NOTE_READ)) == 2
