"""Tell My day about the referrals on which a counsellor acts next, and about what waits for a second person."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.my_day.seam import DayItem
from cases.record.models import Basis, Grant
from referrals.clock.working_days import local_day
from referrals.referral.queries import live
from referrals.referral.signing_off import to_sign_off
from referrals.referral.states import Party


def mine(user: User, _at: datetime) -> Iterable[DayItem]:
    """Tell which referrals of the cases somebody owns wait for a counsellor, and what a supervisor is to sign off."""
    today = local_day()
    for decision in to_sign_off(user):
        yield DayItem(
            title=_("Sign off: left in acute danger on one person's word"),
            url=reverse("referrals:detail", args=[decision.referral.reference]),
            reference=decision.referral.reference,
            is_late=decision.due_on < today,
        )
    owned = Grant.objects.filter(user=user, basis=Basis.OWNER, until=None).values("case")
    waiting = live().filter(case__in=owned, next_actor=Party.COUNSELLOR, due_on__lte=today)
    for referral in waiting:
        yield DayItem(
            title=_("Referral that waits for you"),
            url=reverse("referrals:detail", args=[referral.reference]),
            reference=referral.reference,
            is_late=referral.due_on is not None and referral.due_on < today,
        )
