"""The coming days of a line as they will really be: hours, holidays by name, closures, and the clock's change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from hotline.lines.hours import MIDNIGHT, LinePlan, stretches
from hotline.lines.models import Closure

FORTNIGHT = 14
LANGUAGES = {"sv": "sv", "en": "en_US"}
CATEGORIES = ("public", "de_facto")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a line, and why it differs from its weekday."""

    day: date
    stretches: Sequence[tuple[time, time]]
    seconds: int
    holiday: str
    closures: Sequence[str]
    clock: timedelta

    @property
    def is_open(self) -> bool:
        """Tell whether anybody is let through that day."""
        return bool(self.stretches)

    @property
    def length(self) -> str:
        """Write how long the line is open, in hours and minutes."""
        return f"{self.seconds // 3600}:{self.seconds // 60 % 60:02d}"

    @property
    def loses_an_hour(self) -> bool:
        """Tell whether the clock goes forward."""
        return self.clock > timedelta()

    @property
    def gains_an_hour(self) -> bool:
        """Tell whether the clock goes back."""
        return self.clock < timedelta()


@dataclass(frozen=True, slots=True)
class Now:
    """Whether a line is open at a moment, and until when that stays so; no end within the fortnight is none."""

    is_open: bool
    until: datetime | None


def days_ahead(plan: LinePlan, *, first: date, count: int = FORTNIGHT) -> list[Day]:
    """List the days of a plan from the first one on, in the words of the reader."""
    closures = _closures(plan, first, first + timedelta(days=count - 1))
    return [_day(plan, first + timedelta(days=offset), closures) for offset in range(count)]


def now_and_next(plan: LinePlan, at: datetime) -> Now:
    """Say whether a line is open, and when that changes."""
    today = timezone.localdate(at, _zone())
    for opens, closes in _joined(plan, today):
        if at < opens:
            return Now(is_open=False, until=opens)
        if at < closes:
            ends_in_sight = closes < _midnight(today + timedelta(days=FORTNIGHT))
            return Now(is_open=True, until=closes if ends_in_sight else None)
    return Now(is_open=False, until=None)


def _day(plan: LinePlan, day: date, closures: Sequence[Closure]) -> Day:
    spans = [_span(day, *stretch) for stretch in stretches(plan, day)]
    return Day(
        day=day,
        stretches=stretches(plan, day),
        seconds=int(sum((closes - opens).total_seconds() for opens, closes in spans)),
        holiday=_names(day.year, LANGUAGES.get(get_language() or "", "sv")).get(day, ""),
        closures=[each.reason for each in closures if each.first_day <= day <= each.last_day],
        clock=timedelta(days=1) - (_midnight(day + timedelta(days=1)) - _midnight(day)),
    )


def _closures(plan: LinePlan, first: date, last: date) -> list[Closure]:
    here = Closure.objects.filter(Q(line=plan.id) | Q(line=None))
    return list(here.filter(first_day__lte=last, last_day__gte=first))


def _joined(plan: LinePlan, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Give the stretches of the fortnight as moments, those that meet at midnight as one."""
    begun: tuple[datetime, datetime] | None = None
    for offset in range(FORTNIGHT):
        day = first + timedelta(days=offset)
        for opens, closes in (_span(day, *stretch) for stretch in stretches(plan, day)):
            if begun and begun[1] >= opens:
                begun = (begun[0], max(begun[1], closes))
                continue
            if begun:
                yield begun
            begun = (opens, closes)
    if begun:
        yield begun


def _span(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    ends_on = day + timedelta(days=1) if closes == MIDNIGHT else day
    zone = _zone()
    return (
        datetime.combine(day, opens, tzinfo=zone).astimezone(UTC),
        datetime.combine(ends_on, closes, tzinfo=zone).astimezone(UTC),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, MIDNIGHT, tzinfo=_zone()).astimezone(UTC)


@lru_cache(maxsize=16)
def _names(year: int, language: str) -> dict[date, str]:
    """Name the holidays and eves; Sunday as such is none."""
    import holidays  # noqa: PLC0415 - takes a moment to load

    found = holidays.country_holidays("SE", years=year, categories=CATEGORIES, language=language)
    return dict(found.items())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.LINE_TIME_ZONE)
