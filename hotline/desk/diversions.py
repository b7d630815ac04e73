"""Callers sent to a message, as a supervisor sees them: how often they called, never who they are."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.context import Actor
from hotline.calls.models import Call
from hotline.lines.diversions import divert, in_force
from hotline.lines.models import Diversion

LOOK_BACK = timedelta(days=7)
KEPT = timedelta(days=30)
MOST_ROWS = 200
HOURS = (1, 4, 24)
A_SECOND_PRESS = timedelta(minutes=1)


def diversions(at: datetime) -> QuerySet[Diversion]:
    """List what is in force and what was within a month, the newest first, with each caller's calls of a week."""
    calls = (
        Call.objects.filter(fingerprint=OuterRef("fingerprint"), offered_at__gte=at - LOOK_BACK)
        .order_by()
        .values("fingerprint")
        .annotate(number=Count("pk"))
        .values("number")
    )
    listed = Diversion.objects.filter(since__gte=at - KEPT).select_related("by")
    return listed.annotate(calls=Coalesce(Subquery(calls), 0))[:MOST_ROWS]


def diversion_of(call: Call, at: datetime) -> Diversion | None:
    """Find what sends this call's caller to a message now, the one that lasts longest."""
    if call.fingerprint is None:
        return None
    return in_force(at).filter(fingerprint=bytes(call.fingerprint)).order_by("-until").first()


def send_to_message(*, actor: Actor, user: User, call: Call, hours: int) -> Diversion:
    """Send this call's caller to a message for so many hours; a second press is the same.

    Errors: NotRecognisable, TooLong.
    """
    at = timezone.now()
    now_so = diversion_of(call, at)
    if now_so and now_so.until >= at + timedelta(hours=hours) - A_SECOND_PRESS:
        return now_so
    return divert(actor=actor, user=user, call=call, hours=hours, at=at)
