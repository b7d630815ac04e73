"""Close a case and reopen it: what must be settled first is known in several rows of the room."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.coded.models import Kind
from cases.followups.models import FollowUp
from cases.handover.models import HandOver, HandOverState
from cases.record.facts import refuse_unknown, value_id
from cases.record.models import Case, CaseState, Hold
from cases.record.refusals import ColleagueWaiting, FollowUpOverdue, HoldLive, OutcomeMissing, ReasonMissing
from cases.record.services.life import TURNS, note_turn
from cases.record.services.locks import lock_for, move_case, subject_of
from cases.second_looks.models import SecondLook, SecondLookState


@transaction.atomic
def request_closing(*, actor: Actor, user: User, case: Case, outcome: str) -> Case:
    """Say how a case ended; what still holds it is looked at when it is closed.

    Errors: NoAccess; OutcomeMissing; UnknownValue; MoveRefused.
    """
    locked, basis = lock_for(user, case)
    if not outcome:
        raise OutcomeMissing
    refuse_unknown({value_id(Kind.OUTCOME, outcome)})
    locked.outcome_id = value_id(Kind.OUTCOME, outcome)
    return _move(locked, CaseState.CLOSING_REQUESTED, actor=actor, user=user, basis=basis)


@transaction.atomic
def close_case(*, actor: Actor, user: User, case: Case) -> Case:
    """Close a case whose closing was requested.

    Errors: NoAccess; CaseIsMerged; OutcomeMissing; FollowUpOverdue; HoldLive; ColleagueWaiting; MoveRefused.
    """
    locked, basis = lock_for(user, case)
    if locked.outcome_id is None:
        raise OutcomeMissing
    if FollowUp.objects.overdue().filter(case=locked).exists():
        raise FollowUpOverdue
    if Hold.objects.filter(case=locked, lifted_at__isnull=True).exists():
        raise HoldLive
    if _waits_for_a_colleague(locked):
        raise ColleagueWaiting
    locked.closed_at = timezone.now()
    return _move(locked, CaseState.CLOSED, actor=actor, user=user, basis=basis)


@transaction.atomic
def reopen_case(*, actor: Actor, user: User, case: Case, reason: str) -> Case:
    """Open a closed case again, with a sealed reason; it will need an outcome anew.

    Errors: NoAccess; CaseIsMerged; MoveRefused; ReasonMissing.
    """
    locked, basis = lock_for(user, case)
    if not reason.strip():
        raise ReasonMissing
    locked.closed_at, locked.outcome = None, None
    return _move(locked, CaseState.REOPENED, actor=actor, user=user, basis=basis, reason=reason)


def _waits_for_a_colleague(case: Case) -> bool:
    on_its_way = HandOver.objects.filter(case=case, state=HandOverState.OFFERED)
    asked = SecondLook.objects.filter(case=case, state=SecondLookState.ASKED)
    return on_its_way.exists() or asked.exists()


def _move(locked: Case, after: CaseState, *, actor: Actor, user: User, basis: str, reason: str = "") -> Case:
    before = locked.state
    move_case(locked, after, user=user)
    note_turn(locked, TURNS[after], by=user, reason=reason)
    facts: dict[str, str] = {"before": before, "after": str(after), "basis": basis}
    write_entry(actor=actor, action=Action.CASE_MOVED, subject=subject_of(locked), **facts)
    return locked
