"""When a line is open, in the wall-clock time of Stockholm, and when its opening days end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.db.models import Q

from hotline.lines.models import Closure, Line

MIDNIGHT = time(0, 0)
CALL_BACK_OPENING_DAYS = 2
CALL_BACK_MOST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line and its hours, read once: what a caller's way needs to know."""

    id: UUID
    number: str
    language: str
    mode: str
    closed_on_holidays: bool
    hours: tuple[tuple[int, time, time], ...] = ()
    closures: tuple[tuple[date, date], ...] = ()


def find_plan(number: str) -> LinePlan | None:
    """Read the plan of the line with this number; none where no line of ours has it."""
    line = Line.objects.filter(number=number).first() if number else None
    return plan_of(line) if line else None


def plan_of(line: Line) -> LinePlan:
    """Read a line's hours and closures."""
    closures = Closure.objects.filter(Q(line=line) | Q(line=None)).values_list("first_day", "last_day")
    return LinePlan(
        id=line.id,
        number=line.number,
        language=line.language,
        mode=line.mode,
        closed_on_holidays=line.closed_on_holidays,
        hours=tuple(line.opening_hours.values_list("weekday", "opens", "closes")),
        closures=tuple(closures),
    )


def is_open(plan: LinePlan, at: datetime) -> bool:
    """Say whether callers are let through at that moment; a stretch includes its start and not its end."""
    local = at.astimezone(_zone())
    return any(
        opens <= local.time() and _is_before(local.time(), closes)
        for opens, closes in stretches(plan, local.date())
    )


def stretches(plan: LinePlan, day: date) -> list[tuple[time, time]]:
    """List the times of a day during which the line is open; an end of 00:00 is the day's end."""
    if plan.mode == Line.Mode.CLOSED or _is_closed_on(plan, day):
        return []
    if plan.mode == Line.Mode.ALWAYS:
        return [(MIDNIGHT, MIDNIGHT)]
    if plan.closed_on_holidays and day in _holidays(day.year):
        return []
    return sorted((opens, closes) for weekday, opens, closes in plan.hours if weekday == day.weekday())


def call_back_expires(plan: LinePlan, asked: datetime) -> datetime:
    """Give the end of the second opening day after the request, but at most seven days."""
    latest = asked + CALL_BACK_MOST
    today = asked.astimezone(_zone()).date()
    ends = [
        end
        for offset in range(1, CALL_BACK_MOST.days + 1)
        if (end := _end_of_opening_day(plan, today + timedelta(days=offset)))
    ]
    second = ends[CALL_BACK_OPENING_DAYS - 1 :]
    return min(latest, second[0]) if second else latest


def _end_of_opening_day(plan: LinePlan, day: date) -> datetime | None:
    closing = [closes for _opens, closes in stretches(plan, day)]
    if not closing:
        return None
    last_day = day + timedelta(days=1) if MIDNIGHT in closing else day
    last_time = MIDNIGHT if MIDNIGHT in closing else max(closing)
    return datetime.combine(last_day, last_time, tzinfo=_zone()).astimezone(UTC)


def _is_before(now: time, closes: time) -> bool:
    return closes == MIDNIGHT or now < closes


def _is_closed_on(plan: LinePlan, day: date) -> bool:
    return any(first <= day <= last for first, last in plan.closures)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    """Swedish public holidays with the three eves, which only the de-facto category knows."""
    days: Iterable[date] = holidays.country_holidays("SE", years=year, categories=("public", "de_facto"))
    return frozenset(days)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.LINE_TIME_ZONE)
