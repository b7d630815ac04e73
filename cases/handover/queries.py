"""Which hand-overs wait, and for whom."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cases.handover.models import HandOver, HandOverState


def waiting() -> QuerySet[HandOver]:
    """Give what has not been acknowledged yet, the nearest end of shift first."""
    offered = HandOver.objects.filter(state=HandOverState.OFFERED)
    return offered.select_related("case", "from_user", "to_user").order_by("acknowledge_by")


def waiting_for(user: User) -> QuerySet[HandOver]:
    """Give what a user is asked to take over."""
    return waiting().filter(to_user=user)


def unacknowledged(at: datetime) -> QuerySet[HandOver]:
    """Give what nobody acknowledged by the end of the shift: the supervisors' list."""
    return waiting().filter(acknowledge_by__lte=at)
