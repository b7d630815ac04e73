"""Hand a case over with a written note; it changes its owner when the colleague acknowledges, and not before."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.followups.models import FollowUp
from cases.handover import shift_end
from cases.handover.models import HandOver, HandOverState
from cases.handover.states import is_allowed
from cases.notices.models import NoticeKind
from cases.notices.services import notify, put_away
from cases.record.colleagues import colleague_or_refuse, supervisors
from cases.record.grants import basis_or_refuse
from cases.record.history import save_as
from cases.record.models import LASTING_BASES, Basis, Case, Grant
from cases.record.refusals import AlreadyGoing, EmptyText, IdTaken, NotForYou, NotYours, SettledAlready
from cases.record.services import end_grant, give_grant
from cases.record.services.locks import lock_case, lock_to_write, subject_of
from cases.record.texts import put_text, take_text

OPEN_FOR = timedelta(days=3)
"""How long past the shift's end the colleague can still open the case and acknowledge."""


@transaction.atomic
def offer_hand_over(
    *,
    actor: Actor,
    user: User,
    case: Case,
    colleague: User,
    note: str,
    acknowledge_by: datetime | None = None,
    record: uuid.UUID | None = None,
) -> HandOver:
    """Offer a case to a colleague, to be acknowledged by the end of the shift; the case opens for them at once.

    Errors: NoAccess; CaseIsMerged; CaseIsClosed; NotYours; NotAColleague; AlreadyGoing; EmptyText; IdTaken.
    """
    locked, basis = lock_to_write(user, case)
    repeated = _offered_before(record, locked) if record else None
    if repeated:
        return repeated
    if basis != Basis.OWNER:
        raise NotYours
    colleague_or_refuse(user, colleague)
    if HandOver.objects.filter(case=locked, state=HandOverState.OFFERED).exists():
        raise AlreadyGoing
    if not note.strip():
        raise EmptyText
    hand_over = HandOver(
        id=record or uuid.uuid4(), case=locked, from_user=user, to_user=colleague, key=locked.key
    )
    at = timezone.now()
    hand_over.acknowledge_by = acknowledge_by or shift_end.acknowledge_by(
        giver=user, receiver=colleague, at=at
    )
    put_text(hand_over, "note", note.strip(), model=HandOver)
    hand_over.save(force_insert=True)
    until = hand_over.acknowledge_by + OPEN_FOR
    give_grant(actor=actor, user=colleague, case=locked, basis=Basis.HAND_OVER, until=until)
    notify(users=[colleague], kind=NoticeKind.HAND_OVER_OFFERED, reference=locked.reference)
    _tell(Action.HAND_OVER_OFFERED, hand_over, actor=actor, basis=basis)
    return hand_over


@transaction.atomic
def acknowledge_hand_over(*, actor: Actor, user: User, hand_over: HandOver) -> HandOver:
    """Take a case over: the colleague becomes its owner, and what the former one had promised becomes theirs.

    Errors: NoAccess; NotForYou; SettledAlready.
    """
    locked, basis = _lock(hand_over, user, only=hand_over.to_user)
    locked.acknowledged_at = timezone.now()
    _settle(locked, HandOverState.ACKNOWLEDGED, actor=actor)
    replaced = Grant.objects.select_related("user", "case").filter(
        case=locked.case, until__isnull=True, basis__in=LASTING_BASES
    )
    for grant in replaced:
        if grant.basis == Basis.OWNER or grant.user_id == user.pk:
            end_grant(actor=actor, grant=grant)
    give_grant(actor=actor, user=user, case=locked.case, basis=Basis.OWNER)
    _take_over_promises(locked, user)
    notify(users=[locked.from_user], kind=NoticeKind.HAND_OVER_ACKNOWLEDGED, reference=locked.case.reference)
    _tell(Action.HAND_OVER_ACKNOWLEDGED, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def decline_hand_over(*, actor: Actor, user: User, hand_over: HandOver) -> HandOver:
    """Say no to a hand-over: the case stays with its owner, who is told.

    Errors: NoAccess; NotForYou; SettledAlready.
    """
    locked, basis = _lock(hand_over, user, only=hand_over.to_user)
    _settle(locked, HandOverState.DECLINED, actor=actor)
    notify(users=[locked.from_user], kind=NoticeKind.HAND_OVER_DECLINED, reference=locked.case.reference)
    _tell(Action.HAND_OVER_DECLINED, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def withdraw_hand_over(*, actor: Actor, user: User, hand_over: HandOver) -> HandOver:
    """Take a hand-over back before it is acknowledged.

    Errors: NoAccess; NotForYou; SettledAlready.
    """
    locked, basis = _lock(hand_over, user, only=hand_over.from_user)
    _settle(locked, HandOverState.WITHDRAWN, actor=actor)
    notify(users=[locked.to_user], kind=NoticeKind.HAND_OVER_WITHDRAWN, reference=locked.case.reference)
    _tell(Action.HAND_OVER_WITHDRAWN, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def release_hand_overs(*, actor: Actor, of: QuerySet[HandOver], basis: str) -> int:
    """Settle hand-overs that nobody can answer any more: what was offered to an owner goes back, the rest is moot."""
    settled = 0
    for offered in list(of.filter(state=HandOverState.OFFERED).select_related("case")):
        lock_case(offered.case)
        related = HandOver.objects.select_related("case", "from_user", "to_user")
        locked = related.select_for_update(of=("self",)).get(pk=offered.pk)
        if locked.state != HandOverState.OFFERED:
            continue  # the colleague was faster
        _settle(locked, HandOverState.WITHDRAWN, actor=actor)
        settled += 1
        people = [each for each in (locked.from_user, locked.to_user) if each.is_active]
        notify(users=people, kind=NoticeKind.HAND_OVER_WITHDRAWN, reference=locked.case.reference)
        _tell(Action.HAND_OVER_WITHDRAWN, locked, actor=actor, basis=basis)
    return settled


def read_hand_over(*, actor: Actor, user: User, hand_over: HandOver) -> str:
    """Read the note of a hand-over: recorded durably first, then unsealed.

    Errors: NoAccess; Unreadable.
    """
    basis = basis_or_refuse(user, hand_over.case)
    facts: dict[str, str] = {"case": hand_over.case.reference, "basis": basis}
    record_durably(actor=actor, action=Action.HAND_OVER_READ, subject=_subject(hand_over), **facts)
    return take_text(hand_over, "note", model=HandOver)


@transaction.atomic
def tell_of_unacknowledged(*, actor: Actor, at: datetime) -> int:
    """Tell the supervisors, once each, of hand-overs that nobody acknowledged by the end of the shift."""
    late = HandOver.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=HandOverState.OFFERED, acknowledge_by__lte=at, escalated_at__isnull=True
    )
    told = list(late.select_related("case"))
    HandOver.objects.filter(pk__in=[each.pk for each in told]).update(escalated_at=at)
    for hand_over in told:
        notify(users=supervisors(), kind=NoticeKind.HAND_OVER_UNANSWERED, reference=hand_over.case.reference)
        write_entry(actor=actor, action=Action.HAND_OVER_ESCALATED, subject=_subject(hand_over))
    return len(told)


def _offered_before(record: uuid.UUID, case: Case) -> HandOver | None:
    earlier = HandOver.objects.filter(pk=record).first()
    if earlier and earlier.case_id != case.pk:
        raise IdTaken
    return earlier


def _lock(hand_over: HandOver, user: User, *, only: User) -> tuple[HandOver, str]:
    """Take the case first and the hand-over second, as everybody does."""
    basis = basis_or_refuse(user, lock_case(hand_over.case))
    related = HandOver.objects.select_related("case", "from_user", "to_user")
    locked = related.select_for_update(of=("self",)).get(pk=hand_over.pk)
    if user != only:
        raise NotForYou
    return locked, basis


def _settle(locked: HandOver, after: HandOverState, *, actor: Actor) -> None:
    """Settle it, close the guest's door, and put away what asked for it; the new owner gets a lasting door."""
    if not is_allowed(locked.state, after):
        raise SettledAlready
    locked.state, locked.settled_at = after, timezone.now()
    locked.save()
    guest = Grant.objects.select_related("user", "case").filter(
        case=locked.case, user=locked.to_user, basis=Basis.HAND_OVER, until__gt=timezone.now()
    )
    for grant in guest:
        end_grant(actor=actor, grant=grant)
    for kind in (NoticeKind.HAND_OVER_OFFERED, NoticeKind.HAND_OVER_UNANSWERED):
        put_away(kind=kind, reference=locked.case.reference)


def _take_over_promises(hand_over: HandOver, owner: User) -> None:
    for follow_up in FollowUp.objects.planned().filter(case=hand_over.case, assigned_to=hand_over.from_user):
        follow_up.assigned_to = owner
        follow_up.version += 1
        save_as(owner, follow_up)


def _tell(action: Action, hand_over: HandOver, *, actor: Actor, basis: str) -> None:
    facts: dict[str, str] = {
        "case": subject_of(hand_over.case).reference,
        "from": hand_over.from_user.get_username(),
        "to": hand_over.to_user.get_username(),
        "basis": basis,
    }
    write_entry(actor=actor, action=action, subject=_subject(hand_over), **facts)


def _subject(hand_over: HandOver) -> Subject:
    return Subject(kind="handover", reference=hand_over.reference)
