"""Which grants open a case now: the one query that everything about access rests on."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.record.models import Basis, Case, Flag, Grant
from cases.record.refusals import NoAccess

Reader = User | AnonymousUser
ORDER = {basis.value: place for place, basis in enumerate(Basis)}
# A case with protected identity opens to its owner (and the next one), and to a counsellor whom the caller told the
# code; to nobody who helps or reviews. An emergency opening is the supervisors' alone.
OPENS_PROTECTED = (Basis.OWNER, Basis.HAND_OVER, Basis.CALLER_CODE)
REVIEW = "cases.review"


def live_flags() -> QuerySet[Flag]:
    """Give the flags that are up now; one is shown through its last day."""
    return Flag.objects.filter(until__gte=timezone.localdate(), lifted_at__isnull=True)


def live_grants(user: Reader) -> QuerySet[Grant]:
    """Give the grants of a user that open their cases now; whoever is not signed in or off-boarded has none."""
    if not user.is_active or user.pk is None:
        return Grant.objects.none()
    strong = (*OPENS_PROTECTED, Basis.BREAK_GLASS) if user.has_perm(REVIEW) else OPENS_PROTECTED
    return Grant.objects.filter(
        Q(until__isnull=True) | Q(until__gt=timezone.now()),
        Q(case__protected=False) | Q(basis__in=strong),
        user_id=user.pk,
    ).order_by("given_at")


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


@dataclass(frozen=True)
class Insider:
    """Somebody's live grant, and whether it opens the case now: protected identity shuts some of them out."""

    grant: Grant
    opens: bool


def insiders(case: Case) -> list[Insider]:
    """Give everybody who has a live grant to a case, in the order they came."""
    live = Grant.objects.filter(
        Q(until__isnull=True) | Q(until__gt=timezone.now()), case=case, user__is_active=True
    )
    grants = live.select_related("user").order_by("given_at")
    return [Insider(grant, opens=_opens(grant, case)) for grant in grants]


def _opens(grant: Grant, case: Case) -> bool:
    if not case.protected or grant.basis in OPENS_PROTECTED:
        return True
    return grant.basis == Basis.BREAK_GLASS and grant.user.has_perm(REVIEW)
