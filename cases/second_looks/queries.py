"""Which second looks are open, and for whom; references only, never a question."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from cases.second_looks.models import SecondLook, SecondLookState


def open_looks() -> QuerySet[SecondLook]:
    """Give every open question, the oldest first: the supervisors' list."""
    asked = SecondLook.objects.filter(state=SecondLookState.ASKED)
    return asked.select_related("case", "asked_by", "asked_of").order_by("asked_at")


def open_to(user: User) -> QuerySet[SecondLook]:
    """Give what a user is asked, and what anyone is asked by others."""
    anyone = Q(asked_of__isnull=True, case__protected=False) & ~Q(asked_by=user.pk)
    return open_looks().filter(Q(asked_of=user.pk) | anyone)
