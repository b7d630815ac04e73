"""Tables about persons, protected: nothing leaves this module that `disclosure_control` has not let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from cases.coded.models import Kind
from hotline.statistics import cubes
from hotline.statistics.cubes import ANSWERS, NOT_STATED, Choice, Dimension
from hotline.statistics.definitions import RELATIVES
from hotline.statistics.disclosure_control import (
    may_be_subtracted,
    protect_cells,
    protect_grid,
    protect_line,
    protect_parts,
    threshold,
)
from hotline.statistics.measures import Share
from hotline.statistics.periods import Period

Shown = Mapping[str, int | None]
"""Protected counts by code; None is withheld."""


@dataclass(frozen=True)
class Month:
    """One slice of the cubes: a whole calendar month."""

    period: Period
    answers: Shown
    counties: Shown
    municipalities: Shown
    answers_by_county: Mapping[tuple[str, str], int | None]
    relatives: Share | None


@dataclass(frozen=True)
class Cube:
    """One dimension over several months, oldest first, with the names of its answers and places."""

    dimension: Dimension
    months: list[Month]
    labels: Mapping[str, str]
    places: Mapping[str, str]
    towns: Mapping[str, str]
    threshold: int


def cube_of(dimension: Dimension, months: list[Period]) -> Cube:
    """Count and protect one cube; four statements whatever the number of months and contacts."""
    counties = cubes.municipalities_by_county()
    choices = cubes.choices_of(dimension)
    by_place = cubes.contacts_by_municipality(months)
    by_answer = cubes.answers_by_county(months, dimension)
    parts = {county.code: [town.code for town in towns] for county, towns in counties.items()}
    return Cube(
        dimension=dimension,
        months=[_protect(month, dimension, choices, parts, by_place, by_answer) for month in months],
        labels={choice.id: choice.label for choice in choices},
        places={county.code: county.name for county in counties} | {NOT_STATED: gettext("Without a place")},
        towns={town.code: town.name for towns in counties.values() for town in towns},
        threshold=threshold(),
    )


def _protect(
    month: Period,
    dimension: Dimension,
    choices: list[Choice],
    parts: Mapping[str, list[str]],
    by_place: Counter[tuple[date, str]],
    by_answer: Counter[tuple[date, str, str]],
) -> Month:
    """Protect the margins first, each as a line whose total the operational page tells, then what lies between."""
    day, several = month.first_day, ANSWERS[dimension].several
    codes = [choice.id for choice in choices if choice.could_be_given(month)]
    towns = {code: {town: by_place[day, town] for town in inside} for code, inside in parts.items()}
    places = {code: sum(inside.values()) for code, inside in towns.items()} | {
        NOT_STATED: by_place[day, NOT_STATED]
    }
    inner = {(place, code): by_answer[day, place, code] for place in places for code in codes}
    answers = {code: sum(inner[place, code] for place in places) for code in codes}
    protect_answers = protect_cells if several else protect_line
    shown_places = protect_line(places, smallest=threshold())
    shown_answers = protect_answers(answers, smallest=threshold())
    return Month(
        period=month,
        answers=shown_answers,
        counties=shown_places,
        municipalities=_protect_towns(towns, shown_places),
        answers_by_county=protect_grid(
            inner, rows=shown_places, columns=shown_answers, smallest=threshold(), rows_add_up=not several
        ),
        relatives=_relatives(answers, shown_answers) if dimension == Dimension.CALLER_ROLE else None,
    )


def _protect_towns(towns: Mapping[str, Mapping[str, int]], places: Shown) -> dict[str, int | None]:
    shown: dict[str, int | None] = {}
    for county, inside in towns.items():
        shown |= protect_parts(inside, whole=places[county], smallest=threshold())
    return shown


def _relatives(counts: Mapping[str, int], shown: Shown) -> Share | None:
    """Give the relatives' share where neither it nor what is left can be taken apart by subtraction."""
    relatives = {f"{Kind.CALLER_ROLE}:{code}" for code in RELATIVES} & set(counts)
    count, base = sum(counts[code] for code in relatives), sum(counts.values())
    halves = (relatives, set(counts) - relatives)
    if min(count, base - count) < threshold():
        return None
    if not all(may_be_subtracted(_hidden(half, counts, shown), smallest=threshold()) for half in halves):
        return None
    return Share(count, base)


def _hidden(codes: Iterable[str], counts: Mapping[str, int], shown: Shown) -> list[int]:
    return [counts[code] for code in codes if shown[code] is None]
