"""What the queue of a line is like right now: how many wait, how many answer, how long it took of late."""

from datetime import datetime, timedelta

from hotline.calls.models import Call
from hotline.lines import staffing
from hotline.lines.hours import LinePlan
from hotline.lines.waiting import Answered, Expected, Queued, expected_wait

LATELY = timedelta(days=14)
LAST_ANSWERED = 20
LOST_AFTER = timedelta(minutes=10)  # nobody waits so long beyond the longest wait: the end was never told
FULL = "queue_full"
NOBODY = "nobody_on_duty"


def why_not_queue(plan: LinePlan | None, language: str, *, call_key: bytes, at: datetime) -> str:
    """Say in a word why a caller is not let into the queue; empty where they are."""
    if plan is None or not staffing.ready_on(plan.id, language):
        return NOBODY
    return FULL if _waiting(plan, call_key, at) >= plan.queue_at_most else ""


def expected(
    plan: LinePlan, language: str, *, position: int | None, waited_s: int, at: datetime
) -> Expected | None:
    """Tell how much longer a caller will probably wait; none where there is too little to go by."""
    queued = Queued(
        position=position or 1,
        waited_s=waited_s,
        on_duty=staffing.ready_on(plan.id, language),
        at_most_s=plan.wait_at_most_s,
    )
    return expected_wait(_answered_lately(plan, at), queued)


def _answered_lately(plan: LinePlan, at: datetime) -> list[Answered]:
    calls = Call.objects.filter(
        line=plan.id,
        accepted_at__isnull=False,
        wait_s__isnull=False,
        is_test=False,
        offered_at__gte=at - LATELY,
    )
    rows = calls.order_by("-offered_at").values_list("wait_s", "talk_s")[:LAST_ANSWERED]
    return [Answered(wait_s=wait_s or 0, talk_s=talk_s) for wait_s, talk_s in rows]


def _waiting(plan: LinePlan, call_key: bytes, at: datetime) -> int:
    longest = timedelta(seconds=plan.wait_at_most_s) + LOST_AFTER
    return (
        Call.objects.filter(
            line=plan.id,
            queued_at__gte=at - longest,
            ended_at=None,
            accepted_at=None,
            gave_up_at=None,
            callback_requested_at=None,
            failed_at=None,
        )
        .exclude(call_key=call_key)
        .count()
    )
