"""Follow-ups: plan, settle in one of three ways, and read what was planned."""

import uuid
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.followups.models import FollowUp, FollowUpState
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.grants import basis_of, basis_or_refuse
from cases.record.history import save_as
from cases.record.models import Case
from cases.record.refusals import DayHasPassed, EditedMeanwhile, EmptyText, IdTaken, NoAccess, Refusal
from cases.record.services.locks import lock_for, lock_to_write
from cases.record.texts import put_text, take_text


class AlreadySettled(Refusal):
    """A follow-up is done, moved or cancelled once."""

    message = _("This follow-up has been settled already.")


@transaction.atomic
def plan_follow_up(
    *,
    actor: Actor,
    user: User,
    case: Case,
    due_on: date,
    text: str,
    assigned_to: User | None = None,
    record: uuid.UUID | None = None,
) -> FollowUp:
    """Promise something in a case by a day; `record` is the page's own id, so that a second click plans nothing more.

    Errors: NoAccess to the user or to the one it is given to; CaseIsClosed; DayHasPassed; EmptyText; IdTaken.
    """
    locked, basis = lock_to_write(user, case)
    repeated = _planned_before(record, locked) if record else None
    if repeated:
        return repeated
    doer = assigned_to or user
    if not basis_of(doer, locked):
        raise NoAccess
    follow_up = FollowUp(id=record or uuid.uuid4(), case=locked, assigned_to=doer, key=locked.key)
    _plan(follow_up, due_on=due_on, text=text, user=user)
    if doer != user:
        notify(users=[doer], kind=NoticeKind.FOLLOW_UP_GIVEN, reference=follow_up.reference)
    _tell(Action.FOLLOW_UP_PLANNED, follow_up, actor=actor, basis=basis)
    return follow_up


@transaction.atomic
def complete_follow_up(*, actor: Actor, user: User, follow_up: FollowUp, expected_version: int) -> FollowUp:
    """Say that what was promised is done.

    Errors: NoAccess; EditedMeanwhile; AlreadySettled.
    """
    locked, basis = _lock(user, follow_up, expected_version)
    _settle(locked, FollowUpState.DONE, user=user)
    _tell(Action.FOLLOW_UP_DONE, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def cancel_follow_up(*, actor: Actor, user: User, follow_up: FollowUp, expected_version: int) -> FollowUp:
    """Say that what was promised is no longer needed.

    Errors: NoAccess; EditedMeanwhile; AlreadySettled.
    """
    locked, basis = _lock(user, follow_up, expected_version)
    _settle(locked, FollowUpState.CANCELLED, user=user)
    _tell(Action.FOLLOW_UP_CANCELLED, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def move_follow_up(
    *, actor: Actor, user: User, follow_up: FollowUp, due_on: date, expected_version: int
) -> FollowUp:
    """Plan it for another day instead; gives the new one, with the text sealed again in its own place.

    Errors: NoAccess; EditedMeanwhile; AlreadySettled; DayHasPassed.
    """
    locked, basis = _lock(user, follow_up, expected_version)
    successor = FollowUp(case=locked.case, assigned_to=locked.assigned_to, key=locked.key)
    _plan(successor, due_on=due_on, text=take_text(locked, "text", model=FollowUp), user=user)
    locked.moved_to = successor
    _settle(locked, FollowUpState.MOVED, user=user)
    _tell(Action.FOLLOW_UP_MOVED, locked, actor=actor, basis=basis)
    return successor


def read_follow_up(*, actor: Actor, user: User, follow_up: FollowUp) -> str:
    """Read what was planned: recorded durably first, then unsealed.

    Errors: NoAccess.
    """
    basis = basis_or_refuse(user, follow_up.case)
    facts: dict[str, str] = {"case": follow_up.case.reference, "basis": basis}
    record_durably(actor=actor, action=Action.FOLLOW_UP_READ, subject=_subject(follow_up), **facts)
    return take_text(follow_up, "text", model=FollowUp)


def _planned_before(record: uuid.UUID, case: Case) -> FollowUp | None:
    earlier = FollowUp.objects.filter(pk=record).first()
    if earlier and earlier.case_id != case.pk:
        raise IdTaken
    return earlier


def _plan(follow_up: FollowUp, *, due_on: date, text: str, user: User) -> None:
    if due_on < timezone.localdate():
        raise DayHasPassed
    if not text.strip():
        raise EmptyText
    follow_up.due_on = due_on
    put_text(follow_up, "text", text.strip(), model=FollowUp)
    save_as(user, follow_up)


def _lock(user: User, follow_up: FollowUp, expected_version: int) -> tuple[FollowUp, str]:
    """Take the case first and the follow-up second, as everybody does; settling works in a closed case too."""
    _case, basis = lock_for(user, follow_up.case)
    locked = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    if locked.state != FollowUpState.PLANNED:
        raise AlreadySettled
    if locked.version != expected_version:
        raise EditedMeanwhile
    return locked, basis


def _settle(locked: FollowUp, state: FollowUpState, *, user: User) -> None:
    locked.state, locked.settled_at = state, timezone.now()
    locked.version += 1
    save_as(user, locked)


def _tell(action: Action, follow_up: FollowUp, *, actor: Actor, basis: str) -> None:
    facts: dict[str, str] = {"case": follow_up.case.reference, "basis": basis}
    write_entry(actor=actor, action=action, subject=_subject(follow_up), **facts)


def _subject(follow_up: FollowUp) -> Subject:
    return Subject(kind="followup", reference=follow_up.reference)
