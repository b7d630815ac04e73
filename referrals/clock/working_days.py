"""Swedish working days: Monday to Friday, without public holidays and without the three eves.

Midsummer, Christmas and New Year's Eve are holidays in fact but not in law, so the `holidays`
package knows them only in its category `de_facto`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from referrals.clock.moment import now

if TYPE_CHECKING:
    from holidays import HolidayBase

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SATURDAY = 5


@cache
def _holidays_of(year: int) -> HolidayBase:
    from holidays.countries.sweden import Sweden  # noqa: PLC0415 - it loads every country: an eighth of a start

    return Sweden(years=year, categories=("public", "de_facto"), include_sundays=False)


def local_day(at: datetime | None = None) -> date:
    """Give the day in Stockholm at that moment, now by default."""
    return (at or now()).astimezone(STOCKHOLM).date()


def is_holiday(day: date) -> bool:
    """Say whether it is a public holiday or one of the three eves, whatever the weekday."""
    return day in _holidays_of(day.year)


def is_working_day(day: date) -> bool:
    """Say whether a municipality's offices are at work on that day."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def add_working_days(day: date, count: int) -> date:
    """Give the working day that is `count` working days after `day`; `day` itself never counts."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; 0 when `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))
