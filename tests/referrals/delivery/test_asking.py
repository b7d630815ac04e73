"""Re-verification: asked by letter in good time, confirmed signed in, else telephoned; silence and bounces count."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from cases.coded.models import Municipality
from referrals.clock.moment import clock_at
from referrals.clock.working_days import local_day
from referrals.delivery import asking
from referrals.delivery.mail import deliver_letter
from referrals.delivery.models import Letter, LetterKind
from referrals.delivery.undelivered import report_bounce
from referrals.directory.models import ContactKind, ContactPoint, VerifiedHow
from referrals.directory.queries import to_telephone
from referrals.directory.standing import Doubt, Standing
from referrals.directory.verify import doubt_contact_point, note_asked, verify_contact_point
from referrals.referral.overdue import expire_overdue
from referrals.referral.services import send_referral
from referrals.routing.rules import route
from tests.referrals.factories import (
    ALE,
    CLOCK,
    make_case,
    make_national,
    make_point,
    make_recipient,
    make_user,
    propose,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def ago(days: int) -> dict[str, Any]:
    return {"last_verified_at": timezone.now() - timedelta(days=days)}


def answered(**fields: Any) -> ContactPoint:
    point = make_point(**fields)
    make_recipient(f"of {point.reference}", point)
    return point


def test_only_those_whose_verification_grows_old_are_asked_and_only_once() -> None:
    old, nobody = answered(function="Old", **ago(160)), make_point(function="Nobody", **ago(160))
    answered(function="Fresh", **ago(100))
    answered(function="Never", last_verified_at=None)
    doubt_contact_point(
        actor=CLOCK, contact_point=answered(function="Bounces", **ago(160)), doubt=Doubt.BOUNCED
    )
    note_asked(actor=CLOCK, contact_point=answered(function="Silent", **ago(160)))
    assert asking.ask_all_due(actor=CLOCK) == 1
    assert asking.ask_all_due(actor=CLOCK) == 0
    letter = Letter.objects.get()
    assert (letter.kind, letter.contact_point, letter.reference) == (LetterKind.CONFIRM, old, old.reference)
    old.refresh_from_db()
    assert old.asked_at is not None
    assert Entry.objects.filter(action="directory:contact_point:asked").count() == 2
    with pytest.raises(asking.NobodySignsIn):
        asking.ask_to_confirm(actor=CLOCK, contact_point=nobody)
    to_call = set(to_telephone(local_day()).values_list("function", flat=True))
    assert to_call == {"Nobody", "Never", "Bounces"}
    nobody.refresh_from_db()
    assert (nobody.standing(local_day()), nobody.asked_at) == (Standing.VERIFIED, None)


def test_a_round_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "A_NIGHT", 2)
    for number in range(3):
        answered(function=str(number), **ago(170))
    assert [asking.ask_all_due(actor=CLOCK) for _night in range(3)] == [2, 1, 0]


def test_the_link_leads_to_a_page_on_which_the_signed_in_recipient_confirms() -> None:
    point = make_point(**ago(170))
    user = make_recipient("rita", point)
    asking.ask_all_due(actor=CLOCK)
    assert deliver_letter(letter_id=Letter.objects.get().pk)
    sent = mail.outbox[0]
    path = reverse("referrals:portal-function", args=[point.reference])
    assert path in str(sent.body)
    assert point.reference in sent.subject
    client = Client()
    assert client.get(path).status_code == 302
    client.force_login(user)
    assert client.get(path).status_code == 200
    verify_contact_point(actor=CLOCK, user=user, contact_point=point, how=VerifiedHow.BY_LINK)
    point.refresh_from_db()
    assert point.standing(local_day()) == Standing.VERIFIED
    assert asking.ask_all_due(actor=CLOCK) == 0


def test_silence_and_bounces_make_stale_and_nothing_is_routed_there_silently() -> None:
    own = answered(**ago(160))
    fallback = make_point(kind=ContactKind.COORDINATION)
    make_national()
    ale = Municipality.objects.get(pk=ALE)
    asking.ask_all_due(actor=CLOCK)
    own.refresh_from_db()
    assert route(municipality=ale, on=local_day()).contact_point == own
    with clock_at(timezone.now() + timedelta(days=15)):
        assert own.standing(local_day()) == Standing.SILENT
        assert route(municipality=ale, on=local_day()).contact_point == fallback
    letter = Letter.objects.get()
    deliver_letter(letter_id=letter.pk)
    report_bounce(actor=CLOCK, letter=letter)
    own.refresh_from_db()
    assert own.standing(local_day()) == Standing.BOUNCED
    assert route(municipality=ale, on=local_day()).contact_point == fallback


def test_a_function_that_never_opens_a_referral_is_not_sent_the_next_one_silently() -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    send_referral(actor=CLOCK, user=alice, referral=propose(alice, make_case(alice), point))
    for days in (7, 14):
        later = timezone.now() + timedelta(days=days)
        with clock_at(later):
            expire_overdue(actor=CLOCK, now=later)
    point.refresh_from_db()
    assert point.standing(local_day()) == Standing.SILENT
    assert Entry.objects.get(action="directory:contact_point:doubted").facts == {"doubt": "silent"}
