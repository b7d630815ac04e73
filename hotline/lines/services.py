"""What an administrator does to lines: add them, change their settings, their weekly hours and their closures."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.refusals import EditedMeanwhile, Refusal
from hotline.lines.board import touch_board
from hotline.lines.hours import MIDNIGHT
from hotline.lines.models import Closure, Line, OpeningHours

LONGEST_CLOSURE_DAYS = 366


class NumberTaken(Refusal):
    """Another line has this number already."""

    message = _("There is a line with this number already.")


class ClosesTooEarly(Refusal):
    """A line closes after it opens, or at 00:00, the end of the day."""

    message = _("The line closes before it opens. Write 00:00 for the end of the day.")


class LastDayTooEarly(Refusal):
    """The last closed day comes before the first."""

    message = _("The last day comes before the first.")


class ClosedTooLong(Refusal):
    """A closure lasts a year at most; a line that closes for good is set to closed."""

    message = _("A year at most. A line that closes for good is closed in its settings.")


class Overlaps(Refusal):
    """The line has other opening hours in that time; `stretch` is one of them."""

    message = _("The line is open then already, with other hours. Remove those first.")

    def __init__(self, stretch: OpeningHours) -> None:
        super().__init__(str(stretch))
        self.stretch = stretch


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything of a line that an administrator sets; its number stays, as another number is another line."""

    name: str
    mode: str
    language: str
    other_languages: list[str] = field(default_factory=list)
    asks_who_calls: bool = False
    ringing: str = Line.Ringing.LONGEST_IDLE
    queue_at_most: int = 20
    wait_at_most_s: int = 180
    discreet_number: str = ""
    closed_on_holidays: bool = True


def settings_of(line: Line) -> Settings:
    """Read a line's settings."""
    return Settings(**{name: getattr(line, name) for name in Settings.__dataclass_fields__})


def version_of(line: Line) -> str:
    """Name the settings as they are now: a form carries it, so that nobody's change is overwritten unseen."""
    written = json.dumps(asdict(settings_of(line)), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


@transaction.atomic
def add_line(*, actor: Actor, line: UUID, number: str, name: str, language: str) -> Line:
    """Add a line, closed until its hours and greeting are set; the same form sent twice adds one.

    Errors: NumberTaken.
    """
    made, is_new = Line.objects.get_or_create(
        number=number,
        defaults={"id": line, "name": name, "language": language, "mode": Line.Mode.CLOSED},
    )
    if made.id != line:
        raise NumberTaken
    if is_new:
        record(actor=actor, action=Action.LINE_ADDED, subject=subject_of(made), name=name)
        touch_board()
    return made


@transaction.atomic
def change_line(*, actor: Actor, line: Line, version: str, settings: Settings) -> Line:
    """Change a line's settings; what is so already changes nothing.

    Errors: EditedMeanwhile.
    """
    found = _locked(line)
    before, after = asdict(settings_of(found)), asdict(settings)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return found
    if version != version_of(found):
        raise EditedMeanwhile
    for name in changed:
        setattr(found, name, after[name])
    found.save(update_fields=changed)
    facts = {name: f"{_written(before[name])} → {_written(after[name])}" for name in changed}
    record(actor=actor, action=Action.LINE_CHANGED, subject=subject_of(found), **facts)
    touch_board()
    return found


@transaction.atomic
def add_hours(*, actor: Actor, line: Line, weekdays: Sequence[int], opens: time, closes: time) -> int:
    """Open the line at these times on these weekdays; says on how many days that is new.

    A closing time of 00:00 is the end of the day. Errors: ClosesTooEarly, Overlaps (then no day is changed).
    """
    if closes != MIDNIGHT and closes <= opens:
        raise ClosesTooEarly
    found = _locked(line)
    added = 0
    for weekday in sorted(set(weekdays)):
        same_day = found.opening_hours.filter(weekday=weekday)
        if same_day.filter(opens=opens, closes=closes).exists():
            continue
        for other in same_day:
            if _overlap((opens, closes), (other.opens, other.closes)):
                raise Overlaps(other)
        found.opening_hours.create(weekday=weekday, opens=opens, closes=closes)
        added += 1
        _record_hours(actor, Action.LINE_HOURS_ADDED, found, (weekday, opens, closes))
    return added


@transaction.atomic
def remove_hours(*, actor: Actor, line: Line, stretch: UUID) -> bool:
    """Take one stretch out of the line's week; says whether it was still there."""
    found = OpeningHours.objects.select_for_update().filter(line=line, pk=stretch).first()
    if found is None:
        return False
    found.delete()
    _record_hours(actor, Action.LINE_HOURS_REMOVED, line, (found.weekday, found.opens, found.closes))
    return True


@transaction.atomic
def add_closure(
    *, actor: Actor, line: Line | None, closure: UUID, first_day: date, last_day: date, reason: str
) -> Closure:
    """Close a line, or every line, on these days; the same form sent twice closes once.

    Errors: LastDayTooEarly, ClosedTooLong.
    """
    if last_day < first_day:
        raise LastDayTooEarly
    if (last_day - first_day).days >= LONGEST_CLOSURE_DAYS:
        raise ClosedTooLong
    made, is_new = Closure.objects.get_or_create(
        pk=closure,
        defaults={"line": line, "first_day": first_day, "last_day": last_day, "reason": reason},
    )
    if is_new:
        _record_closure(actor, Action.CLOSURE_ADDED, made)
    return made


@transaction.atomic
def remove_closure(*, actor: Actor, closure: UUID) -> Closure | None:
    """Open again on days that were closed; none where somebody else has removed the closure."""
    found = Closure.objects.select_for_update(of=("self",)).select_related("line").filter(pk=closure).first()
    if found is None:
        return None
    found.delete()
    _record_closure(actor, Action.CLOSURE_REMOVED, found)
    return found


def subject_of(line: Line | None) -> Subject:
    """Name a line as the trail does, by its number."""
    return Subject(kind="line", reference=line.number if line else "")


def _locked(line: Line) -> Line:
    return Line.objects.select_for_update().get(pk=line.pk)


def _overlap(one: tuple[time, time], other: tuple[time, time]) -> bool:
    return _starts_within(one, other) or _starts_within(other, one)


def _starts_within(one: tuple[time, time], other: tuple[time, time]) -> bool:
    opens, closes = other
    return opens <= one[0] and (closes == MIDNIGHT or one[0] < closes)


def _record_hours(actor: Actor, action: Action, line: Line, hours: tuple[int, time, time]) -> None:
    weekday, opens, closes = hours
    facts: dict[str, str | int] = {"weekday": weekday, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
    record(actor=actor, action=action, subject=subject_of(line), **facts)
    touch_board()


def _record_closure(actor: Actor, action: Action, closure: Closure) -> None:
    facts = {"first_day": closure.first_day.isoformat(), "last_day": closure.last_day.isoformat()}
    record(actor=actor, action=action, subject=subject_of(closure.line), reason=closure.reason, **facts)
    touch_board()


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
