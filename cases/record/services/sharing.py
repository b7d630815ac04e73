"""Share a case: its owner lets co-workers in and takes them out again."""

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.colleagues import colleague_or_refuse
from cases.record.models import Basis, Case, Grant, LifeKind
from cases.record.refusals import CaseIsProtected, NotYours
from cases.record.services.cases import end_grant, give_grant
from cases.record.services.life import note_turn
from cases.record.services.locks import lock_for, lock_to_write, subject_of


@transaction.atomic
def add_co_worker(*, actor: Actor, user: User, case: Case, colleague: User) -> Grant:
    """Let a colleague work on a case without an end; whoever works on it already is not told again.

    Errors: NoAccess; CaseIsMerged; CaseIsClosed; NotYours; CaseIsProtected; NotAColleague.
    """
    locked, basis = lock_to_write(user, case)
    if basis != Basis.OWNER:
        raise NotYours
    if locked.protected:
        raise CaseIsProtected
    colleague_or_refuse(user, colleague)
    earlier = _lasting(locked, colleague)
    if earlier is not None:
        return earlier
    grant = give_grant(actor=actor, user=colleague, case=locked, basis=Basis.CO_WORKER)
    note_turn(locked, LifeKind.CO_WORKER_ADDED, by=user)
    notify(users=[colleague], kind=NoticeKind.CO_WORKER_ADDED, reference=locked.reference)
    facts: dict[str, str] = {"user": colleague.get_username(), "basis": basis}
    write_entry(actor=actor, action=Action.CO_WORKER_ADDED, subject=subject_of(locked), **facts)
    return grant


@transaction.atomic
def remove_co_worker(*, actor: Actor, user: User, case: Case, colleague: User) -> bool:
    """Take a co-worker out of a case; the owner does, or the co-worker leaves. Tells whether there was one.

    Errors: NoAccess; CaseIsMerged; NotYours.
    """
    locked, basis = lock_for(user, case)
    if basis != Basis.OWNER and colleague != user:
        raise NotYours
    grant = _lasting(locked, colleague)
    if grant is None:
        return False
    end_grant(actor=actor, grant=grant)
    note_turn(locked, LifeKind.CO_WORKER_REMOVED, by=user)
    facts: dict[str, str] = {"user": colleague.get_username(), "basis": basis}
    write_entry(actor=actor, action=Action.CO_WORKER_REMOVED, subject=subject_of(locked), **facts)
    return True


def _lasting(case: Case, colleague: User) -> Grant | None:
    return Grant.objects.filter(case=case, user=colleague, basis=Basis.CO_WORKER, until__isnull=True).first()
