"""Whoever owns the case now has its referrals in their day and is told of them, whoever made them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.notices.models import Notice
from cases.rehoming.services import leave_cases
from hotline.calls.models import CallBack
from hotline.calls.my_day import claimed_by
from referrals.clock.working_days import local_day
from referrals.referral.models import Referral
from referrals.referral.parties import responsible_for
from referrals.referral.states import MoveKind, Party, State
from referrals.referral.telling import tell
from referrals.staff.my_day import mine
from tests.hotline.calls.work import asked_for
from tests.hotline.factories import make_line
from tests.referrals.factories import actor_for, make_case, make_point, make_user, propose

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_referral_goes_with_its_case() -> None:
    alice, bob, sam = (make_user(name, role) for name, role in PEOPLE)
    referral = propose(alice, make_case(alice), make_point())
    now = timezone.now()
    waits = {"next_actor": Party.COUNSELLOR, "due_on": local_day() - timedelta(days=1)}
    Referral.objects.filter(pk=referral.pk).update(**waits)
    referral.refresh_from_db()
    assert [(each.reference, each.is_late) for each in mine(alice, now)] == [(referral.reference, True)]
    assert not list(mine(bob, now))
    assert responsible_for(referral) == [alice]
    leave_cases(actor=actor_for(sam), user=sam, person=alice, to=bob)
    assert not list(mine(alice, now))
    assert [each.reference for each in mine(bob, now)] == [referral.reference]
    tell(referral, kind=MoveKind.ACCEPT, before=State.OPENED, by=None)
    assert [each.user for each in Notice.objects.filter(reference=referral.reference)] == [bob]
    leave_cases(actor=actor_for(sam), user=sam, person=bob)
    assert responsible_for(referral) == [sam]


def test_a_claimed_call_back_stands_in_the_day_of_whoever_claimed_it() -> None:
    alice, bob, _sam = (make_user(name, role) for name, role in PEOPLE)
    now = timezone.now()
    claimed = asked_for(make_line(), at=now - timedelta(minutes=5))
    CallBack.objects.filter(pk=claimed.pk).update(state="claimed", claimed_by=alice, claimed_at=now)
    (item,) = claimed_by(alice, now)
    assert (item.reference, item.is_late) == (claimed.reference, False)
    assert item.url == f"/desk/call-backs/{claimed.reference}/"
    assert next(iter(claimed_by(alice, claimed.expires_at))).is_late
    assert not list(claimed_by(bob, now))


PEOPLE = (("alice", "counsellor"), ("bob", "counsellor"), ("sam", "supervisor"))
