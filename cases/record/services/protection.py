"""Protected identity: a case that fewer may open, and whose place stays out of everything but its own page."""

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.record.grants import REVIEW
from cases.record.models import Basis, Case, LifeKind
from cases.record.refusals import NotYours, ReasonMissing
from cases.record.services.life import note_turn
from cases.record.services.locks import lock_for, save_edited, subject_of


@transaction.atomic
def protect_case(*, actor: Actor, user: User, case: Case) -> bool:
    """Give a case protected identity; whoever may open it can, at once. Tells whether it had none.

    Errors: NoAccess; CaseIsMerged.
    """
    locked, basis = lock_for(user, case)
    if locked.protected:
        return False
    locked.protected = True
    save_edited(locked, user=user)
    note_turn(locked, LifeKind.PROTECTED, by=user)
    write_entry(actor=actor, action=Action.CASE_PROTECTED, subject=subject_of(locked), basis=basis)
    return True


@transaction.atomic
def unprotect_case(*, actor: Actor, user: User, case: Case, reason: str) -> bool:
    """Take protected identity off a case: its owner or a supervisor who may open it, with a reason.

    Errors: NoAccess; CaseIsMerged; NotYours; ReasonMissing.
    """
    locked, basis = lock_for(user, case)
    if basis != Basis.OWNER and not user.has_perm(REVIEW):
        raise NotYours
    if not reason.strip():
        raise ReasonMissing
    if not locked.protected:
        return False
    locked.protected = False
    save_edited(locked, user=user)
    note_turn(locked, LifeKind.UNPROTECTED, by=user, reason=reason)
    write_entry(actor=actor, action=Action.CASE_UNPROTECTED, subject=subject_of(locked), basis=basis)
    return True
