"""Who is on duty, and the atomic claim by which one counsellor is rung for one caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from hotline.lines.board import touch_board
from hotline.lines.endpoints import endpoint_of
from hotline.lines.hours import has_closed_since, plans
from hotline.lines.models import Duty, Line
from hotline.lines.staffing import tell_of_unstaffed_lines

RINGING_AT_MOST = timedelta(seconds=90)
BUSY_AT_MOST = timedelta(hours=4)
UNANSWERED_AT_MOST = 3
SYSTEM = system_actor("duty")
AT_ONCE = 10  # as many telephones as are rung together at the most

# The longest idle who speak the caller's language; who is being claimed by somebody else right now is skipped.
_CLAIM = """
WITH chosen AS (
    SELECT id FROM hotline_duty
    WHERE line_id = %(line)s AND until IS NULL AND endpoint_id IS NOT NULL AND %(language)s = ANY(languages)
      AND (state = 'free' OR (state = 'ringing' AND state_since < %(ringing_before)s)
           OR (state = 'busy' AND state_since < %(busy_before)s))
    ORDER BY state_since, id LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
)
UPDATE hotline_duty SET state = 'ringing', state_since = %(at)s, claimed_for = %(call)s, claimed_round = %(round)s
FROM chosen WHERE hotline_duty.id = chosen.id
"""
_FREE = {"state": Duty.State.FREE, "claimed_for": None, "claimed_round": None}


class NoTelephone(Exception):
    """Nobody can be rung without a telephone: enter one first."""


class NotOnDuty(Exception):
    """Only who is on duty takes a break."""


class InACall(Exception):
    """A break begins after the call."""


@dataclass(frozen=True, slots=True)
class Claim:
    """For which call, and for which of its rounds of ringing, a counsellor is claimed."""

    call: bytes
    round: int


@transaction.atomic
def go_on_duty(
    *, actor: Actor, user: User, line: Line, languages: Sequence[str] = (), at: datetime | None = None
) -> Duty:
    """Let calls on the line ring at the counsellor's telephone from now on; without languages, in the line's own.

    Errors: NoTelephone.
    """
    endpoint = endpoint_of(user)
    if endpoint is None:
        raise NoTelephone
    now = at or timezone.now()
    spoken = [each for each in Line.Language.values if each in languages] or [line.language]
    User.objects.select_for_update().get(pk=user.pk)
    _end(Duty.objects.filter(user=user), because=Duty.Ended.REPLACED, at=now)
    duty = Duty.objects.create(
        user=user, line=line, endpoint=endpoint, languages=spoken, since=now, state_since=now
    )
    subject = Subject("user", user.username)
    record(
        actor=actor,
        action=Action.DUTY_STARTED,
        subject=subject,
        line=line.number,
        languages=" ".join(spoken),
    )
    touch_board()
    return duty


@transaction.atomic
def pause(*, actor: Actor, user: User, at: datetime | None = None) -> None:
    """Begin a break: on duty, and not rung.

    Errors: NotOnDuty, InACall.
    """
    duty = _current(user)
    if duty.state == Duty.State.PAUSED:
        return
    if duty.state != Duty.State.FREE:
        raise InACall
    Duty.objects.filter(pk=duty.pk).update(state=Duty.State.PAUSED, state_since=at or timezone.now())
    record(actor=actor, action=Action.DUTY_PAUSED, subject=Subject("user", user.username))
    touch_board()
    tell_of_unstaffed_lines(actor=SYSTEM, at=at or timezone.now())


@transaction.atomic
def resume(*, actor: Actor, user: User, at: datetime | None = None) -> None:
    """End the break: rung again, after those who have been idle longer.

    Errors: NotOnDuty.
    """
    duty = _current(user)
    if duty.state != Duty.State.PAUSED:
        return
    changes = {"state": Duty.State.FREE, "state_since": at or timezone.now(), "unanswered": 0}
    Duty.objects.filter(pk=duty.pk).update(**changes)
    record(actor=actor, action=Action.DUTY_RESUMED, subject=Subject("user", user.username))
    touch_board()


@transaction.atomic
def go_off_duty(*, actor: Actor, user: User, at: datetime | None = None) -> bool:
    """Let no more calls ring at the counsellor's telephone; says whether there was a duty to end."""
    ended = _end(Duty.objects.filter(user=user), because=Duty.Ended.BY_HAND, at=at or timezone.now())
    if ended:
        record(
            actor=actor, action=Action.DUTY_ENDED, subject=Subject("user", user.username), because="by_hand"
        )
        touch_board()
        tell_of_unstaffed_lines(actor=SYSTEM, at=at or timezone.now())
    return ended > 0


@transaction.atomic
def end_duties_of_closed_lines(*, actor: Actor, at: datetime) -> list[Duty]:
    """End every duty whose line has closed since it began; who is being rung or in a call stays until that is over."""
    every = {plan.id: plan for plan in plans()}
    stale = Q(state=Duty.State.RINGING, state_since__lt=at - RINGING_AT_MOST) | Q(
        state=Duty.State.BUSY, state_since__lt=at - BUSY_AT_MOST
    )
    idle = Q(state__in=[Duty.State.FREE, Duty.State.PAUSED]) | stale
    mine = Duty.objects.filter(idle, until=None).select_related("user")
    over = [
        duty
        for duty in mine.select_for_update(of=("self",), skip_locked=True)
        if has_closed_since(every[duty.line_id], duty.since, at)
    ]
    for duty in over:
        _end(Duty.objects.filter(pk=duty.pk), because=Duty.Ended.CLOSED, at=at)
        subject = Subject("user", duty.user.username)
        record(actor=actor, action=Action.DUTY_ENDED, subject=subject, because="closed")
    if over:
        touch_board()
    return over


@transaction.atomic
def claim_counsellors(
    line: UUID, claim: Claim, *, language: str, at_most: int = 1, at: datetime | None = None
) -> list[Duty]:
    """Claim who has been idle longest and speaks the language; the same call asked twice gets the same ones."""
    _lock(claim)
    if mine := claimed(claim):
        return mine
    now = at or timezone.now()
    _release_earlier_rounds(claim, now)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM, _claim_parameters(line, claim, now) | {"language": language, "at_most": at_most}
        )
        _touched(cursor.rowcount)
    return claimed(claim)


def claimed(claim: Claim) -> list[Duty]:
    """Find the counsellors claimed for this round of the call."""
    return list(_of(claim).select_related("endpoint").order_by("id"))


@transaction.atomic
def accept(claim: Claim, duty: UUID, *, at: datetime | None = None) -> bool:
    """Note that a counsellor has taken the call, and let the others go; says no to all but the first.

    Who is no longer claimed, as the ring took too long, has the call all the same: two people are talking.
    """
    _lock(claim)
    now = at or timezone.now()
    others = Duty.objects.filter(claimed_for=claim.call).exclude(pk=duty)
    if others.filter(state=Duty.State.BUSY).exists():
        return False
    mine = _of(claim).filter(pk=duty)
    taken = mine.update(state=Duty.State.BUSY, state_since=now, unanswered=0)
    _touched(taken + others.update(**_FREE, state_since=now))
    return True


def occupy(user: User, claim: Claim, *, at: datetime) -> bool:
    """Keep a counsellor who is calling out from being rung; on a break, or rung already, nothing changes."""
    free = Duty.objects.filter(user=user, until=None, state=Duty.State.FREE)
    busy = {"state": Duty.State.BUSY, "claimed_for": claim.call, "claimed_round": claim.round}
    return _touched(free.update(**busy, state_since=at))


def release(claim: Claim, *, at: datetime | None = None) -> bool:
    """Make the counsellors free again; a late message of an earlier round changes nothing."""
    return _touched(_of(claim).update(**_FREE, state_since=at or timezone.now()))


def release_call(call: bytes, *, at: datetime | None = None) -> bool:
    """Make whoever was claimed for a call that is over free again."""
    return _touched(Duty.objects.filter(claimed_for=call).update(**_FREE, state_since=at or timezone.now()))


@transaction.atomic
def release_unanswered(claim: Claim, *, at: datetime | None = None) -> None:
    """Count a ring nobody answered; the third in a row ends a duty by itself."""
    now = at or timezone.now()
    rung = list(_of(claim).select_for_update(of=("self",)).select_related("user"))
    counted = F("unanswered") + 1
    _touched(_of(claim).update(**_FREE, state_since=now, unanswered=counted))
    for duty in rung:
        if duty.unanswered + 1 >= UNANSWERED_AT_MOST:
            _end(Duty.objects.filter(pk=duty.pk), because=Duty.Ended.UNANSWERED, at=now)
            subject = Subject("user", duty.user.username)
            record(actor=SYSTEM, action=Action.DUTY_ENDED, subject=subject, because="unanswered")
            tell_of_unstaffed_lines(actor=SYSTEM, at=now)


def _release_earlier_rounds(claim: Claim, now: datetime) -> None:
    """A caller who waits again is no longer being rung for: the message that says so may have been lost."""
    Duty.objects.filter(claimed_for=claim.call, claimed_round__lt=claim.round).update(
        **_FREE, state_since=now
    )


def _lock(claim: Claim) -> None:
    """Let one delivery of a call claim or accept at a time, also of a call that has no row yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(claim.call[:8], "big", signed=True)]
        )


def _current(user: User) -> Duty:
    duty = Duty.objects.select_for_update().filter(user=user, until=None).first()
    if duty is None:
        raise NotOnDuty
    return duty


def _of(claim: Claim) -> QuerySet[Duty]:
    return Duty.objects.filter(claimed_for=claim.call, claimed_round=claim.round)


def _end(duties: QuerySet[Duty], *, because: Duty.Ended, at: datetime) -> int:
    until = Greatest(F("since"), Value(at))  # a clock may have been set back
    return duties.filter(until=None).update(**_FREE, state_since=at, until=until, ended_because=because)


def _touched(changed: int) -> bool:
    if changed:
        touch_board()
    return changed > 0


def _claim_parameters(line: UUID, claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "call": claim.call,
        "round": claim.round,
        "line": line,
        "ringing_before": now - RINGING_AT_MOST,
        "busy_before": now - BUSY_AT_MOST,
    }
