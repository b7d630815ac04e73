"""Tell My day about the referrals on which a counsellor acts next, once their day has come."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.my_day.seam import DayItem
from cases.record.models import Basis, Grant
from referrals.clock.working_days import local_day
from referrals.referral.queries import live
from referrals.referral.states import Party


def mine(user: User, _at: datetime) -> Iterable[DayItem]:
    """Tell which referrals of the cases somebody owns wait for a counsellor, today or since before."""
    today = local_day()
    owned = Grant.objects.filter(user=user, basis=Basis.OWNER, until=None).values("case")
    waiting = live().filter(case__in=owned, next_actor=Party.COUNSELLOR, due_on__lte=today)
    for referral in waiting:
        yield DayItem(
            title=_("Referral that waits for you"),
            url=reverse("referrals:detail", args=[referral.reference]),
            reference=referral.reference,
            is_late=referral.due_on is not None and referral.due_on < today,
        )
