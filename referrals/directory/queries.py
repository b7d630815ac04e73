"""Questions to the directory, each with a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.contrib.auth.models import User
from django.db.models import Prefetch, Q, QuerySet

from cases.coded.models import County, Municipality
from referrals.directory.models import ContactPoint, Recipient


@dataclass(frozen=True)
class Coverage:
    """One municipality in the directory's list: how many of its contact points can be relied on."""

    municipality: Municipality
    verified: int
    stale: int

    @property
    def is_missing(self) -> bool:
        """Say whether the municipality has no contact point at all."""
        return not (self.verified or self.stale)


@dataclass(frozen=True)
class CountyCoverage:
    """A county with its municipalities, in Swedish order."""

    county: County
    municipalities: list[Coverage] = field(default_factory=list)


def coverage_by_county(on: date) -> list[CountyCoverage]:
    """Group all municipalities by county, with what the directory knows of each; two queries."""
    municipalities = (
        Municipality.objects.select_related("county")
        .prefetch_related(Prefetch("contact_points", queryset=ContactPoint.objects.all()))
        .order_by("county__sort_key", "sort_key")
    )
    return [
        CountyCoverage(county, [_coverage(each, on) for each in group])
        for county, group in groupby(municipalities, key=attrgetter("county"))
    ]


def _coverage(municipality: Municipality, on: date) -> Coverage:
    points: Iterable[ContactPoint] = municipality.contact_points.all()
    fresh = [point.is_fresh(on) for point in points]
    return Coverage(municipality, verified=sum(fresh), stale=len(fresh) - sum(fresh))


def points_for(municipality: Municipality) -> QuerySet[ContactPoint]:
    """Give every contact point a municipality can be helped by: its own, the county's, the country's."""
    return (
        ContactPoint.objects.filter(
            Q(municipality=municipality)
            | Q(county=municipality.county_id)
            | Q(municipality=None, county=None)
        )
        .select_related("municipality", "county", "deputy", "last_verified_by")
        .order_by("county", "municipality", "kind", "function")
    )


def answers_for(user: User, on: date) -> QuerySet[Recipient]:
    """Give what a user answers for on that day."""
    return Recipient.objects.filter(Q(until=None) | Q(until__gt=on), user_id=user.pk, since__lte=on)
