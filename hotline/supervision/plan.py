"""A week of the plan, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.lines.hours import MIDNIGHT
from hotline.lines.models import Shift
from hotline.lines.shifts import Gap, gaps_on, moment, shifts_between

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """One day's shifts, and the opening hours nobody is planned for."""

    day: date
    shifts: Sequence[Shift]
    gaps: Sequence[Gap]


def week_of(day: date) -> list[Day]:
    """Give the week around a day, from Monday; its shifts are read once for all of its days."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=offset) for offset in range(DAYS)]
    begins = [moment(each, MIDNIGHT) for each in (*days, monday + timedelta(days=DAYS))]
    planned = list(shifts_between(begins[0], begins[-1]))
    return [
        Day(
            each,
            [shift for shift in planned if shift.starts_at < ends and shift.ends_at > since],
            gaps_on(each),
        )
        for each, since, ends in zip(days, begins[:-1], begins[1:], strict=True)
    ]
