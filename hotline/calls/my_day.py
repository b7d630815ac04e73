"""Tell My day about the call-backs somebody has claimed and not yet finished."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.my_day.seam import DayItem
from hotline.calls.models import CallBack

MINE = (CallBack.State.CLAIMED, CallBack.State.ATTEMPTED)


def claimed_by(user: User, at: datetime) -> Iterable[DayItem]:
    """Tell which call-backs a counsellor has taken on, and until when each can be made."""
    for call_back in CallBack.objects.filter(claimed_by=user, state__in=MINE).order_by("expires_at"):
        yield DayItem(
            title=_("Call-back you have claimed"),
            url=reverse("desk:call-back", args=[call_back.reference]),
            reference=call_back.reference,
            by=call_back.expires_at,
            is_late=call_back.expires_at <= at,
        )
