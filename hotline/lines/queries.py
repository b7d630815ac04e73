"""What the lines' pages read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst

from hotline.lines.days import Now, now_and_next
from hotline.lines.hours import plan_of, plans
from hotline.lines.models import Closure, Duty, Line, OpeningHours

NOT_ON_A_BREAK = (Duty.State.FREE, Duty.State.RINGING, Duty.State.BUSY)


@dataclass(frozen=True)
class LineNow:
    """A line, what a caller would meet there now, and how many could answer."""

    line: Line
    now: Now
    on_duty: int

    @property
    def is_unstaffed(self) -> bool:
        """Tell whether callers would be let in and nobody could be rung."""
        return self.now.is_open and not self.on_duty


@dataclass(frozen=True)
class Weekday:
    """One weekday's usual hours."""

    number: int
    stretches: Sequence[OpeningHours]

    @property
    def name(self) -> str:
        """Name it in the reader's language."""
        return capfirst(str(WEEKDAYS[self.number]))


def lines_now(at: datetime) -> list[LineNow]:
    """List every line with its state at that moment."""
    lines = Line.objects.annotate(
        on_duty=Count("duties", filter=Q(duties__until=None, duties__state__in=NOT_ON_A_BREAK))
    )
    known = {plan.id: plan for plan in plans()}
    return [LineNow(line, now_and_next(known[line.id], at), line.on_duty) for line in lines]


def line_now(line: Line, at: datetime) -> LineNow:
    """Give one line with its state at that moment."""
    return LineNow(
        line,
        now_and_next(plan_of(line), at),
        line.duties.filter(until=None, state__in=NOT_ON_A_BREAK).count(),
    )


def week_of(line: Line) -> list[Weekday]:
    """Give the line's usual week, Monday first."""
    hours = list(line.opening_hours.all())
    return [Weekday(number, [each for each in hours if each.weekday == number]) for number in range(7)]


def closures_of(line: Line | None, *, today: date) -> QuerySet[Closure]:
    """List closures that are not over: a line's own and everybody's, or with no line everybody's."""
    everybodys = Q(line=None)
    return Closure.objects.filter(Q(line=line) | everybodys if line else everybodys, last_day__gte=today)
