"""A hand-over is to be acknowledged by the end of the receiver's shift; then it is the supervisors' to settle."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import system_actor
from cases.handover.queries import unacknowledged
from cases.handover.services import tell_of_unacknowledged
from cases.handover.shift_end import WITHOUT_A_PLAN, acknowledge_by
from cases.notices.models import Notice, NoticeKind
from hotline.lines.models import Line, Shift
from hotline.lines.shifts import end_of_shift
from hotline.people.roles import Role
from tests.cases.factories import hand_over, make_case
from tests.hotline.factories import make_line
from tests.hotline.people.factories import make_person

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def line() -> Line:
    return make_line()


def plan(person: User, line: Line, at: datetime, *, begins: int, ends: int, cancelled: bool = False) -> None:
    """Plan a shift, in hours from a moment."""
    Shift.objects.create(
        id=uuid.uuid4(),
        user=person,
        line=line,
        starts_at=at + timedelta(hours=begins),
        ends_at=at + timedelta(hours=ends),
        cancelled_at=at if cancelled else None,
    )


def test_the_end_is_that_of_the_shift_under_way_or_the_next_one_soon(line: Line) -> None:
    alice, now = make_person("alice"), timezone.now()
    assert end_of_shift(alice, now) is None
    plan(alice, line, now, begins=17, ends=20)
    plan(alice, line, now, begins=-9, ends=-1)
    plan(alice, line, now, begins=-1, ends=3, cancelled=True)
    assert end_of_shift(alice, now) is None
    plan(alice, line, now, begins=10, ends=14)
    assert end_of_shift(alice, now) == now + timedelta(hours=14)
    plan(alice, line, now, begins=-2, ends=2)
    assert end_of_shift(alice, now) == now + timedelta(hours=2)
    assert end_of_shift(alice, now + timedelta(hours=2)) == now + timedelta(hours=14)


def test_the_receivers_shift_counts_before_the_givers_and_without_any_ten_hours(line: Line) -> None:
    alice, bob, now = make_person("alice"), make_person("bob"), timezone.now()
    assert acknowledge_by(giver=alice, receiver=bob, at=now) == now + WITHOUT_A_PLAN
    plan(alice, line, now, begins=-4, ends=1)
    assert acknowledge_by(giver=alice, receiver=bob, at=now) == now + timedelta(hours=1)
    plan(bob, line, now, begins=1, ends=7)
    assert acknowledge_by(giver=alice, receiver=bob, at=now) == now + timedelta(hours=7)


def test_at_the_end_of_the_shift_an_unacknowledged_hand_over_is_the_supervisors(line: Line) -> None:
    alice, bob, sam = make_person("alice"), make_person("bob"), make_person("sam", Role.SUPERVISOR)
    now = timezone.now()
    plan(bob, line, now, begins=1, ends=7)
    given = hand_over(make_case(alice), alice, bob)
    assert given.acknowledge_by == now + timedelta(hours=7)
    clock = system_actor("handover")
    before, after = now + timedelta(hours=6, minutes=59), now + timedelta(hours=7)
    assert tell_of_unacknowledged(actor=clock, at=before) == 0
    assert [tell_of_unacknowledged(actor=clock, at=after) for _run in range(2)] == [1, 0]
    assert list(unacknowledged(after)) == [given]
    told = Notice.objects.filter(kind=NoticeKind.HAND_OVER_UNANSWERED)
    assert [(each.user, each.reference) for each in told] == [(sam, given.case.reference)]
