"""Write down a turn in a case's life, with its sealed reason, and read that reason again."""

from django.contrib.auth.models import User

from audit.actions import Action
from audit.context import Actor
from audit.services import record_durably
from cases.record.grants import basis_or_refuse
from cases.record.models import Case, CaseState, LifeEvent, LifeKind
from cases.record.services.locks import subject_of
from cases.record.texts import put_text, take_text

# What a case's way into a state is called.
TURNS: dict[CaseState, LifeKind] = {
    CaseState.WAITING: LifeKind.WAITING,
    CaseState.OPEN: LifeKind.RESUMED,
    CaseState.CLOSING_REQUESTED: LifeKind.CLOSING_REQUESTED,
    CaseState.CLOSED: LifeKind.CLOSED,
    CaseState.REOPENED: LifeKind.REOPENED,
}


def note_turn(case: Case, kind: LifeKind, *, by: User, reason: str = "") -> LifeEvent:
    """Write a turn down, in the caller's transaction; the caller records it in the trail."""
    event = LifeEvent(case=case, kind=kind, by=by, key=case.key)
    put_text(event, "reason", reason.strip(), model=LifeEvent)
    event.save(force_insert=True)
    return event


def read_reason(*, actor: Actor, user: User, event: LifeEvent) -> str:
    """Read why a turn was taken: recorded durably first, then unsealed.

    Errors: NoAccess; Unreadable.
    """
    basis = basis_or_refuse(user, event.case)
    facts: dict[str, str] = {"turn": event.kind, "basis": basis}
    record_durably(actor=actor, action=Action.LIFE_REASON_READ, subject=subject_of(event.case), **facts)
    return take_text(event, "reason", model=LifeEvent)
