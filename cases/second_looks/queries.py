"""Which second looks are open, and for whom; references only, never a question."""

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.record.models import Basis, Grant
from cases.second_looks.models import SecondLook, SecondLookState


def open_looks() -> QuerySet[SecondLook]:
    """Give every open question, the oldest first; `opens` tells whether the case is open to who is asked, for it."""
    door = Grant.objects.filter(
        case=OuterRef("case"), user=OuterRef("asked_of"), basis=Basis.SECOND_REVIEW, until__gt=timezone.now()
    )
    asked = SecondLook.objects.filter(state=SecondLookState.ASKED).annotate(opens=Exists(door))
    return asked.select_related("case", "asked_by", "asked_of").order_by("asked_at")


def open_to(user: User) -> QuerySet[SecondLook]:
    """Give what a user is asked, and what anyone is asked by others."""
    anyone = Q(asked_of__isnull=True, case__protected=False) & ~Q(asked_by=user.pk)
    return open_looks().filter(Q(asked_of=user.pk) | anyone)
