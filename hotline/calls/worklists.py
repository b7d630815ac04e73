"""What waits for a hand: call-backs due, callers missed, talks not yet logged, calls entered by hand to be matched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from hotline.calls import manual
from hotline.calls.call_back_work import CLAIMABLE
from hotline.calls.missed import MissedCount, count_missed
from hotline.calls.models import Call, CallBack, Outcome

EXPIRED_SHOWN_FOR = timedelta(days=14)
SPOKEN_WITH = Q(outcome=Outcome.ANSWERED) | Q(call_back__state=CallBack.State.REACHED)


@dataclass(frozen=True, slots=True)
class WorkCount:
    """How much waits, list by list."""

    call_backs: int
    overdue: int
    missed: MissedCount
    unlogged: int
    unmatched: int


def call_back_target() -> timedelta:
    """Give the time within which a caller who asked for it should have been reached."""
    return timedelta(hours=int(getattr(settings, "CALL_BACK_TARGET_HOURS", 24)))


def due_call_backs(*, at: datetime) -> QuerySet[CallBack]:
    """Give the call-backs to make: overdue first, then whichever expires first."""
    late = When(requested_at__lte=at - call_back_target(), then=Value(value=True))
    overdue = Case(late, default=Value(value=False), output_field=BooleanField())
    return (
        CallBack.objects.filter(state__in=CLAIMABLE)
        .annotate(is_overdue=overdue)
        .select_related("call__line", "claimed_by")
        .order_by("-is_overdue", "expires_at", "id")
    )


def expired_call_backs(*, at: datetime) -> QuerySet[CallBack]:
    """Give those whose time ran out before anyone was reached; the supervisor sees them for two weeks."""
    return (
        CallBack.objects.filter(state=CallBack.State.EXPIRED, ended_at__gte=at - EXPIRED_SHOWN_FOR)
        .select_related("call__line")
        .order_by("-ended_at", "id")
    )


def unlogged_calls() -> QuerySet[Call]:
    """Give the calls in which somebody was spoken with and nobody has said about what: the oldest first."""
    return (
        Call.objects.filter(SPOKEN_WITH, contact=None, is_test=False, matched=None)
        .select_related("line", "accepted_by", "call_back__claimed_by")
        .order_by("offered_at", "id")
    )


def may_be_logged(call: Call) -> bool:
    """Tell whether somebody spoke with this caller: in the call itself, or when called back."""
    reached = CallBack.objects.filter(call=call, state=CallBack.State.REACHED)
    return call.accepted_at is not None or call.outcome == Outcome.ANSWERED or reached.exists()


def count_work(*, at: datetime) -> WorkCount:
    """Count every list, in a number of queries that does not grow."""
    due = CallBack.objects.filter(state__in=CLAIMABLE)
    return WorkCount(
        call_backs=due.count(),
        overdue=due.filter(requested_at__lte=at - call_back_target()).count(),
        missed=count_missed(at=at),
        unlogged=unlogged_calls().count(),
        unmatched=manual.unmatched_calls().count(),
    )
