"""Questions to the directory, each with a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact

from cases.coded.models import County, Municipality
from referrals.directory.areas import Area
from referrals.directory.models import ContactPoint, Recipient
from referrals.directory.standing import (
    AHEAD,
    FRESH_FOR,
    Standing,
    Status,
    midnight,
    standing_in_sql,
    status_of,
)

Counts = dict[str, int]
RELATED = ("municipality", "county", "district", "deputy", "fallback", "last_verified_by")


@dataclass(frozen=True)
class Coverage:
    """One municipality in the directory's list: how many of its contact points stand how."""

    municipality: Municipality
    counts: Counts

    @property
    def status(self) -> Status:
        """Say whether somebody there can be relied on, nobody can, or there is nobody."""
        return status_of(self.counts)

    @property
    def verified(self) -> int:
        """Count those that can be relied on."""
        return self.counts.get(Standing.VERIFIED, 0)

    @property
    def stale(self) -> int:
        """Count those that cannot."""
        return sum(self.counts.values()) - self.verified


@dataclass(frozen=True)
class CountyCoverage:
    """A county with its municipalities, in Swedish order."""

    county: County
    municipalities: list[Coverage] = field(default_factory=list)


def coverage(on: date) -> list[Coverage]:
    """Give all municipalities by county, with what the directory knows of each; two queries."""
    counts = _counts_by_municipality(on)
    places = Municipality.objects.select_related("county").order_by("county__sort_key", "sort_key")
    return [Coverage(place, counts.get(place.pk, {})) for place in places]


def by_county(rows: list[Coverage]) -> list[CountyCoverage]:
    """Group municipalities that stand in the order of their counties."""
    grouped = groupby(rows, key=attrgetter("municipality.county"))
    return [CountyCoverage(county, list(group)) for county, group in grouped]


def count_statuses(rows: list[Coverage]) -> dict[Status, int]:
    """Count the municipalities by status."""
    return {status: sum(row.status == status for row in rows) for status in Status}


def narrowed(rows: list[Coverage], *, county: str, status: str, text: str) -> list[Coverage]:
    """Keep the municipalities in a county, of a status, and of a name or with a function that holds the text."""
    found = _places_with(text) if text else set()
    return [
        row
        for row in rows
        if county in ("", row.municipality.county_id)
        and status in ("", row.status)
        and (not text or row.municipality.pk in found or text.casefold() in row.municipality.name.casefold())
    ]


def points_for(municipality: Municipality) -> QuerySet[ContactPoint]:
    """Give every contact point a municipality can be helped by: its own, the county's, the country's."""
    return points_reaching(Area(municipality=municipality))


def points_reaching(area: Area) -> QuerySet[ContactPoint]:
    """Give every live contact point an area can be helped by, the nearest first."""
    return (
        ContactPoint.objects.live()
        .filter(area.reach)
        .select_related(*RELATED)
        .order_by("county", "municipality", "kind", "function")
    )


def to_telephone(on: date) -> QuerySet[ContactPoint]:
    """Give the live contact points to telephone, by area: where nobody may be sent to silently, or soon may not be.

    A function for which nobody signs in cannot confirm its details behind a letter's link, so it stands here in time.
    """
    unreliable = ~Exact(standing_in_sql(on), Standing.VERIFIED.value)
    return (
        ContactPoint.objects.live()
        .filter(unreliable | (_grows_old(on) & ~_somebody_signs_in(on)))
        .select_related(*RELATED)
        .order_by("municipality__sort_key", "county__sort_key", "kind", "function")
    )


def due_for_asking(on: date) -> QuerySet[ContactPoint]:
    """Give the live contact points to ask by letter: their verification grows old, and somebody signs in for them.

    Not those asked since, nor those whose mail comes back, nor the never verified: they are telephoned.
    """
    asked = Q(asked_at__gt=F("last_verified_at"))
    doubted = Q(doubted_at__gt=F("last_verified_at"))
    return (
        ContactPoint.objects.live()
        .filter(_grows_old(on), _somebody_signs_in(on))
        .exclude(asked)
        .exclude(doubted)
        .order_by("last_verified_at", "pk")
    )


def signs_in(contact_point: ContactPoint, on: date) -> bool:
    """Say whether a person, not only a municipality's system, signs in for this function that day."""
    return ContactPoint.objects.filter(_somebody_signs_in(on), pk=contact_point.pk).exists()


def answers_for(user: User, on: date) -> QuerySet[Recipient]:
    """Give what a user answers for on that day."""
    return Recipient.objects.filter(Q(until=None) | Q(until__gt=on), user_id=user.pk, since__lte=on)


def _grows_old(on: date) -> Q:
    return Q(last_verified_at__lt=midnight(on - FRESH_FOR + AHEAD))


def _somebody_signs_in(on: date) -> Exists:
    here = Recipient.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on, user__is_active=True)
    return Exists(here.filter(contact_point=OuterRef("pk"), user__municipal_system=None))


def _counts_by_municipality(on: date) -> dict[str, Counts]:
    rows = (
        ContactPoint.objects.live()
        .exclude(municipality=None)
        .order_by()
        .values_list("municipality_id", standing_in_sql(on))
        .annotate(number=Count("pk"))
    )
    counts: dict[str, Counts] = {}
    for place, standing, number in rows:
        counts.setdefault(str(place), {})[standing] = number
    return counts


def _places_with(text: str) -> set[str | None]:
    holds = Q(function__icontains=text) | Q(address__icontains=text) | Q(district__name__icontains=text)
    return set(ContactPoint.objects.live().filter(holds).values_list("municipality_id", flat=True))
