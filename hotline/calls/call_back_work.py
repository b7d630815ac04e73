"""Working the call-backs: claim one, connect it or dial it by hand, say what came of it, give it up."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record, record_durably
from cases.record.refusals import Refusal
from hotline.calls import attempts, bridge, callbacks
from hotline.calls.attempts import Result, Way
from hotline.calls.models import CallBack, CallBackAttempt
from hotline.lines.board import touch_board
from hotline.lines.endpoints import endpoint_of

CLAIM_LASTS = timedelta(minutes=20)
UNRUNG_AT_MOST = timedelta(minutes=10)
TALK_AT_MOST = timedelta(hours=4)
State = CallBack.State
CLAIMABLE = (State.REQUESTED, State.CLAIMED, State.ATTEMPTED)


class CallBackOver(Refusal):
    """The call-back is over: reached, given up or expired."""

    message = _("This call-back is over; the number is destroyed.")


class ClaimedByColleague(Refusal):
    """A colleague is working on this call-back."""

    message = _("A colleague has taken this call-back on.")


class NotClaimed(Refusal):
    """Only who has claimed a call-back works on it, and a claim lapses."""

    message = _(
        "Take the call-back on first. What you take on is put back after 20 minutes without an attempt."
    )


class SayWhatCameOfIt(Refusal):
    """An attempt is under way, or over without a word about it."""

    message = _("Say first what came of the last attempt.")


class NothingTried(Refusal):
    """There is no attempt to say anything about."""

    message = _("Nobody has tried to call back yet.")


class NoDutyTelephone(Refusal):
    """The counsellor has no telephone that can be rung."""

    message = _("No telephone is entered for you. Ask an administrator to enter one.")


class WouldShow(Refusal):
    """No number of ours may be seen on the caller's telephone."""

    message = _(
        "None of our numbers may be seen on the caller's telephone. Dial by hand, with your number hidden."
    )


class CanBeConnected(Refusal):
    """Digits are shown only where connecting is impossible."""

    message = _("The number is shown only when the call-back cannot be connected. Connect it instead.")


@transaction.atomic
def claim_call_back(*, actor: Actor, user: User, reference: str, at: datetime) -> CallBack:
    """Take a call-back on; a colleague's lapsed claim passes on, with whatever was left unsaid.

    Errors: CallBackOver, ClaimedByColleague.
    """
    call_back = _open(reference)
    if is_held(call_back, at) and call_back.claimed_by_id != user.pk:
        raise ClaimedByColleague
    _pass_on(actor, call_back, user, at)
    call_back.claimed_by, call_back.claimed_at = user, at
    if call_back.state == State.REQUESTED:
        callbacks.move(call_back, State.CLAIMED)
    call_back.save(update_fields=["claimed_by", "claimed_at", "state"])
    record(actor=actor, action=Action.CALL_BACK_CLAIMED, subject=_subject(call_back))
    touch_board()
    return call_back


@transaction.atomic
def release_call_back(*, actor: Actor, user: User, reference: str, at: datetime) -> None:
    """Put a call-back back for the others. Errors: CallBackOver, NotClaimed, SayWhatCameOfIt."""
    call_back = _held(reference, user, at)
    if attempts.waiting_for_a_word(call_back):
        raise SayWhatCameOfIt
    _put_back(actor, call_back, because="by_hand")


@transaction.atomic
def connect_call_back(*, actor: Actor, user: User, reference: str, at: datetime) -> CallBackAttempt:
    """Have the counsellor rung and then the caller; the provider is asked by a job of this transaction.

    Errors: CallBackOver, NotClaimed, SayWhatCameOfIt, NoDutyTelephone, WouldShow.
    """
    call_back = _ready(reference, user, at)
    if endpoint_of(user) is None:
        raise NoDutyTelephone
    if not attempts.caller_id(call_back):
        raise WouldShow
    begun = attempts.begin_attempt(actor=actor, user=user, call_back=call_back, way=Way.BRIDGED, at=at)
    bridge.ring_for_call_back.defer(attempt=str(begun.pk))
    return begun


def show_number(*, actor: Actor, user: User, reference: str, at: datetime) -> str:
    """Open the number to be dialled by hand, where it cannot be connected; the look is committed before it is shown.

    Errors: CallBackOver, NotClaimed, SayWhatCameOfIt, CanBeConnected; Unreadable.
    """
    with transaction.atomic():
        call_back = _held(reference, user, at)
        left = attempts.waiting_for_a_word(call_back)
        if left is None:
            if not must_be_dialled(call_back, user):
                raise CanBeConnected
            left = attempts.begin_attempt(actor=actor, user=user, call_back=call_back, way=Way.SHOWN, at=at)
        if left.way != Way.SHOWN:
            raise SayWhatCameOfIt
    subject = _subject(call_back)
    record_durably(actor=actor, action=Action.CALL_BACK_NUMBER_READ, subject=subject, attempt=left.number)
    return callbacks.number_of(call_back)


@transaction.atomic
def report_attempt(
    *, actor: Actor, user: User, reference: str, result: CallBackAttempt.Result, at: datetime
) -> None:
    """Say what came of the attempt; reached, the number is destroyed at once.

    Errors: CallBackOver, NotClaimed, NothingTried.
    """
    call_back = _held(reference, user, at)
    attempt = attempts.waiting_for_a_word(call_back)
    if attempt is None:
        raise NothingTried
    attempts.conclude_attempt(actor=actor, attempt=attempt, result=result, at=at)
    if result == Result.REACHED:
        record(actor=actor, action=Action.CALL_BACK_REACHED, subject=_subject(call_back))
        callbacks.end_call_back(actor=actor, call_back=call_back, state=State.REACHED, at=at)


@transaction.atomic
def give_up_call_back(
    *, actor: Actor, user: User, reference: str, because: CallBack.GivenUp, at: datetime
) -> None:
    """Give up on a call-back after at least one attempt; the number is destroyed at once.

    Errors: CallBackOver, NotClaimed, SayWhatCameOfIt, NothingTried.
    """
    call_back = _ready(reference, user, at)
    if not call_back.attempts:
        raise NothingTried
    call_back.given_up_because = because
    subject = _subject(call_back)
    tried = call_back.attempts
    record(
        actor=actor, action=Action.CALL_BACK_GIVEN_UP, subject=subject, because=because.value, attempts=tried
    )
    callbacks.end_call_back(actor=actor, call_back=call_back, state=State.GIVEN_UP, at=at)


@transaction.atomic
def lapse_claims(*, actor: Actor, at: datetime) -> int:
    """Put back what was claimed and left, and end attempts that the provider never spoke of again."""
    _end_silent_attempts(actor, at)
    talking = CallBackAttempt.objects.filter(call_back=OuterRef("pk"), result=Result.RINGING, ended_at=None)
    left = CallBack.objects.select_for_update(of=("self",)).filter(
        ~Exists(talking), state__in=CLAIMABLE, claimed_by__isnull=False, claimed_at__lte=at - CLAIM_LASTS
    )
    for call_back in left:
        _put_back(actor, call_back, because="lapsed")
    return len(left)


def is_held(call_back: CallBack, at: datetime) -> bool:
    """Tell whether somebody's claim is good: fresh, or with a call under way."""
    if call_back.claimed_by_id is None or call_back.claimed_at is None:
        return False
    return call_back.claimed_at > at - CLAIM_LASTS or attempts.is_under_way(call_back)


def must_be_dialled(call_back: CallBack, user: User) -> bool:
    """Tell whether connecting is impossible: no telephone to ring, no number to show, or it has just failed."""
    last = attempts.last_attempt(call_back)
    failed = last is not None and (last.result == Result.FAILED or last.way == Way.SHOWN)
    return failed or endpoint_of(user) is None or not attempts.caller_id(call_back)


def _open(reference: str) -> CallBack:
    found = (
        CallBack.objects.select_for_update(of=("self",)).select_related("call__line").get(reference=reference)
    )
    if found.state not in CLAIMABLE:
        raise CallBackOver
    return found


def _held(reference: str, user: User, at: datetime) -> CallBack:
    call_back = _open(reference)
    if call_back.claimed_by_id != user.pk or not is_held(call_back, at):
        raise NotClaimed
    return call_back


def _ready(reference: str, user: User, at: datetime) -> CallBack:
    call_back = _held(reference, user, at)
    if attempts.waiting_for_a_word(call_back):
        raise SayWhatCameOfIt
    return call_back


def _pass_on(actor: Actor, call_back: CallBack, user: User, at: datetime) -> None:
    """Somebody picked up and the colleague never said who: not known to be the caller, so it was somebody else."""
    left = attempts.waiting_for_a_word(call_back)
    if left and left.by_id != user.pk:
        attempts.conclude_attempt(actor=actor, attempt=left, result=Result.OTHER_PERSON, at=at)


def _put_back(actor: Actor, call_back: CallBack, *, because: str) -> None:
    if call_back.state == State.CLAIMED:
        callbacks.move(call_back, State.REQUESTED)
    call_back.claimed_by, call_back.claimed_at = None, None
    call_back.save(update_fields=["state", "claimed_by", "claimed_at"])
    record(actor=actor, action=Action.CALL_BACK_RELEASED, subject=_subject(call_back), because=because)
    touch_board()


def _end_silent_attempts(actor: Actor, at: datetime) -> None:
    ringing = CallBackAttempt.objects.select_for_update(of=("self",)).select_related("call_back")
    open_ones = ringing.filter(result=Result.RINGING, ended_at=None)
    unrung = open_ones.filter(rung_at=None, begun_at__lte=at - UNRUNG_AT_MOST)
    for attempt in [*unrung, *open_ones.filter(rung_at__lte=at - TALK_AT_MOST)]:
        attempts.conclude_attempt(actor=actor, attempt=attempt, result=Result.FAILED, at=at)


def _subject(call_back: CallBack) -> Subject:
    return Subject("call_back", call_back.reference)
