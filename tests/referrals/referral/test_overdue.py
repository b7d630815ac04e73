"""The ladder: reminder, deputy, coordination function, supervisor, and never an end by silence."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.notices.models import Notice
from referrals.clock.working_days import STOCKHOLM, local_day
from referrals.delivery.models import Letter
from referrals.directory.models import ContactKind, ContactPoint
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.overdue import expire_overdue
from referrals.referral.states import ENDED, MoveKind, Outcome, Party, State
from referrals.tasks import climb_ladder
from tests.referrals.factories import (
    CLOCK,
    actor_for,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def make_sent() -> Referral:
    alice = make_user("alice", "counsellor")
    make_user("sam", "supervisor")
    deputy = make_point(kind=ContactKind.CRIME_PREVENTION, function="Deputy")
    make_point(kind=ContactKind.COORDINATION, function="Coordination")
    point = make_point(function="Own", deputy=deputy)
    make_recipient("rut", point)
    proposed = propose(alice, make_case(alice), point)
    return services.send_referral(actor=actor_for(alice), user=alice, referral=proposed)


@pytest.fixture(scope="module")
def sent(world: World) -> Referral:
    return world.make(make_sent)


@pytest.fixture
def referral(sent: Referral) -> Referral:
    return copied(sent)


def day_after_due(referral: Referral) -> datetime:
    referral.refresh_from_db()
    assert referral.due_on is not None
    return datetime.combine(referral.due_on + timedelta(days=1), time(9), tzinfo=STOCKHOLM)


def climb(referral: Referral) -> Referral:
    now = day_after_due(referral)
    with time_machine.travel(now, tick=False):
        ContactPoint.objects.update(last_verified_at=now)
        expire_overdue(actor=CLOCK, now=now)
    referral.refresh_from_db()
    return referral


def test_nothing_happens_before_the_day_has_passed(referral: Referral) -> None:
    assert not expire_overdue(actor=CLOCK, now=timezone.now())
    on_the_day = day_after_due(referral) - timedelta(days=1)
    assert not expire_overdue(actor=CLOCK, now=on_the_day)


def test_silence_climbs_reminder_deputy_coordination_supervisor(referral: Referral) -> None:
    make_recipient("dora", ContactPoint.objects.get(function="Deputy"))
    assert (climb(referral).state, referral.next_actor) == (State.SENT, Party.RECEIVER)
    assert (climb(referral).state, referral.contact_point.function) == (State.ESCALATED, "Deputy")
    assert (climb(referral).state, referral.contact_point.function) == (State.ESCALATED, "Coordination")
    assert referral.next_actor == Party.RECEIVER
    assert (climb(referral).state, referral.next_actor) == (State.ESCALATED, Party.SUPERVISOR)
    kinds = list(Letter.objects.order_by("written_at").values_list("kind", "contact_point__function"))
    assert kinds == [("new", "Own"), ("reminder", "Own"), ("new", "Deputy"), ("welcome", "Coordination")]
    assert Notice.objects.filter(user__username="sam").count() == 1


def test_at_the_top_it_stays_with_the_supervisor_until_a_person_acts(referral: Referral) -> None:
    for _rung in range(6):
        climb(referral)
    assert referral.state not in ENDED
    assert referral.next_actor == Party.SUPERVISOR
    sam = Notice.objects.get(user__username="sam").user
    closed = services.close_unanswered(actor=actor_for(sam), user=sam, referral=referral)
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.NEVER_ANSWERED)


def test_the_ladder_never_leaves_what_the_caller_agreed_to(referral: Referral) -> None:
    elsewhere = make_point("0180", ContactKind.CRIME_PREVENTION, function="Elsewhere")
    ContactPoint.objects.filter(function="Own").update(deputy=elsewhere)
    climb(referral)
    assert climb(referral).contact_point.function == "Coordination"


def test_a_stale_deputy_is_passed_over(referral: Referral) -> None:
    climb(referral)
    now = day_after_due(referral)
    with time_machine.travel(now, tick=False):
        ContactPoint.objects.update(last_verified_at=now)
        ContactPoint.objects.filter(function="Deputy").update(last_verified_at=now - timedelta(days=200))
        expire_overdue(actor=CLOCK, now=now)
    referral.refresh_from_db()
    assert referral.contact_point.function == "Coordination"


def test_what_waits_for_the_counsellor_is_handed_up_after_a_reminder(sent: Referral) -> None:
    ann = make_user("ann", "counsellor")
    referral = propose(ann, make_case(ann), sent.contact_point)
    assert climb(referral).next_actor == Party.COUNSELLOR
    assert Notice.objects.filter(user=ann, kind="referral_overdue").count() == 1
    assert climb(referral).next_actor == Party.SUPERVISOR
    assert (referral.state, climb(referral).state) == (State.PROPOSED, State.PROPOSED)


def test_a_second_look_on_the_same_day_climbs_no_further(referral: Referral) -> None:
    now = day_after_due(referral)
    with time_machine.travel(now, tick=False):
        assert expire_overdue(actor=CLOCK, now=now) == {MoveKind.REMIND: 1}
        assert not expire_overdue(actor=CLOCK, now=now)


def test_every_live_referral_names_who_acts_next_by_a_day_to_come(referral: Referral) -> None:
    for _rung in range(3):
        now = day_after_due(referral)
        climb(referral)
        assert referral.next_actor in Party.values
        assert referral.due_on is not None
        assert referral.due_on > local_day(now)


def test_the_hourly_job_climbs_under_the_systems_own_name(referral: Referral) -> None:
    with time_machine.travel(day_after_due(referral), tick=False):
        climb_ladder(timestamp=0)
    assert referral.moves.last().actor_label == "system:ladder"  # type: ignore[union-attr]
