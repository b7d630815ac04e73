"""What is typed is kept sealed for the one who types it, comes back to nobody else, and is gone once it is saved."""

import json
import re
import uuid
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from audit.actions import Action
from audit.context import system_actor
from cases.drafts.services import (
    LIVES,
    MOST_OF_ONE,
    NewerElsewhere,
    Place,
    TooManyDrafts,
    destroy_old_drafts,
    discard_draft,
    restore_draft,
    save_draft,
)
from cases.record.models import Case, Draft, Note
from cases.record.services import end_grant
from tests.cases.factories import (
    actor_for,
    ask,
    entries,
    let_in,
    make_case,
    make_note,
    make_user,
    signed_in,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SECRET = "Hon säger att brodern har packat"
BODY = json.dumps([["text", SECRET]])


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture(scope="module")
def window(world: World, opened: Case) -> Client:
    return world.make(lambda: signed_in(opened.opened_by))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(window: Client) -> Client:
    return copied(window)


def keep(client: Client, reference: str, *, version: int = 0, form: str = "note", body: str = BODY) -> int:
    answers = {"form": form, "reference": reference, "version": version, "body": body}
    return client.post("/drafts/save/", answers).status_code


def test_a_draft_is_sealed_comes_back_to_its_writer_and_is_gone_with_its_key_once_saved(
    alice: Client, case: Case
) -> None:
    place, add = (
        {"form": "note", "reference": case.reference},
        reverse("cases:note-add", args=[case.reference]),
    )
    told = alice.post("/drafts/save/", {**place, "version": 0, "body": BODY})
    assert re.fullmatch(r"Utkast sparat \d\d:\d\d", told.json()["said"])
    draft = Draft.objects.get()
    assert SECRET.encode() not in bytes(draft.body)
    assert (told.json()["version"], draft.body_version) == (1, 1)

    page = alice.get(add).content.decode()
    assert "data-draft-offered" in page
    assert SECRET not in page
    back = alice.post("/drafts/restore/", place).json()
    assert json.loads(back["body"]) == [["text", SECRET]]
    assert [entry.facts for entry in entries(Action.DRAFT_RESTORED)] == [{"form": "note"}]

    bob = signed_in(make_user("bob"))
    assert bob.post("/drafts/restore/", place).status_code == 404
    assert bob.post("/drafts/discard/", place).status_code == 200
    assert Draft.objects.exists()

    (record,) = re.findall(r'name="record" value="([0-9a-f-]{36})"', page)
    alice.post(add, {"text": SECRET, "record": record})
    assert (Note.objects.count(), Draft.objects.count()) == (1, 0)
    ordered = entries(Action.KEYS_ORDERED_DESTROYED)[-1]
    assert (ordered.subject_kind, ordered.facts["reason"]) == ("draft", "draft saved")
    assert "data-draft-offered" not in alice.get(add).content.decode()


def test_the_trail_says_once_that_a_draft_was_begun_and_two_windows_do_not_overwrite_each_other(
    alice: Client, case: Case
) -> None:
    user, place = case.opened_by, Place("note", case.reference)
    as_alice: dict[str, Any] = {"actor": actor_for(user), "user": user, "place": place}
    for version in range(3):
        save_draft(**as_alice, body=f"{SECRET} {version}", expected_version=version)
    assert len(entries(Action.DRAFT_BEGUN)) == 1
    with pytest.raises(NewerElsewhere):
        save_draft(**as_alice, body="the other window", expected_version=1)
    found = restore_draft(**as_alice)
    assert found is not None
    assert found[1] == f"{SECRET} 2"
    assert keep(alice, case.reference, version=1) == HTTPStatus.CONFLICT


def test_a_form_that_is_refused_keeps_its_draft_and_shows_what_was_sent(alice: Client, case: Case) -> None:
    note = make_note(case, case.opened_by, "first words")
    assert keep(alice, note.reference, form="note-amend") == HTTPStatus.OK
    url = reverse("cases:note-amend", args=[note.reference])
    page = alice.post(url, {"text": "sent words", "reason": "", "version": 1}).content.decode()
    assert "sent words" in page
    assert 'data-draft="note-amend"' in page
    assert "data-draft-offered" not in page
    assert Draft.objects.count() == 1
    alice.post(url, {"text": "sent words", "reason": "misheard", "version": 1})
    assert not Draft.objects.exists()


def test_a_draft_stays_shut_as_long_as_its_case_is_closed_to_its_writer(case: Case) -> None:
    bob, note = make_user("bob"), make_note(case, case.opened_by, "alice's words")
    grant, client = let_in(bob, case), signed_in(bob)
    places = [("note-amend", note.reference), ("note", case.reference)]
    for form, reference in places:
        assert keep(client, reference, form=form) == HTTPStatus.OK
    end_grant(actor=actor_for(bob), grant=grant)
    for form, reference in places:
        assert client.post("/drafts/restore/", {"form": form, "reference": reference}).status_code == 404
    assert [entry.subject_reference for entry in entries(Action.CASE_REFUSED)] == [r for _f, r in places]
    assert not entries(Action.DRAFT_RESTORED)
    let_in(bob, case)
    back = client.post("/drafts/restore/", {"form": "note-amend", "reference": note.reference})
    assert back.json()["body"] == BODY


def test_every_longer_form_keeps_a_draft_of_its_own_and_destroys_it_when_it_is_saved(
    alice: Client, case: Case
) -> None:
    bob, tomorrow = make_user("bob"), timezone.localdate() + timedelta(days=1)
    let_in(bob, case)
    look = ask(case, bob, case.opened_by)
    for form, page, reference, answers in (
        ("follow-up", "follow-up-add", case.reference, {"due_on": tomorrow, "text": SECRET}),
        ("hand-over", "hand-over", case.reference, {"colleague": bob.pk, "note": SECRET}),
        ("second-look", "second-look", case.reference, {"question": SECRET}),
        ("second-look-answer", "second-look-answer", look.reference, {"answer": SECRET}),
        ("contact-amend", "contact-amend", case.contacts.get().reference, {"summary": SECRET, "version": 2}),
    ):
        assert keep(alice, reference, form=form) == HTTPStatus.OK
        url = reverse(f"cases:{page}", args=[reference])
        shown = alice.post(url, {"keep_personal_data": "on"}).content.decode()
        assert f'data-draft="{form}"' in shown, form
        assert "data-draft-status" in shown, form
        assert Draft.objects.filter(form=form).exists(), form
        sent = alice.post(url, {**answers, "record": uuid.uuid4()})
        assert sent.status_code == HTTPStatus.FOUND, form
        assert not Draft.objects.exists(), form


def test_old_drafts_are_destroyed_and_discarding_destroys_at_once(case: Case) -> None:
    user = case.opened_by
    as_alice: dict[str, Any] = {"actor": actor_for(user), "user": user}
    for number, form in enumerate(("note", "follow-up", "referral")):
        save_draft(**as_alice, place=Place(form, case.reference), body=BODY, expected_version=0)
        at = timezone.now() - LIVES + timedelta(hours=1 - 2 * (number == 1))
        Draft.objects.filter(form=form).update(saved_at=at)
    assert destroy_old_drafts(actor=system_actor("drafts"), at=timezone.now()) == 1
    assert sorted(Draft.objects.values_list("form", flat=True)) == ["note", "referral"]
    assert discard_draft(**as_alice, place=Place("note", case.reference))
    assert not discard_draft(**as_alice, place=Place("note", case.reference))
    reasons = [entry.facts["reason"] for entry in entries(Action.KEYS_ORDERED_DESTROYED)]
    assert reasons[-2:] == ["draft too old", "draft discarded"]


def test_bounds_and_nonsense(alice: Client, case: Case) -> None:
    user = case.opened_by
    Draft.objects.bulk_create(
        Draft(user=user, form=f"form-{number}", key=case.key, body=b"sealed") for number in range(MOST_OF_ONE)
    )
    with pytest.raises(TooManyDrafts):
        save_draft(actor=actor_for(user), user=user, place=Place("note"), body=BODY, expected_version=0)
    for broken in ({}, {"form": "note", "version": 0}, {"form": "a b", "version": 0, "body": BODY}):
        assert alice.post("/drafts/save/", broken).status_code == HTTPStatus.BAD_REQUEST
    assert keep(alice, "", body="x" * 120_001) == HTTPStatus.BAD_REQUEST
    assert (
        restore_draft(actor=actor_for(user), user=user, place=Place("form-1")) is None
    )  # sealed for nothing
    for role in ("auditor", "administrator", "recipient"):
        stranger = signed_in(make_user(role, role))
        assert keep(stranger, case.reference) == HTTPStatus.FORBIDDEN
