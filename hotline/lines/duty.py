"""Who is on duty, and the atomic claim by which one counsellor is rung for one caller."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from hotline.lines.board import touch_board
from hotline.lines.endpoints import endpoint_of
from hotline.lines.models import Duty, Line

RINGING_AT_MOST = timedelta(seconds=90)
BUSY_AT_MOST = timedelta(hours=4)
UNANSWERED_AT_MOST = 3

# The longest idle one; whoever is being claimed by somebody else at this instant is skipped, not waited for.
_CLAIM = """
UPDATE hotline_duty SET state = 'ringing', state_since = %(at)s, claimed_for = %(call)s, claimed_round = %(round)s
WHERE id = (
    SELECT id FROM hotline_duty
    WHERE line_id = %(line)s AND until IS NULL AND endpoint_id IS NOT NULL
      AND (state = 'free' OR (state = 'ringing' AND state_since < %(ringing_before)s)
           OR (state = 'busy' AND state_since < %(busy_before)s))
    ORDER BY state_since, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
_FREE = {"state": Duty.State.FREE, "claimed_for": None, "claimed_round": None}


class NoTelephone(Exception):
    """Nobody can be rung without a telephone: enter one first."""


@dataclass(frozen=True, slots=True)
class Claim:
    """For which call, and for which of its rounds of ringing, a counsellor is claimed."""

    call: bytes
    round: int


@transaction.atomic
def go_on_duty(*, actor: Actor, user: User, line: Line, at: datetime | None = None) -> Duty:
    """Let calls on the line ring at the counsellor's telephone from now on.

    Errors: NoTelephone.
    """
    endpoint = endpoint_of(user)
    if endpoint is None:
        raise NoTelephone
    now = at or timezone.now()
    User.objects.select_for_update().get(pk=user.pk)
    _end(Duty.objects.filter(user=user), because=Duty.Ended.REPLACED, at=now)
    duty = Duty.objects.create(user=user, line=line, endpoint=endpoint, since=now, state_since=now)
    record(actor=actor, action=Action.DUTY_STARTED, subject=Subject("user", user.username), line=line.number)
    touch_board()
    return duty


@transaction.atomic
def go_off_duty(*, actor: Actor, user: User, at: datetime | None = None) -> bool:
    """Let no more calls ring at the counsellor's telephone; says whether there was a duty to end."""
    ended = _end(Duty.objects.filter(user=user), because=Duty.Ended.BY_HAND, at=at or timezone.now())
    if ended:
        record(
            actor=actor, action=Action.DUTY_ENDED, subject=Subject("user", user.username), because="by_hand"
        )
        touch_board()
    return ended > 0


def claim_free(line_id: UUID, claim: Claim, *, at: datetime | None = None) -> Duty | None:
    """Claim the counsellor who has been idle longest for this call; the same call asked twice gets the same one."""
    if mine := claimed(claim):
        return mine
    now = at or timezone.now()
    _release_earlier_rounds(claim, now)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, _claim_parameters(line_id, claim, now))
            row = cursor.fetchone()
    except IntegrityError:  # the same call's other delivery claimed first: one call, one counsellor
        return claimed(claim)
    if row is None:
        return None
    touch_board()
    return Duty.objects.select_related("endpoint").get(pk=row[0])


def claimed(claim: Claim) -> Duty | None:
    """Find the counsellor claimed for this round of the call."""
    mine = Duty.objects.select_related("endpoint").filter(claimed_for=claim.call, claimed_round=claim.round)
    return mine.first()


def hold(claim: Claim, *, at: datetime | None = None) -> bool:
    """Note that the counsellor has accepted: in a call until it ends."""
    changed = _of(claim).update(state=Duty.State.BUSY, state_since=at or timezone.now(), unanswered=0)
    return _touched(changed)


def release(claim: Claim, *, at: datetime | None = None) -> bool:
    """Make the counsellor free again; a late message of an earlier round changes nothing."""
    return _touched(_of(claim).update(**_FREE, state_since=at or timezone.now()))


def release_call(call: bytes, *, at: datetime | None = None) -> bool:
    """Make whoever was claimed for a call that is over free again."""
    return _touched(Duty.objects.filter(claimed_for=call).update(**_FREE, state_since=at or timezone.now()))


@transaction.atomic
def release_unanswered(claim: Claim, *, at: datetime | None = None) -> None:
    """Count a ring nobody answered; the third in a row ends the duty by itself."""
    now = at or timezone.now()
    duty = _of(claim).select_for_update(of=("self",)).select_related("user").first()
    if duty is None:
        return
    unanswered = duty.unanswered + 1
    _of(claim).update(**_FREE, state_since=now, unanswered=unanswered)
    touch_board()
    if unanswered < UNANSWERED_AT_MOST:
        return
    _end(Duty.objects.filter(pk=duty.pk), because=Duty.Ended.UNANSWERED, at=now)
    subject = Subject("user", duty.user.username)
    record(actor=system_actor("duty"), action=Action.DUTY_ENDED, subject=subject, because="unanswered")


def _release_earlier_rounds(claim: Claim, now: datetime) -> None:
    """A caller who waits again is no longer being rung for: the message that says so may have been lost."""
    Duty.objects.filter(claimed_for=claim.call, claimed_round__lt=claim.round).update(
        **_FREE, state_since=now
    )


def _of(claim: Claim) -> QuerySet[Duty]:
    return Duty.objects.filter(claimed_for=claim.call, claimed_round=claim.round)


def _end(duties: QuerySet[Duty], *, because: Duty.Ended, at: datetime) -> int:
    until = Greatest(F("since"), Value(at))  # a clock may have been set back
    return duties.filter(until=None).update(**_FREE, state_since=at, until=until, ended_because=because)


def _touched(changed: int) -> bool:
    if changed:
        touch_board()
    return changed > 0


def _claim_parameters(line_id: UUID, claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "call": claim.call,
        "round": claim.round,
        "line": line_id,
        "ringing_before": now - RINGING_AT_MOST,
        "busy_before": now - BUSY_AT_MOST,
    }
