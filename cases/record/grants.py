"""Which grants open a case now: the one query that everything about access rests on."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.record.models import Basis, Case, Flag, FlagKind, Grant
from cases.record.refusals import NoAccess

Reader = AbstractBaseUser | AnonymousUser
ORDER = {basis.value: place for place, basis in enumerate(Basis)}
# Whoever reviews does not need to open a case whose people have protected identity.
NOT_FOR_PROTECTED = (Basis.SECOND_REVIEW, Basis.SAMPLE)


def live_flags() -> QuerySet[Flag]:
    """Give the flags that are up now."""
    return Flag.objects.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()), lifted_at__isnull=True)


def live_grants(user: Reader) -> QuerySet[Grant]:
    """Give the grants of a user that open their cases now; whoever is not signed in or off-boarded has none."""
    if not user.is_active or user.pk is None:
        return Grant.objects.none()
    protected = live_flags().filter(case=OuterRef("case"), kind=FlagKind.PROTECTED_IDENTITY)
    return (
        Grant.objects.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()), user_id=user.pk)
        .exclude(Exists(protected), basis__in=NOT_FOR_PROTECTED)
        .order_by("given_at")
    )


def basis_of(user: Reader, case: Case) -> str:
    """Say on what basis a user may open a case; the strongest where there are several, empty where there is none."""
    bases = live_grants(user).filter(case=case).values_list("basis", flat=True)
    return min(bases, key=ORDER.__getitem__, default="")


def basis_or_refuse(user: Reader, case: Case) -> str:
    """Say on what basis a user may open a case.

    Errors: NoAccess where there is none.
    """
    basis = basis_of(user, case)
    if not basis:
        raise NoAccess
    return basis


def owner_of(case: Case) -> Grant | None:
    """Give the grant of a case's owner, if it has one."""
    return (
        Grant.objects.select_related("user").filter(case=case, basis=Basis.OWNER, until__isnull=True).first()
    )
