"""The geometry of small charts, in whole units: the templates draw it, a table beside it says the same in numbers.

Every chart is legible without colour: bars carry their number in the same row, what was answered is filled and the
rest only outlined, and an interval is a line with a mark on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from hotline.statistics.measures import Share

WIDTH = 1000
COLUMN_HEIGHT = 240
GAP = 0.2


@dataclass(frozen=True)
class Bar:
    """A row of a table with its bar; nothing is drawn where the count is withheld."""

    label: str | Promise
    count: int | None
    width: int


@dataclass(frozen=True)
class Column:
    """One step of time: the whole column, and the filled part at its foot."""

    label: str
    count: int
    part: int
    x: int
    width: int
    y: int
    height: int
    part_y: int
    part_height: int


@dataclass(frozen=True)
class Columns:
    """A chart over time and the number its top edge stands for."""

    top: int
    columns: list[Column]


@dataclass(frozen=True)
class Range:
    """An interval on a line from 0 to 100 %, and the share it is about."""

    low: int
    width: int
    mark: int


def bars(counts: list[tuple[str | Promise, int | None]]) -> list[Bar]:
    """Draw counts side by side, the largest over the whole width."""
    largest = max((count or 0 for _label, count in counts), default=0) or 1
    return [Bar(label, count, round(WIDTH * (count or 0) / largest)) for label, count in counts]


def columns(steps: list[tuple[str, int, int]]) -> Columns:
    """Draw (label, count, part of it) over time, the largest count over the whole height."""
    top = max((count for _label, count, _part in steps), default=0) or 1
    room = WIDTH / (len(steps) or 1)
    drawn = []
    for place, (label, count, part) in enumerate(steps):
        height, part_height = round(COLUMN_HEIGHT * count / top), round(COLUMN_HEIGHT * part / top)
        drawn.append(
            Column(
                label=label,
                count=count,
                part=part,
                x=round(place * room + room * GAP / 2),
                width=max(1, round(room * (1 - GAP))),
                y=COLUMN_HEIGHT - height,
                height=height,
                part_y=COLUMN_HEIGHT - part_height,
                part_height=part_height,
            )
        )
    return Columns(top=top, columns=drawn)


def range_of(share: Share) -> Range | None:
    """Draw the interval of a share; nothing where there is no base."""
    if share.of_one is None:
        return None
    low, high = share.interval
    return Range(low=round(WIDTH * low), width=round(WIDTH * (high - low)), mark=round(WIDTH * share.of_one))
