"""What the live desk shows: the lines, the calls under way, and what waits for a hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Case, QuerySet, Value, When

from hotline.calls import worklists
from hotline.calls.missed import MissedCaller, missed_callers
from hotline.calls.models import Call, CallBack
from hotline.calls.proof import Proof, proofs
from hotline.lines.models import Duty
from hotline.lines.staffing import LineState, line_states

UNDER_WAY_WITHIN = timedelta(hours=6)
MOST_ROWS = 25  # a screen of each; the headings say when there is more, and lead to the whole list


@dataclass(frozen=True)
class Board:
    """One look at the desk."""

    at: datetime
    lines: Sequence[LineState]
    under_way: QuerySet[Call]
    call_backs: QuerySet[CallBack]
    unlogged: QuerySet[Call]
    missed: Sequence[MissedCaller]
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
        call_backs=worklists.due_call_backs(at=at).select_related(None)[:MOST_ROWS],
        unlogged=_unlogged(user),
        missed=missed_callers(at=at, most=MOST_ROWS),
        duty=next((duty for line in lines for duty in line.on_duty if duty.user_id == user.pk), None),
        proofs=proofs(at),
    )


def earlier_calls(call: Call) -> int:
    """Count the earlier calls from the same telephone, in its period and the one before; a withheld number has none.

    The counsellor sees the number only and never mentions it: a mother and her son may share a phone.
    """
    if call.fingerprint is None:
        return 0
    same = Call.objects.filter(fingerprint=bytes(call.fingerprint), offered_at__lt=call.offered_at)
    return same.exclude(pk=call.pk).count() + (call.calls_before or 0)


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related("line").order_by("-offered_at")


def _unlogged(user: User) -> QuerySet[Call]:
    """Give conversations without a contact: one's own first, then the oldest."""
    mine_first = Case(When(accepted_by=user, then=Value(0)), default=Value(1))
    unlogged = worklists.unlogged_calls().select_related(None).select_related("accepted_by")
    return unlogged.order_by(mine_first, "offered_at")[:MOST_ROWS]
