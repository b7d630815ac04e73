"""Questions about systems, each with a constant number of queries."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

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


def points_to_choose() -> QuerySet[ContactPoint]:
    """Give the contact points a system can act for."""
    points = ContactPoint.objects.live().select_related("municipality", "county")
    return points.order_by("municipality__sort_key", "county__sort_key", "function")
