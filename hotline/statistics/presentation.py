"""Figures and protected tables arranged for their pages; nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from hotline.statistics.charts import bars, columns
from hotline.statistics.cubes import Dimension
from hotline.statistics.measures import Share
from hotline.statistics.panels import Panel
from hotline.statistics.periods import Period, PeriodChoice
from hotline.statistics.persons import Cube, Month
from hotline.statistics.wording import interval_in_words, row_of, share_in_words

Words = str | Promise
MONTHS_BESIDE = 3


@dataclass(frozen=True)
class Link:
    """A choice on the page that is a plain link."""

    value: str
    label: Words
    is_current: bool


@dataclass(frozen=True)
class TableRow:
    """A row of a protected table; None is withheld."""

    label: Words
    cells: list[int | None]


def operational_page(panel: Panel, choice: PeriodChoice) -> dict[str, Any]:
    """Arrange the operational figures."""
    calls = panel.calls
    steps = [(_name_of(step.period), step.offered, step.answered) for step in panel.steps]
    outcomes: list[tuple[Words, int | None]] = [(each.label, count) for each, count in calls.outcomes.items()]
    states: list[tuple[Words, int | None]] = [
        (state.label, count) for state, count in panel.referral_states.items()
    ]
    return {
        "period": panel.period,
        "choices": [Link(each.value, each.label, each == choice) for each in PeriodChoice],
        "calls": calls,
        "outcomes": bars(outcomes),
        "steps": columns(steps),
        "step_is_a_week": len(panel.steps) < len(panel.period.days),
        "sections": [
            (heading, [row_of(figure) for figure in figures]) for heading, figures in panel.sections
        ],
        "referral_states": bars(states),
    }


def persons_page(cube: Cube, chosen: Period) -> dict[str, Any]:
    """Arrange one protected cube: the chosen month beside those before it, and the chosen month by place."""
    place = next(n for n, each in enumerate(cube.months) if each.period == chosen)
    month, beside = cube.months[place], cube.months[max(0, place + 1 - MONTHS_BESIDE) : place + 1]
    shown: list[tuple[Words, int | None]] = [
        (cube.labels[code], month.answers[code]) for code in month.answers
    ]
    return {
        "month": chosen,
        "months": [each.period for each in cube.months],
        "beside": [each.period for each in beside],
        "dimension": cube.dimension,
        "dimensions": [Link(each.value, each.label, each == cube.dimension) for each in Dimension],
        "threshold": cube.threshold,
        "bars": bars(shown),
        "by_month": _rows(cube.labels, ([each.answers.get(code) for each in beside] for code in cube.labels)),
        "counties": _shown_rows(
            cube.places, ([each.counties[code] for each in beside] for code in cube.places)
        ),
        "towns": _shown_rows(
            cube.towns, ([each.municipalities[code] for each in beside] for code in cube.towns)
        ),
        "inner": _inner(cube, month),
        "relatives": _relatives(month.relatives),
    }


def _inner(cube: Cube, month: Month) -> list[tuple[str, str, int]]:
    """Keep of county × answer what may be shown: most of it may not, so a list reads better than a table of gaps."""
    return [
        (cube.places[place], cube.labels[code], count)
        for (place, code), count in month.answers_by_county.items()
        if count is not None
    ]


def _rows(labels: Mapping[str, str], cells: Iterable[list[int | None]]) -> list[TableRow]:
    return [TableRow(label, row) for label, row in zip(labels.values(), cells, strict=True)]


def _shown_rows(labels: Mapping[str, str], cells: Iterable[list[int | None]]) -> list[TableRow]:
    return [row for row in _rows(labels, cells) if any(row.cells)]


def _relatives(share: Share | None) -> dict[str, str] | None:
    if share is None:
        return None
    return {"share": share_in_words(share), "interval": interval_in_words(share)}


def _name_of(step: Period) -> str:
    first, last = step.first_day, step.last_day
    if first == last:
        return f"{first.day}/{first.month}"
    return f"{first.day}/{first.month}–{last.day}/{last.month}"
