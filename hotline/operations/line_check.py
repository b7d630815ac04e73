"""Prove that a line works: the provider points at us, both know the same calls, and a call came in lately.

A daily test call sees to the last, from a number of ours that marks it: it is kept, and counted in no figure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from hotline.calls.models import Call, LineCheck
from hotline.calls.provider_api import api_of
from hotline.calls.reconcile import Comparison, agree
from hotline.lines.board import touch_board
from hotline.lines.models import Line
from hotline.operations.line_configuration import NumberUnknown, differences
from hotline.telephony.api import ApiError, NotOffered, ProviderApi
from hotline.telephony.events import Place, Step
from hotline.telephony.links import Links

PROVIDER = "twilio"
COUNTED = timedelta(hours=24)
SETTLING = timedelta(minutes=5)  # what began just now may still be on its way
A_CALL_WITHIN = timedelta(hours=26)


def check_lines(*, actor: Actor, at: datetime) -> Sequence[LineCheck]:
    """Check every line that the provider has; none where it cannot be asked by this process."""
    try:
        api = api_of(PROVIDER)
    except NotOffered:
        return []
    lines = Line.objects.order_by("number")
    checks = [check_line(actor=actor, line=line, api=api, at=at) for line in lines]
    return [check for check in checks if check]


def check_line(*, actor: Actor, line: Line, api: ProviderApi, at: datetime) -> LineCheck | None:
    """Check one line and keep what was found; a number that was never with this provider is not checked."""
    try:
        points_at_us: bool | None = not differences(line, api=api)
        counts_agree: bool | None = agree(comparison=_lately(line, at), api=api)
    except NumberUnknown:
        if not LineCheck.objects.filter(line=line).exists():
            return None
        points_at_us, counts_agree = False, None
    except ApiError:
        points_at_us = counts_agree = None
    return _keep(actor, line, at, points_at_us=points_at_us, counts_agree=counts_agree)


def ring_lines(*, actor: Actor) -> int:
    """Have the provider place a test call to every line of ours that it has; says how many were placed."""
    if not settings.TEST_CALL_NUMBER:
        return 0
    api = api_of(PROVIDER)
    hang_up = Links(settings.PUBLIC_BASE_URL).url(
        Step.BRIDGE, Place()
    )  # belongs to no call-back: over at once
    lines = [line for line in Line.objects.order_by("number") if api.number_of(line.number)]
    for line in lines:
        api.create_call(to=line.number, from_=settings.TEST_CALL_NUMBER, url=hang_up, status_callback=hang_up)
    with transaction.atomic():
        record(actor=actor, action=Action.LINES_RUNG, calls=len(lines))
    return len(lines)


@transaction.atomic
def _keep(
    actor: Actor, line: Line, at: datetime, *, points_at_us: bool | None, counts_agree: bool | None
) -> LineCheck:
    before = LineCheck.objects.filter(line=line).order_by("-at").first()
    came = Call.objects.filter(line=line, entered_by=None, provider=PROVIDER).aggregate(
        any=Max("offered_at"), test=Max("offered_at", filter=Q(is_test=True))
    )
    lately = came["any"] is not None and came["any"] > at - A_CALL_WITHIN
    check = LineCheck.objects.create(
        line=line,
        at=at,
        points_at_us=points_at_us,
        counts_agree=counts_agree,
        test_call_at=came["test"],
        is_proven=bool(points_at_us and counts_agree and lately),
    )
    if before is None or before.is_proven != check.is_proven:
        subject = Subject("line", line.number)
        record(actor=actor, action=Action.LINE_CHECK_TURNED, subject=subject, proven=check.is_proven)
    touch_board()
    return check


def _lately(line: Line, at: datetime) -> Comparison:
    return Comparison(PROVIDER, [line], at - COUNTED, at - SETTLING)
