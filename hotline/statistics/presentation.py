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
    """Arrange one protected cube: its months side by side, and the chosen month by place."""
    month = next(each for each in cube.months if each.period == chosen)
    shown: list[tuple[Words, int | None]] = [
        (cube.labels[code], month.answers[code]) for code in month.answers
    ]
    return {
        "month": chosen,
        "months": [each.period for each in cube.months],
        "dimension": cube.dimension,
        "dimensions": [Link(each.value, each.label, each == cube.dimension) for each in Dimension],
        "threshold": cube.threshold,
        "bars": bars(shown),
        "by_month": _rows(
            cube.labels, ([each.answers.get(code) for each in cube.months] for code in cube.labels)
        ),
        "counties": _shown_rows(
            cube.places, ([each.counties[code] for each in cube.months] for code in cube.places)
        ),
        "towns": _shown_rows(
            cube.towns, ([each.municipalities[code] for each in cube.months] for code in cube.towns)
        ),
        **_inner(cube, month),
        "relatives": _relatives(month.relatives),
    }


def _inner(cube: Cube, month: Month) -> dict[str, Any]:
    """Keep of county × answer the columns and rows in which anything may be shown."""
    inner = month.answers_by_county
    codes = [code for code in cube.labels if any(inner.get((place, code)) for place in cube.places)]
    rows = _shown_rows(cube.places, ([inner.get((place, code)) for code in codes] for place in cube.places))
    return {"inner_columns": [cube.labels[code] for code in codes], "inner_rows": rows}


def _rows(labels: Mapping[str, str], cells: Iterable[list[int | None]]) -> list[TableRow]:
    return [TableRow(label, row) for label, row in zip(labels.values(), cells, strict=True)]


def _shown_rows(labels: Mapping[str, str], cells: Iterable[list[int | None]]) -> list[TableRow]:
    return [row for row in _rows(labels, cells) if any(row.cells)]


def _relatives(share: Share | None) -> dict[str, str] | None:
    return share and {"share": share_in_words(share), "interval": interval_in_words(share)}


def _name_of(step: Period) -> str:
    first, last = step.first_day, step.last_day
    if first == last:
        return f"{first.day}/{first.month}"
    return f"{first.day}/{first.month}–{last.day}/{last.month}"
