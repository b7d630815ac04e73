"""Take a case for the length of a transaction, and move it from state to state."""

from datetime import date

from django.contrib.auth.models import User
from django.utils import timezone

from audit.services import Subject
from cases.record.grants import basis_or_refuse
from cases.record.history import save_as
from cases.record.models import Case, CaseState
from cases.record.refusals import CaseIsClosed, CaseIsMerged, MoveRefused
from cases.record.states import FINISHED, is_allowed


def subject_of(case: Case) -> Subject:
    """Name a case in the trail."""
    return Subject(kind="case", reference=case.reference)


def lock_case(case: Case) -> Case:
    """Take the case's row for this transaction, read afresh."""
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def lock_for(user: User, case: Case) -> tuple[Case, str]:
    """Take the case's row for a user who has access, and say on what basis.

    Errors: NoAccess; CaseIsMerged, as nothing is done in a case that has gone into another.
    """
    locked = lock_case(case)
    basis = basis_or_refuse(user, locked)
    if locked.merged_into_id is not None:
        raise CaseIsMerged
    return locked, basis


def lock_to_write(user: User, case: Case) -> tuple[Case, str]:
    """Take the case's row for a user who has access, to add something to it.

    Errors: NoAccess; CaseIsMerged; CaseIsClosed.
    """
    locked, basis = lock_for(user, case)
    if locked.state in FINISHED:
        raise CaseIsClosed
    return locked, basis


def move_case(locked: Case, after: CaseState, *, user: User, until: date | None = None) -> None:
    """Move a locked case and save it with whatever else was set on it; only one that waits has a day to come back.

    Errors: MoveRefused.
    """
    if not is_allowed(locked.state, after):
        raise MoveRefused
    locked.state, locked.state_since, locked.wait_until = after, timezone.now(), until
    save_edited(locked, user=user)


def save_edited(locked: Case, *, user: User) -> None:
    """Save a locked case as its next version, with its history row attributed to the user."""
    locked.version += 1
    save_as(user, locked)
