"""Which emergency openings wait for somebody's look, and which have had it; references only, never a reason."""

from django.db.models import QuerySet

from cases.break_glass.models import BreakGlass


def waiting_openings() -> QuerySet[BreakGlass]:
    """Give the openings nobody has signed off, the oldest first: the supervisors' queue."""
    return _related().filter(finding="").order_by("at")


def reviewed_openings() -> QuerySet[BreakGlass]:
    """Give those that have been signed off, the newest first."""
    return _related().exclude(finding="").order_by("-reviewed_at")


def _related() -> QuerySet[BreakGlass]:
    return BreakGlass.objects.select_related("case", "user", "grant", "reviewed_by")
