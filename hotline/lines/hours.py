"""When a line is open, in the wall-clock time of Stockholm, and when its opening days end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, Model, QuerySet
from django.db.models.expressions import RawSQL

from hotline.lines.kept import Kept
from hotline.lines.models import Closure, Line, OpeningHours, Prompt

MIDNIGHT = time(0, 0)
CALL_BACK_OPENING_DAYS = 2
CALL_BACK_MOST = timedelta(days=7)


class Wording(NamedTuple):
    """What an administrator has put in the place of a built-in text."""

    slot: str
    language: str
    text: str
    audio_url: str


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
    other_languages: tuple[str, ...] = ()
    asks_who_calls: bool = False
    ringing: str = Line.Ringing.LONGEST_IDLE.value
    queue_at_most: int = 20
    wait_at_most_s: int = 180
    wordings: tuple[Wording, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Give the languages offered, each once, the line's own first: their order is that of the keys."""
        return tuple(dict.fromkeys((self.language, *self.other_languages)))


def find_plan(number: str) -> LinePlan | None:
    """Give the plan of the line with this number, at most a moment old; none where no line of ours has it."""
    return _kept(number) if number else None


def _read_plan(number: str) -> LinePlan | None:
    line = _with_plan(Line.objects.filter(number=number)).first()
    return _plan(line) if line else None


_kept = Kept(_read_plan)


def plan_of(line: Line) -> LinePlan:
    """Read a line's hours, closures and wordings."""
    return _plan(_with_plan(Line.objects.filter(pk=line.pk)).get())


def plans() -> list[LinePlan]:
    """Read the plans of all lines."""
    return [_plan(line) for line in _with_plan(Line.objects.all())]


def _rows(model: type[Model], whose: str = "line_id = hotline_line.id", **columns: str) -> RawSQL:
    """Give a line's rows as a list; in plain SQL, for to have it composed took longer than to have it answered."""
    pairs = ", ".join(f"'{name}', {column}" for name, column in columns.items())
    rows = f"SELECT jsonb_build_object({pairs}) FROM {model._meta.db_table} WHERE {whose}"  # noqa: S608 - our words
    return RawSQL(f"ARRAY({rows})", (), ArrayField(JSONField()))  # noqa: S611 - the same


_HOURS = _rows(OpeningHours, day="weekday", opens="opens", closes="closes")
_CLOSURES = _rows(Closure, "line_id = hotline_line.id OR line_id IS NULL", first="first_day", last="last_day")
_WORDINGS = _rows(Prompt, slot="slot", language="language", text="text", audio_url="audio_url")


def _with_plan(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Read everything in one trip: a caller waits for it."""
    return lines.annotate(plan_hours=_HOURS, plan_closures=_CLOSURES, plan_wordings=_WORDINGS)


def _plan(line: Line) -> LinePlan:
    return LinePlan(
        id=line.id,
        number=line.number,
        language=line.language,
        mode=line.mode,
        closed_on_holidays=line.closed_on_holidays,
        hours=tuple(_stretch(each) for each in line.plan_hours),  # type: ignore[attr-defined]
        closures=tuple(_days(each) for each in line.plan_closures),  # type: ignore[attr-defined]
        other_languages=tuple(line.other_languages),
        asks_who_calls=line.asks_who_calls,
        ringing=line.ringing,
        queue_at_most=line.queue_at_most,
        wait_at_most_s=line.wait_at_most_s,
        wordings=tuple(Wording(**each) for each in line.plan_wordings),  # type: ignore[attr-defined]
    )


def _stretch(row: dict[str, Any]) -> tuple[int, time, time]:
    return row["day"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])


def _days(row: dict[str, str]) -> tuple[date, date]:
    return date.fromisoformat(row["first"]), date.fromisoformat(row["last"])


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


def has_closed_since(plan: LinePlan, since: datetime, at: datetime) -> bool:
    """Say whether the line has closed since a moment, or will not open any more on this day.

    Where one stretch goes on at the other's end, as at midnight round the clock, nothing closes.
    """
    if is_open(plan, at) and plan.mode == Line.Mode.ALWAYS and not plan.closures:
        return False
    today = at.astimezone(_zone()).date()
    first = max(since.astimezone(_zone()).date(), today - CALL_BACK_MOST)
    ends = [end for day in _days_between(first, today) for end in _ends(plan, day)]
    if any(since < end <= at and not is_open(plan, end) for end in ends):
        return True
    return not is_open(plan, at) and not any(end > at for end in _ends(plan, today))


def _days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _ends(plan: LinePlan, day: date) -> list[datetime]:
    return [_end(day, closes) for _opens, closes in stretches(plan, day)]


def _end(day: date, closes: time) -> datetime:
    on = day + timedelta(days=1) if closes == MIDNIGHT else day
    return datetime.combine(on, closes, tzinfo=_zone()).astimezone(UTC)


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
    return max(_ends(plan, day), default=None)


def _is_before(now: time, closes: time) -> bool:
    return closes == MIDNIGHT or now < closes


def _is_closed_on(plan: LinePlan, day: date) -> bool:
    return any(first <= day <= last for first, last in plan.closures)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    """Swedish public holidays with the three eves, which only the de-facto category knows."""
    import holidays  # noqa: PLC0415 - takes a moment to load, like the days themselves

    days: Iterable[date] = holidays.country_holidays("SE", years=year, categories=("public", "de_facto"))
    return frozenset(days)


def know_holidays() -> None:
    """Work out this year's and the next one's holidays, which takes a moment, before a caller waits for them."""
    this_year = datetime.now(UTC).year
    for year in (this_year, this_year + 1):
        _holidays(year)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.LINE_TIME_ZONE)
