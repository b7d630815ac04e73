"""Tell My day about the referrals on which their counsellor acts next, once their day has come."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.access import visible_to
from cases.my_day.seam import DayItem
from referrals.clock.working_days import local_day
from referrals.referral.queries import live
from referrals.referral.states import Party


def mine(user: User, _at: datetime) -> Iterable[DayItem]:
    """Tell which referrals of cases they may open wait for a counsellor, today or since before."""
    today = local_day()
    waiting = live().filter(counsellor=user, next_actor=Party.COUNSELLOR, due_on__lte=today)
    for referral in waiting.filter(case__in=visible_to(user)):
        yield DayItem(
            title=_("Referral that waits for you"),
            url=reverse("referrals:detail", args=[referral.reference]),
            reference=referral.reference,
            is_late=referral.due_on is not None and referral.due_on < today,
        )
