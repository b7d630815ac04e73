"""Which contact point a municipality's referral goes to: never a dead end, never silently to a stale one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import Q

from cases.coded.models import Municipality
from referrals.directory.models import ContactKind, ContactPoint


class NoContactPointLeft(LookupError):
    """The directory has no national contact point; add one before anything can be referred."""


class Place(Enum):
    """Why a contact point stands where it does in the order."""

    FUNCTION = "function"
    DEPUTY = "deputy"
    FALLBACK = "fallback"
    COORDINATION = "coordination"
    COUNTY = "county"
    NATIONAL = "national"


class Verdict(Enum):
    """What the rules say of one contact point on one day."""

    CHOSEN = "chosen"
    STALE = "stale"
    CLOSED = "closed"
    LAST_RESORT = "last_resort"


@dataclass(frozen=True)
class Step:
    """One contact point looked at, and what was found."""

    place: Place
    contact_point: ContactPoint
    verdict: Verdict


@dataclass(frozen=True)
class Route:
    """Where to, and every step that led there; `wanted` is the kind of function asked for."""

    contact_point: ContactPoint
    municipality: Municipality
    wanted: ContactKind
    steps: tuple[Step, ...]


def route(
    *, municipality: Municipality, on: date, wanted: ContactKind = ContactKind.SOCIAL_SERVICES
) -> Route:
    """Find the first contact point that is open and freshly verified, from near to far.

    Order: the wanted function of the municipality, its deputy, its fallback, the municipality's coordination
    function, the county, the country. Where nothing is fresh and open the last national one is named all the
    same, with the verdict LAST_RESORT, because a caller must always have somewhere to go.
    """
    steps: list[Step] = []
    for place, point in _in_order(_candidates(municipality), municipality, wanted):
        if any(step.contact_point == point for step in steps):
            continue
        steps.append(Step(place, point, _judge(point, on)))
        if steps[-1].verdict is Verdict.CHOSEN:
            return Route(point, municipality, wanted, tuple(steps))
    return _last_resort(steps, municipality, wanted)


def _candidates(municipality: Municipality) -> list[ContactPoint]:
    return list(
        ContactPoint.objects.filter(
            Q(municipality=municipality)
            | Q(county=municipality.county_id)
            | Q(municipality=None, county=None)
        ).select_related("municipality", "county", "deputy__municipality", "fallback__municipality")
    )


def _in_order(
    points: list[ContactPoint], municipality: Municipality, wanted: ContactKind
) -> Iterator[tuple[Place, ContactPoint]]:
    here = [point for point in points if point.municipality_id == municipality.pk]
    for point in here:
        if point.kind == wanted:
            yield Place.FUNCTION, point
            if point.deputy:
                yield Place.DEPUTY, point.deputy
            if point.fallback:
                yield Place.FALLBACK, point.fallback
    yield from ((Place.COORDINATION, point) for point in here if point.kind == ContactKind.COORDINATION)
    yield from ((Place.COUNTY, point) for point in points if point.county_id)
    yield from ((Place.NATIONAL, point) for point in points if _is_national(point))


def _is_national(point: ContactPoint) -> bool:
    return point.municipality_id is None and point.county_id is None


def _judge(point: ContactPoint, on: date) -> Verdict:
    if not point.is_open(on):
        return Verdict.CLOSED
    return Verdict.CHOSEN if point.is_fresh(on) else Verdict.STALE


def _last_resort(steps: list[Step], municipality: Municipality, wanted: ContactKind) -> Route:
    if not steps or steps[-1].place is not Place.NATIONAL:
        raise NoContactPointLeft
    last = Step(Place.NATIONAL, steps[-1].contact_point, Verdict.LAST_RESORT)
    return Route(last.contact_point, municipality, wanted, (*steps[:-1], last))
