"""Questions about referrals, named; each is one query."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q, QuerySet

from referrals.referral.models import Referral
from referrals.referral.states import ENDED, Party, State


def live() -> QuerySet[Referral]:
    """Give every referral on which somebody still has to act, the most urgent first."""
    return (
        Referral.objects.exclude(state__in=ENDED)
        .select_related("contact_point__municipality", "contact_point__county", "counsellor")
        .order_by("due_on", "-acute", "reference")
    )


def standing_still(today: date) -> QuerySet[Referral]:
    """Give what the supervisor must look at: past its day, or handed up; who acts next and by when is on each row."""
    return live().filter(Q(due_on__lt=today) | Q(next_actor=Party.SUPERVISOR))


def count_by_state() -> dict[State, int]:
    """Count all referrals by state: no geography, no content."""
    rows = Referral.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return {State(state): number for state, number in rows}
