"""Which contact point a municipality's referral goes to: never a dead end, never silently to a stale one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from django.db.models import Q

from cases.coded.models import Municipality
from referrals.directory.models import ContactKind, ContactPoint
from referrals.directory.standing import Standing
from referrals.routing.models import RoutingRule
from referrals.routing.situation import BUILT_IN, Asked, Rule


class NoContactPointLeft(LookupError):
    """The directory has no national contact point; add one before anything can be referred."""


class Place(Enum):
    """Why a contact point stands where it does in the order."""

    NAMED = "named"
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
    """One contact point looked at, what was found, and by which rule (none: the ladder)."""

    place: Place
    contact_point: ContactPoint
    verdict: Verdict
    standing: Standing
    rule: Rule | None = None


@dataclass(frozen=True)
class Route:
    """Where to, and every step that led there; `wanted` is the kind of function that the first rule asks for."""

    contact_point: ContactPoint
    municipality: Municipality
    wanted: ContactKind | None
    steps: tuple[Step, ...]


_OF_THE_LADDER = frozenset({ContactKind.SOCIAL_SERVICES, ContactKind.COORDINATION})


def route(*, municipality: Municipality, on: date, asked: Asked | None = None) -> Route:
    """Find the first contact point that is open and freshly verified: by the rules in order, then from near to far.

    Every rule that holds gives its function, that function's deputy and fallback. After the rules come the
    municipality's coordination function, the county, the country. Where nothing is fresh and open the last national
    one is named all the same, with the verdict LAST_RESORT, because a caller must always have somewhere to go.
    """
    rules = list(_rules_for(municipality, asked or Asked()))
    steps: list[Step] = []
    for place, point, rule in _in_order(_candidates(municipality, rules), municipality, rules):
        if any(step.contact_point == point for step in steps):
            continue
        steps.append(Step(place, point, _judge(point, on), point.standing(on), rule))
        if steps[-1].verdict is Verdict.CHOSEN:
            return Route(point, municipality, rules[0].kind, tuple(steps))
    return _last_resort(steps, municipality, rules[0].kind)


def rule_of(row: RoutingRule) -> Rule:
    """Give a stored rule as the pure one."""
    return Rule(
        municipality=row.municipality_id,
        county=row.county_id,
        need=row.need,
        age_bands=frozenset(row.age_bands),
        acute=row.acute,
        language=row.language,
        hours=row.hours,
        kind=ContactKind(row.kind) if row.kind else None,
        contact_point=row.contact_point_id,
    )


def _rules_for(municipality: Municipality, asked: Asked) -> Iterator[Rule]:
    own = (rule_of(row) for row in RoutingRule.objects.filter(retired_at=None))
    for rule in (*own, *BUILT_IN):
        if rule.holds(asked, municipality=municipality.pk, county=municipality.county_id):
            yield rule


def _candidates(municipality: Municipality, rules: Iterable[Rule]) -> list[ContactPoint]:
    """Give who can be routed to, with their stand-ins, which mostly are among them: joined, each row would be six."""
    named = [rule.contact_point for rule in rules if rule.contact_point]
    with_area = ContactPoint.objects.select_related("municipality", "county")
    near = Q(municipality=municipality) | Q(county=municipality.county_id) | Q(municipality=None, county=None)
    points = list(with_area.live().filter(near | Q(pk__in=named)))
    known = {point.pk: point for point in points}
    asked = {pk for point in points for pk in (point.deputy_id, point.fallback_id) if pk} - known.keys()
    known |= {point.pk: point for point in with_area.filter(pk__in=asked)} if asked else {}
    for point in points:
        point.deputy = known[point.deputy_id] if point.deputy_id else None
        point.fallback = known[point.fallback_id] if point.fallback_id else None
    return points


Candidate = tuple[Place, ContactPoint, Rule | None]


def _in_order(
    points: Sequence[ContactPoint], municipality: Municipality, rules: Iterable[Rule]
) -> Iterator[Candidate]:
    for rule in rules:
        yield from _by_rule(points, municipality, rule)
    coordination = [point for point in points if point.kind == ContactKind.COORDINATION]
    here = [point for point in coordination if point.municipality_id == municipality.pk]
    county = [point for point in coordination if point.county_id == municipality.county_id]
    yield from ((Place.COORDINATION, point, None) for point in here)
    yield from ((Place.COUNTY, point, None) for point in county)
    yield from ((Place.NATIONAL, point, None) for point in coordination if _is_national(point))


def _by_rule(points: Sequence[ContactPoint], municipality: Municipality, rule: Rule) -> Iterator[Candidate]:
    """Give the function that a rule leads to with those who stand in for it, and then its like further away."""
    if rule.contact_point:
        for point in points:
            if point.pk == rule.contact_point:
                yield from _with_stand_ins(Place.NAMED, point, rule)
        return
    alike = [point for point in points if point.kind == rule.kind]
    for point in alike:
        if point.municipality_id == municipality.pk:
            yield from _with_stand_ins(Place.FUNCTION, point, rule)
    if rule.kind not in _OF_THE_LADDER:
        yield from (
            (Place.COUNTY, point, rule) for point in alike if point.county_id == municipality.county_id
        )
        yield from ((Place.NATIONAL, point, rule) for point in alike if _is_national(point))


def _with_stand_ins(place: Place, point: ContactPoint, rule: Rule) -> Iterator[Candidate]:
    yield place, point, rule
    if point.deputy and point.deputy.retired_at is None:
        yield Place.DEPUTY, point.deputy, rule
    if point.fallback and point.fallback.retired_at is None:
        yield Place.FALLBACK, point.fallback, rule


def _is_national(point: ContactPoint) -> bool:
    return point.municipality_id is None and point.county_id is None


def _judge(point: ContactPoint, on: date) -> Verdict:
    if not point.is_open(on):
        return Verdict.CLOSED
    return Verdict.CHOSEN if point.is_fresh(on) else Verdict.STALE


def _last_resort(steps: list[Step], municipality: Municipality, wanted: ContactKind | None) -> Route:
    if not steps or steps[-1].place is not Place.NATIONAL:
        raise NoContactPointLeft
    last = replace(steps[-1], verdict=Verdict.LAST_RESORT)
    return Route(last.contact_point, municipality, wanted, (*steps[:-1], last))
