"""What a supervisor looks at first: who answers today, what was lost, and what stands still. References, no content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import Count, F, Q
from django.utils import timezone

from cases.break_glass.models import BreakGlass
from cases.break_glass.queries import waiting_openings
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.handover.queries import unacknowledged
from cases.record.models import Basis, CaseState
from cases.rehoming.queries import without_owner
from cases.second_looks.models import SecondLook
from cases.second_looks.queries import open_looks
from hotline.calls.missed import MissedCaller, missed_callers
from hotline.calls.models import CallBack
from hotline.calls.worklists import WorkCount, count_work, expired_call_backs
from hotline.lines.models import Duty
from hotline.lines.queries import LineNow, lines_now
from hotline.people.roles import OPENS_NOTES, Role
from hotline.supervision.plan import Day, week_of
from referrals.referral.lone_decisions import LoneDecision
from referrals.referral.models import Referral
from referrals.referral.queries import standing_still
from referrals.referral.signing_off import waiting_for_looks

MOST = 10
LIVE = (CaseState.OPEN, CaseState.WAITING, CaseState.CLOSING_REQUESTED, CaseState.REOPENED)


@dataclass(frozen=True, slots=True)
class Load:
    """What one counsellor carries."""

    name: str
    cases: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Morning:
    """Everything on the page; lists are cut, and say how much there is in all."""

    lines: Sequence[LineNow]
    on_duty: Sequence[Duty]
    today: Day
    week: Sequence[Day]
    work: WorkCount
    lost: Sequence[MissedCaller]
    expired: Sequence[CallBack]
    overdue: Sequence[FollowUp]
    overdue_in_all: int
    emergencies: Sequence[BreakGlass]
    emergencies_in_all: int
    sent_alone: Sequence[LoneDecision]
    second_looks: Sequence[SecondLook]
    hand_overs: Sequence[HandOver]
    without_owner: int
    standing: Sequence[Referral]
    standing_in_all: int
    caseload: Sequence[Load]

    @property
    def days_ahead(self) -> list[Day]:
        """Give the days of the week that are still to come."""
        return [day for day in self.week if day.day > self.today.day]

    @property
    def bare_days(self) -> list[Day]:
        """Give the days of the week, from today on, with opening hours nobody is planned for."""
        return [day for day in self.week if day.gaps and day.day >= self.today.day]


def read_morning(*, at: datetime) -> Morning:
    """Read it all, in a number of queries that does not grow with what there is."""
    today = timezone.localdate(at)
    week = week_of(today)
    overdue = FollowUp.objects.overdue().select_related("case", "assigned_to").order_by("due_on")
    standing = standing_still(today)
    return Morning(
        lines=lines_now(at),
        on_duty=list(Duty.objects.filter(until=None).select_related("user", "line").order_by("since")),
        today=next(day for day in week if day.day == today),
        week=week,
        work=count_work(at=at),
        lost=[caller for caller in missed_callers(at=at, most=MOST) if caller.from_earlier_days],
        expired=list(expired_call_backs(at=at)[:MOST]),
        overdue=list(overdue[:MOST]),
        overdue_in_all=overdue.count(),
        emergencies=list(waiting_openings()[:MOST]),
        emergencies_in_all=waiting_openings().count(),
        sent_alone=list(waiting_for_looks()[:MOST]),
        second_looks=list(open_looks()[:MOST]),
        hand_overs=list(unacknowledged(at)[:MOST]),
        without_owner=without_owner().count(),
        standing=list(standing[:MOST]),
        standing_in_all=standing.count(),
        caseload=_caseload(today),
    )


def _caseload(today: date) -> list[Load]:
    owned = Q(
        case_grants__basis=Basis.OWNER,
        case_grants__until=None,
        case_grants__case__state__in=LIVE,
        case_grants__case__merged_into=None,
    )
    late = Q(follow_ups__state="planned", follow_ups__due_on__lt=today)
    staff = User.objects.filter(is_active=True, groups__name__in=OPENS_NOTES).annotate(
        role=F("groups__name"),
        cases=Count("case_grants__case", filter=owned, distinct=True),
        overdue=Count("follow_ups", filter=late, distinct=True),
    )
    return [
        Load(person.get_full_name() or person.get_username(), person.cases, person.overdue)
        for person in staff.order_by(F("cases").desc(), "username")
        if person.role == Role.COUNSELLOR or person.cases or person.overdue
    ]
