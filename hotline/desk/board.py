"""What the live desk shows: the lines, the calls under way, and what waits for a hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Case, QuerySet, Value, When

from hotline.calls.models import Call, CallBack, Outcome
from hotline.calls.proof import Proof, proofs
from hotline.lines.models import Duty
from hotline.lines.staffing import LineState, line_states

UNDER_WAY_WITHIN = timedelta(hours=6)
UNLOGGED_WITHIN = timedelta(days=7)
MISSED_WITHIN = timedelta(hours=24)
MOST_ROWS = 200  # weeks of work at the line's pace; the headings say when there is more
DUE_STATES = (CallBack.State.REQUESTED, CallBack.State.CLAIMED, CallBack.State.ATTEMPTED)
MISSED = (Outcome.ABANDONED, Outcome.NO_ANSWER, Outcome.FAILED)


@dataclass(frozen=True)
class Board:
    """One look at the desk."""

    at: datetime
    lines: Sequence[LineState]
    under_way: QuerySet[Call]
    call_backs: QuerySet[CallBack]
    unlogged: QuerySet[Call]
    missed: QuerySet[Call]
    duty: Duty | None
    proofs: Sequence[Proof] = ()
    most: int = MOST_ROWS


def read_board(*, user: User, at: datetime) -> Board:
    """Read everything the desk shows this person, in a number of queries that does not grow."""
    lines = line_states(at)
    return Board(
        at=at,
        lines=lines,
        under_way=_calls().filter(ended_at=None, offered_at__gte=at - UNDER_WAY_WITHIN)[:MOST_ROWS],
        call_backs=_due_call_backs(),
        unlogged=_unlogged(user, at),
        missed=_calls().filter(
            outcome__in=MISSED,
            is_short=False,
            is_test=False,
            contact=None,
            offered_at__gte=at - MISSED_WITHIN,
        )[:MOST_ROWS],
        duty=next((duty for line in lines for duty in line.on_duty if duty.user_id == user.pk), None),
        proofs=proofs(at),
    )


def earlier_calls(call: Call) -> int:
    """Count the earlier calls with the same fingerprint in its period; a withheld number has none.

    The counsellor sees the number only and never mentions it: a mother and her son may share a phone.
    """
    if call.fingerprint is None:
        return 0
    return (
        Call.objects.filter(fingerprint=bytes(call.fingerprint), offered_at__lt=call.offered_at)
        .exclude(pk=call.pk)
        .count()
    )


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related("line", "accepted_by").order_by("-offered_at")


def _due_call_backs() -> QuerySet[CallBack]:
    return (
        CallBack.objects.filter(state__in=DUE_STATES)
        .select_related("call__line", "claimed_by")
        .order_by("expires_at")[:MOST_ROWS]
    )


def _unlogged(user: User, at: datetime) -> QuerySet[Call]:
    """Give answered calls without a contact: one's own first, then the oldest."""
    mine_first = Case(When(accepted_by=user, then=Value(0)), default=Value(1))
    return (
        _calls()
        .filter(outcome=Outcome.ANSWERED, contact=None, is_test=False, offered_at__gte=at - UNLOGGED_WITHIN)
        .order_by(mine_first, "offered_at")[:MOST_ROWS]
    )
