"""Close a case and reopen it: what must be settled first is known in several rows of the room."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.coded.models import Kind
from cases.followups.models import FollowUp
from cases.record.facts import refuse_unknown, value_id
from cases.record.models import Case, CaseState, Hold
from cases.record.refusals import FollowUpOverdue, HoldLive, OutcomeMissing
from cases.record.services.locks import lock_for, move_case, subject_of


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

    Errors: NoAccess; OutcomeMissing; FollowUpOverdue; HoldLive; MoveRefused.
    """
    locked, basis = lock_for(user, case)
    if locked.outcome_id is None:
        raise OutcomeMissing
    if FollowUp.objects.overdue().filter(case=locked).exists():
        raise FollowUpOverdue
    if Hold.objects.filter(case=locked, lifted_at__isnull=True).exists():
        raise HoldLive
    locked.closed_at = timezone.now()
    return _move(locked, CaseState.CLOSED, actor=actor, user=user, basis=basis)


@transaction.atomic
def reopen_case(*, actor: Actor, user: User, case: Case) -> Case:
    """Open a closed case again; it will need an outcome anew.

    Errors: NoAccess; MoveRefused.
    """
    locked, basis = lock_for(user, case)
    locked.closed_at, locked.outcome = None, None
    return _move(locked, CaseState.REOPENED, actor=actor, user=user, basis=basis)


def _move(locked: Case, after: CaseState, *, actor: Actor, user: User, basis: str) -> Case:
    before = locked.state
    move_case(locked, after, user=user)
    facts: dict[str, str] = {"before": before, "after": str(after), "basis": basis}
    write_entry(actor=actor, action=Action.CASE_MOVED, subject=subject_of(locked), **facts)
    return locked
