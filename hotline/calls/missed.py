"""Missed calls without a call-back, one group a caller: settled when that caller is answered, else signed off as lost.

Callers are told apart by fingerprint, which never leaves the database: a group is named by its newest call. Across
two periods of fingerprints the same caller is two groups, for nothing that is stored tells that they are one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.refusals import Refusal
from hotline.calls.models import Call, Outcome, Settled
from hotline.lines.board import touch_board
from hotline.lines.hours import is_open, plan_of

MISSED = (Outcome.FAILED, Outcome.NO_ANSWER, Outcome.ABANDONED)
_MISSED = (
    "c.outcome IN ('failed', 'no_answer', 'abandoned') AND c.contact_id IS NULL AND c.settled_at IS NULL"
)
# Whoever a supervisor has sent to a message was not missed.
_REAL = "c.matched_id IS NULL AND NOT c.is_test AND c.end_cause IS DISTINCT FROM 'aside'"
_SPOKEN_WITH = """EXISTS (
    SELECT FROM hotline_call later LEFT JOIN hotline_callback b ON b.call_id = later.id
    WHERE later.fingerprint = c.fingerprint AND (later.accepted_at > c.offered_at
          OR (b.state = 'reached' AND b.ended_at > c.offered_at)))"""
_ASKED_FOR = """EXISTS (
    SELECT FROM hotline_call other JOIN hotline_callback b ON b.call_id = other.id
    WHERE other.fingerprint = c.fingerprint AND b.state IN ('requested', 'claimed', 'attempted'))"""
# A withheld number has no fingerprint, so each such call is a group of its own.
_CALLER = "COALESCE(encode(c.fingerprint, 'hex'), c.id::text)"
_WAITING = f"{_MISSED} AND {_REAL} AND NOT {_SPOKEN_WITH} AND NOT {_ASKED_FOR}"
_GROUPS = f"""
SELECT (array_agg(c.reference ORDER BY c.offered_at DESC, c.reference))[1] AS newest, count(*) AS attempts,
       min(c.offered_at) AS first_at, max(c.offered_at) AS last_at,
       mode() WITHIN GROUP (ORDER BY extract(hour FROM c.offered_at AT TIME ZONE %(zone)s))::int AS usual_hour,
       bool_and(c.fingerprint IS NULL) AS alone, bool_and(c.is_short) AS short,
       array_remove(array_agg(DISTINCT l.name), NULL) AS lines,
       max(c.offered_at) < %(today)s AS from_earlier_days
FROM hotline_call c LEFT JOIN hotline_line l ON l.id = c.line_id
WHERE {_WAITING}
GROUP BY {_CALLER}
ORDER BY from_earlier_days DESC, max(c.offered_at)
LIMIT %(most)s OFFSET %(skip)s
"""  # noqa: S608 - only the texts above are put together
_COUNT = f"""
SELECT count(*), count(*) FILTER (WHERE last_at < %(today)s)
FROM (SELECT max(c.offered_at) AS last_at FROM hotline_call c WHERE {_WAITING} GROUP BY {_CALLER}) AS callers
"""  # noqa: S608 - the same
_SETTLE = f"""
UPDATE hotline_call c SET settled_at = %(at)s, settled_because = 'answered'
WHERE {_MISSED} AND {_REAL} AND {_SPOKEN_WITH} RETURNING c.reference
"""  # noqa: S608 - the same
_SIGN_OFF = f"""
UPDATE hotline_call c SET settled_at = %(at)s, settled_because = 'lost'
WHERE {_MISSED} AND {_REAL} AND c.offered_at <= %(until)s
      AND (c.id = %(newest)s OR c.fingerprint = (SELECT n.fingerprint FROM hotline_call n WHERE n.id = %(newest)s))
RETURNING c.reference
"""  # noqa: S608 - the same


class DayIsNotOver(Refusal):
    """A call is lost at the end of its day: until then the caller may call again and be answered."""

    message = _("The line is still open today: the caller may call again. Sign off after closing time.")


class NotMissed(Refusal):
    """The call is not on the list any more."""

    message = _("This is settled already.")


@dataclass(frozen=True, slots=True)
class MissedCaller:
    """One caller who was not answered and asked for no call-back; `newest` is the reference of the last call."""

    newest: str
    attempts: int
    first_at: datetime
    last_at: datetime
    usual_hour: int
    alone: bool
    short: bool
    lines: list[str]
    from_earlier_days: bool

    @property
    def next_hour(self) -> int:
        """Give the end of the hour at which this caller usually calls."""
        return (self.usual_hour + 1) % 24


@dataclass(frozen=True, slots=True)
class MissedCount:
    """How many callers wait on the list, and how many of them since an earlier day."""

    callers: int
    from_earlier_days: int


def missed_callers(*, at: datetime, most: int, skip: int = 0) -> list[MissedCaller]:
    """List the callers: first those of earlier days, who are to be signed off, then today's, the longest ago first."""
    paging: dict[str, Any] = {
        "most": most,
        "skip": skip,
        "zone": settings.LINE_TIME_ZONE,
        "today": _day_of(at),
    }
    return [MissedCaller(*row) for row in _all(_GROUPS, paging)]


def count_missed(*, at: datetime) -> MissedCount:
    """Count them, in one statement."""
    return MissedCount(*_all(_COUNT, {"today": _day_of(at)})[0])


@transaction.atomic
def settle_answered(*, actor: Actor, at: datetime) -> int:
    """Settle the missed calls whose callers have been spoken with since; says how many."""
    return _record(actor, Action.CALL_SETTLED, _all(_SETTLE, {"at": at}))


@transaction.atomic
def sign_off_lost(*, actor: Actor, reference: str, at: datetime) -> int:
    """Sign a caller's missed calls off as lost, up to this one: what came after it is still open.

    Errors: DayIsNotOver, NotMissed.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("line").get(reference=reference)
    is_today = call.offered_at >= _day_of(at)
    if is_today and call.line and is_open(plan_of(call.line), at):
        raise DayIsNotOver
    signed = _all(_SIGN_OFF, {"at": at, "until": call.offered_at, "newest": call.id})
    if not signed:
        raise NotMissed
    return _record(actor, Action.CALL_LOST, signed)


def settled_because(call: Call) -> str:
    """Say how a missed call left the list; empty where it has not."""
    return str(Settled(call.settled_because).label) if call.settled_because else ""


def _record(actor: Actor, action: Action, rows: list[tuple[Any, ...]]) -> int:
    for (reference,) in rows:
        record(actor=actor, action=action, subject=Subject("call", reference))
    if rows:
        touch_board()
    return len(rows)


def _day_of(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _all(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
