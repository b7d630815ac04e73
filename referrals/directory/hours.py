"""Opening hours as a line of text with one grammar: read, said in words, and asked at a moment.

`mon-fri 08:00-16:30; sat 10:00-12:00` or `always`. Swedish day names, dashes and points are read as well. On public
holidays and the three eves the hours of a Sunday hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from referrals.clock.working_days import STOCKHOLM, is_holiday

ALWAYS = "always"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SWEDISH = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
_NUMBERS = {name: number for names in (DAYS, _SWEDISH) for number, name in enumerate(names)}
_ROUND_THE_CLOCK = frozenset({ALWAYS, "round the clock", "dygnet runt", "24/7"})
_PART = re.compile(r"([a-zåäö]+)(?:-([a-zåäö]+))? (\d{1,2})[:.](\d\d)-(\d{1,2})[:.](\d\d)")
_NAMES = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)
END_OF_DAY = 24 * 60
SUNDAY = 6


class HoursUnreadable(ValueError):
    """Write the hours like this: mon-fri 08:00-16:30; sat 10:00-12:00. Or: always."""


@dataclass(frozen=True)
class Span:
    """From one weekday to another, between two times of day in minutes."""

    first: int
    last: int
    opens: int
    closes: int


def normalise_hours(text: str) -> str:
    """Give hours in the one spelling that is stored; nothing stays nothing. Errors: HoursUnreadable."""
    plain = " ".join(text.lower().replace("–", "-").replace("—", "-").split())
    plain = re.sub(r"\s*-\s*", "-", plain)
    if not plain:
        return ""
    if plain in _ROUND_THE_CLOCK:
        return ALWAYS
    return "; ".join(_spell(_read(part.strip())) for part in plain.split(";") if part.strip())


def is_attended(hours: str, at: datetime) -> bool | None:
    """Say whether somebody is there at that moment; None where the hours are not known."""
    if not hours:
        return None
    if hours == ALWAYS:
        return True
    local = at.astimezone(STOCKHOLM)
    minute = local.hour * 60 + local.minute
    weekday = SUNDAY if is_holiday(local.date()) else local.weekday()
    return any(
        span.first <= weekday <= span.last and span.opens <= minute < span.closes for span in _spans(hours)
    )


def hours_in_words(hours: str) -> str:
    """Say the hours in the reader's language."""
    if hours == ALWAYS:
        return _("Round the clock")
    return ", ".join(_say(span) for span in _spans(hours)) if hours else ""


def hours_to_edit(hours: str) -> str:
    """Spell the hours with the days of the reader's language, as `normalise_hours` reads them back."""
    if hours == ALWAYS:
        return hours_in_words(hours).lower()
    return (
        "; ".join(_spell(span, [_(name).lower() for name in _NAMES]) for span in _spans(hours))
        if hours
        else ""
    )


def _spans(hours: str) -> list[Span]:
    return [_read(part) for part in hours.split("; ")]


def _read(part: str) -> Span:
    found = _PART.fullmatch(part)
    if found is None:
        raise HoursUnreadable
    first, last, *times = found.groups()
    if first not in _NUMBERS or (last or first) not in _NUMBERS:
        raise HoursUnreadable
    hour, minute, end_hour, end_minute = (int(each) for each in times)
    span = Span(_NUMBERS[first], _NUMBERS[last or first], hour * 60 + minute, end_hour * 60 + end_minute)
    if max(minute, end_minute) > 59 or span.last < span.first or not span.opens < span.closes <= END_OF_DAY:  # noqa: PLR2004 - minutes
        raise HoursUnreadable
    return span


def _spell(span: Span, names: Sequence[str] = DAYS) -> str:
    days = names[span.first] if span.first == span.last else f"{names[span.first]}-{names[span.last]}"
    return f"{days} {_time(span.opens, ':')}-{_time(span.closes, ':')}"


def _say(span: Span) -> str:
    first, last = _(_NAMES[span.first]), _(_NAMES[span.last])
    days = first if span.first == span.last else f"{first}–{last}"
    return f"{days} {_time(span.opens, '.')}–{_time(span.closes, '.')}"


def _time(minutes: int, separator: str) -> str:
    return f"{minutes // 60:02d}{separator}{minutes % 60:02d}"
