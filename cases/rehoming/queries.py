"""What somebody would leave behind, and which cases nobody owns; references only."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, QuerySet

from cases.followups.models import FollowUp
from cases.handover.models import HandOver, HandOverState
from cases.record.models import Basis, Case, CaseState, Grant
from cases.second_looks.models import SecondLook, SecondLookState


@dataclass(frozen=True, slots=True)
class Belongings:
    """What somebody would leave behind."""

    cases: list[Case]
    follow_ups: int
    hand_overs: int
    second_looks: int

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.cases or self.follow_ups or self.hand_overs or self.second_looks)


def belongings_of(user: User) -> Belongings:
    """Say what a person owns, has promised, and is asked."""
    offered = HandOver.objects.filter(state=HandOverState.OFFERED)
    return Belongings(
        cases=list(owned_by(user).order_by("reference")),
        follow_ups=FollowUp.objects.planned().filter(assigned_to=user).count(),
        hand_overs=offered.filter(to_user=user).count(),
        second_looks=SecondLook.objects.filter(state=SecondLookState.ASKED, asked_of=user).count(),
    )


def owned_by(user: User) -> QuerySet[Case]:
    """Give every case somebody owns, whatever its state; what is destroyed needs no owner."""
    return Case.objects.exclude(state=CaseState.PURGED).filter(_owners(user=user))


def without_owner() -> QuerySet[Case]:
    """Give the cases nobody owns who can still sign in, those still worked on first."""
    left = Case.objects.exclude(state=CaseState.PURGED).filter(
        ~_owners(user__is_active=True), merged_into=None
    )
    return left.order_by(F("closed_at").desc(nulls_first=True), "state_since")


def _owners(**whose: User | bool) -> Exists:
    owning = Grant.objects.filter(case=OuterRef("pk"), basis=Basis.OWNER, until=None, **whose)
    return Exists(owning)
