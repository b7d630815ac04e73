"""What waits for one person today in this room, in a fixed number of queries; references only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.access import visible_to
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.handover.queries import waiting_for
from cases.record.models import Basis, Case, CaseState
from cases.second_looks.models import SecondLook
from cases.second_looks.queries import open_looks

WITHOUT_A_DAY = timedelta(days=14)
"""How long a case waits that nobody gave a day."""


@dataclass(frozen=True, slots=True)
class MyDay:
    """What a person has today: what is overdue apart from the rest."""

    overdue: list[FollowUp]
    hand_overs: list[HandOver]
    second_looks: list[SecondLook]
    waiting: list[Case]
    today: list[FollowUp]

    @property
    def number(self) -> int:
        """Count it all."""
        promised, asked = len(self.overdue) + len(self.today), len(self.hand_overs) + len(self.second_looks)
        return promised + asked + len(self.waiting)


def read_my_day(user: User, *, at: datetime) -> MyDay:
    """Read what waits for a person."""
    today = timezone.localdate(at)
    due = list(_promised(user).filter(due_on__lte=today))
    return MyDay(
        overdue=[each for each in due if each.due_on < today],
        hand_overs=list(waiting_for(user)),
        second_looks=list(open_looks().filter(asked_of=user)),
        waiting=list(come_back(user, today=today, at=at)),
        today=[each for each in due if each.due_on == today],
    )


def come_back(user: User, *, today: date, at: datetime) -> QuerySet[Case]:
    """Give the waiting cases a person owns whose day has come, or that have waited long without one."""
    mine = Case.objects.filter(
        grants__user=user, grants__basis=Basis.OWNER, grants__until=None, merged_into=None
    )
    due = Q(wait_until__lte=today) | Q(wait_until=None, state_since__lte=at - WITHOUT_A_DAY)
    return mine.filter(due, state=CaseState.WAITING).order_by("wait_until", "state_since")


def _promised(user: User) -> QuerySet[FollowUp]:
    mine = FollowUp.objects.planned().filter(assigned_to=user, case__in=visible_to(user))
    return mine.select_related("case").order_by("due_on", "reference")
