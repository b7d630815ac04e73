"""Logging a conversation: from a call or by hand, in the order it goes, in the case whose code the caller states."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.actions import Action
from cases.coded.models import CodedValue
from cases.coded.services import retire_value
from cases.record.models import Case, Contact, Draft
from cases.record.services import open_case
from hotline.calls.models import Call
from hotline.desk.log import ONE_PRESS_KINDS
from hotline.lines.models import Line
from tests.cases.factories import actor_for, entries, make_contact
from tests.hotline.factories import answered, make_counsellor

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = "/desk/contacts/new/"
FRAGMENT = {"HX-Request": "true"}


def by_hand(**changed: object) -> dict[str, object]:
    """Fill in the form about an e-mail of an hour ago."""
    begun_at = timezone.localtime() - timedelta(hours=1)
    form = {"channel": "email", "begun_at": begun_at.strftime("%Y-%m-%dT%H:%M"), "kind": "counselling"}
    return form | changed


def test_an_e_mail_is_logged_by_hand_once_with_how_and_when_and_its_draft_is_destroyed(
    alice: Client, alices_user: User
) -> None:
    alice.post("/drafts/save/", {"form": "contact", "version": 0, "body": '[["summary", "hon skriver"]]'})
    page = alice.get(NEW).content.decode()
    (contact_id,) = re.findall(r'name="contact" value="([0-9a-f-]{36})"', page)
    assert "data-draft-offered" in page
    for _press in range(2):
        answer = alice.post(NEW, by_hand(contact=contact_id, summary="hon skriver", ideology_mixed="assumed"))
        assert answer.status_code == 302
    contact = Contact.objects.get()
    assert (str(contact.pk), contact.channel, contact.logged_by) == (contact_id, "email", alices_user)
    assert timedelta(minutes=59) < timezone.now() - contact.begun_at < timedelta(minutes=62)
    assert contact.ideology_notes.get().basis.code == "assumed"
    assert not Call.objects.exists()
    assert not Draft.objects.exists()


def test_a_conversation_by_hand_has_begun_and_says_how_it_was_held(alice: Client) -> None:
    ahead = (timezone.localtime() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    for wrong, said in (
        ({"begun_at": ahead}, "Tiden ligger framåt"),
        ({"channel": "pigeon"}, "Hur ni talades vid"),
        ({"risk_level": "high"}, "risk"),
    ):
        answer = alice.post(NEW, by_hand(**wrong))
        assert answer.status_code == 200, wrong
        assert said in answer.content.decode().split("ds-error-summary", 1)[1][:1500], wrong
    assert not Contact.objects.exists()


def test_the_form_asks_of_danger_first_and_of_what_was_seen_before_what_is_thought(
    alice: Client, line: Line
) -> None:
    for page in (alice.get(NEW), alice.get(f"/desk/calls/{answered().reference}/")):
        text = page.content.decode()
        order = ("acute_danger", "kind", "concerns", "summary", "risk_level", "actions", "ideology_mixed")
        places = [re.search(rf'<\w+ [^>]*name="{name}"', text[text.index("log-form") :]) for name in order]
        starts = [place.start() for place in places if place]
        assert starts == sorted(starts)
        assert len(starts) == len(order)
        assert "112" in text


def test_every_kind_of_one_press_keeps_its_key_when_another_is_retired(
    alice: Client, alices_user: User, line: Line
) -> None:
    path = f"/desk/calls/{answered().reference}/"
    before = keys_on(alice.get(path).content.decode())
    assert before == dict(zip(ONE_PRESS_KINDS, "1234567890", strict=True))
    assert {"wrong_number", "silent", "test", "media", "prank"} <= set(before)
    retire_value(actor=actor_for(alices_user), value=CodedValue.objects.get(pk="contact_kind:silent"))
    del before["silent"]
    assert keys_on(alice.get(path).content.decode()) == before


def keys_on(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="kind" value="(\w+)"><button [^>]*data-shortcut="(\d)"', page))


def test_a_code_said_among_other_words_opens_its_case_beside_the_form_and_the_contact_joins_it(
    alice: Client,
) -> None:
    bob = make_counsellor("bob", "+46846500402")
    opened = open_case(actor=actor_for(bob), user=bob, contact=make_contact(bob))
    said = f"koden är {opened.caller_code.lower().replace('-', ' ')}, säger hon"
    for wrong in ("ingen kod", opened.caller_code[:-1]):
        shown = alice.post("/desk/recognise/", {"code": wrong}, headers=FRAGMENT).content.decode()
        assert "ingen ärendekod" in shown or "inte en ärendekod" in shown
    assert not entries(Action.CODE_STATED)

    shown = alice.post("/desk/recognise/", {"code": said}, headers=FRAGMENT).content.decode()
    assert opened.case.reference in shown
    assert "<html" not in shown
    (case,) = re.findall(r'name="case" value="([A-Z0-9-]+)" form="log-form"', shown)
    alice.post(NEW, by_hand(contact=uuid.uuid4(), case=case))
    assert Contact.objects.get(channel="email").case == opened.case
    assert len(entries(Action.CODE_STATED)) == 1

    other = open_case(actor=actor_for(bob), user=bob, contact=make_contact(bob)).case
    alice.post(NEW, by_hand(channel="visit", case=other.reference))
    assert Contact.objects.get(channel="visit").case is None
    plain = alice.post("/desk/recognise/", {"code": said})
    assert plain.headers["Location"] == f"/cases/{opened.case.reference}/"
    assert Case.objects.count() == 2
