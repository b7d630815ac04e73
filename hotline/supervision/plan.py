"""A week of the plan, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User

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
    """Give the week around a day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [day_of(monday + timedelta(days=offset)) for offset in range(DAYS)]


def day_of(day: date, *, user: User | None = None) -> Day:
    """Give one day; with a user only their shifts."""
    begins, ends = moment(day, MIDNIGHT), moment(day + timedelta(days=1), MIDNIGHT)
    shifts = shifts_between(begins, ends)
    return Day(day, list(shifts.filter(user=user) if user else shifts), gaps_on(day))
