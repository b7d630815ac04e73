"""One try to reach a caller who asked to be called back: begun once, and over with one result."""

import uuid
from datetime import datetime

from django.contrib.auth.models import User

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import pseudonyms
from hotline.calls import callbacks
from hotline.calls.models import CallBack, CallBackAttempt
from hotline.lines import duty
from hotline.lines.board import touch_board

Result = CallBackAttempt.Result
Way = CallBackAttempt.Way


def caller_id(call_back: CallBack) -> str:
    """Give the number the caller's telephone shows; empty where none of ours may be seen there.

    Somebody else may look at that telephone: without the caller's leave only the discreet number is shown.
    """
    line = call_back.call.line
    if line is None:
        return ""
    return line.number if call_back.line_number_may_show else line.discreet_number


def last_attempt(call_back: CallBack) -> CallBackAttempt | None:
    """Give the newest attempt."""
    return call_back.tries.order_by("-number").first()


def waiting_for_a_word(call_back: CallBack) -> CallBackAttempt | None:
    """Give the attempt that is under way, or over without anybody having said what came of it."""
    return call_back.tries.filter(result=Result.RINGING).first()


def is_under_way(call_back: CallBack) -> bool:
    """Tell whether telephones are ringing or people talking right now."""
    return call_back.tries.filter(result=Result.RINGING, ended_at=None).exists()


def begin_attempt(
    *, actor: Actor, user: User, call_back: CallBack, way: CallBackAttempt.Way, at: datetime
) -> CallBackAttempt:
    """Begin the next attempt. One that is dialled by hand is over, for us, as soon as the number was shown."""
    call_back.attempts += 1
    call_back.claimed_at = at
    callbacks.move(call_back, CallBack.State.ATTEMPTED)
    call_back.save(update_fields=["attempts", "state", "claimed_at"])
    made = CallBackAttempt.objects.create(
        call_back=call_back,
        number=call_back.attempts,
        by=user,
        way=way,
        begun_at=at,
        ended_at=at if way == Way.SHOWN else None,
    )
    if way == Way.BRIDGED:
        duty.occupy(user, _claim(made), at=at)
    subject = Subject("call_back", call_back.reference)
    record(actor=actor, action=Action.CALL_BACK_TRIED, subject=subject, attempt=made.number, way=way.value)
    touch_board()
    return made


def find_open(attempt: uuid.UUID | None) -> CallBackAttempt | None:
    """Lock and give an attempt of which nobody has yet said what came of it."""
    if attempt is None:
        return None
    return (
        CallBackAttempt.objects.select_for_update(of=("self",))
        .select_related("by", "call_back__call__line")
        .filter(pk=attempt, result=Result.RINGING)
        .first()
    )


def conclude_attempt(
    *, actor: Actor, attempt: CallBackAttempt, result: CallBackAttempt.Result, at: datetime
) -> None:
    """Say what came of an attempt; the claim lasts on from here."""
    attempt.result, attempt.ended_at = result, attempt.ended_at or at
    attempt.save(update_fields=["result", "ended_at"])
    duty.release(_claim(attempt), at=at)
    CallBack.objects.filter(pk=attempt.call_back_id, claimed_by=attempt.by_id).update(claimed_at=at)
    subject = Subject("call_back", attempt.call_back.reference)
    record(
        actor=actor,
        action=Action.CALL_BACK_TRY_ENDED,
        subject=subject,
        attempt=attempt.number,
        result=result.value,
    )
    touch_board()


def hang_up_attempt(*, attempt: CallBackAttempt, at: datetime) -> None:
    """Note that the call is over; who was spoken with only the counsellor knows."""
    if attempt.ended_at is None:
        attempt.ended_at = at
        attempt.save(update_fields=["ended_at"])
        duty.release(_claim(attempt), at=at)
        CallBack.objects.filter(pk=attempt.call_back_id, claimed_by=attempt.by_id).update(claimed_at=at)
        touch_board()


def _claim(attempt: CallBackAttempt) -> duty.Claim:
    """Give what the counsellor is busy with: the attempt, under a key that no provider's call has."""
    return duty.Claim(pseudonyms.call_key("call-back", str(attempt.pk)), 0)
