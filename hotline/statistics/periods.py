"""The stretches of time that figures are about, in Swedish calendar days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MONTHS_SHOWN = 6
DAYS_SHOWN_SINGLY = 31


class PeriodChoice(models.TextChoices):
    """What can be chosen on the page; the value stands in the address."""

    WEEK = "7-days", _("7 days")
    MONTH_LONG = "30-days", _("30 days")
    QUARTER = "90-days", _("90 days")
    THIS_MONTH = "this-month", _("This month")


DAYS = {PeriodChoice.WEEK: 7, PeriodChoice.MONTH_LONG: 30, PeriodChoice.QUARTER: 90}


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first_day: date
    last_day: date

    @property
    def begin(self) -> datetime:
        """The first moment that belongs to it."""
        return midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return midnight(self.last_day + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]

    @property
    def steps(self) -> list[Period]:
        """Its days, or the weeks counted back from its last day when the days would be too many to read."""
        if len(self.days) <= DAYS_SHOWN_SINGLY:
            return [Period(day, day) for day in self.days]
        lasts = range(len(self.days) - 1, -1, -7)
        weeks = [Period(self.days[max(0, last - 6)], self.days[last]) for last in lasts]
        return weeks[::-1]


def midnight(day: date) -> datetime:
    """Give the moment at which a day begins in the line's time zone, across changes of the clock."""
    return timezone.make_aware(datetime.combine(day, time.min))


def period_of(choice: PeriodChoice, *, today: date) -> Period:
    """Give the chosen stretch, ending today."""
    if choice == PeriodChoice.THIS_MONTH:
        return Period(today.replace(day=1), today)
    return Period(today - timedelta(days=DAYS[choice] - 1), today)


def whole_months(*, today: date, count: int = MONTHS_SHOWN) -> list[Period]:
    """Give the last calendar months that are over, oldest first.

    The month under way is left out: a table that grows from one day to the next tells who was added.
    """
    months: list[Period] = []
    last_day = today.replace(day=1) - timedelta(days=1)
    while len(months) < count:
        months.append(Period(last_day.replace(day=1), last_day))
        last_day = months[-1].first_day - timedelta(days=1)
    return months[::-1]
