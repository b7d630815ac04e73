"""Questions about systems, each with a constant number of queries."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cases.coded.models import Municipality
from referrals.directory.models import ContactPoint
from referrals.systems.models import System, SystemSecret


def systems_with_waiting() -> list[tuple[System, SystemSecret | None]]:
    """Give every system, the live ones first, with the secret that waits for a second person; three queries."""
    waiting = SystemSecret.objects.filter(decided_at=None).select_related("requested_by")
    points = ContactPoint.objects.select_related("municipality", "county")
    found = System.objects.order_by("revoked_at", "name", "reference").prefetch_related(
        Prefetch("contact_points", queryset=points), Prefetch("secrets", queryset=waiting, to_attr="waiting")
    )
    live_first = sorted(found, key=lambda system: system.revoked_at is not None)
    return [(system, next(iter(system.waiting), None)) for system in live_first]


def municipalities_to_choose() -> QuerySet[Municipality]:
    """Give the municipalities that have a contact point a system could act for."""
    live = ContactPoint.objects.live().filter(municipality=OuterRef("pk"))
    return Municipality.objects.filter(Exists(live)).order_by("sort_key")


def points_of(municipality: Municipality) -> QuerySet[ContactPoint]:
    """Give the contact points of a municipality that a system can act for."""
    return ContactPoint.objects.live().filter(municipality=municipality).order_by("kind", "function")
