"""Figures in words: counts and intervals, never a bare percentage."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.statistics.charts import Range, range_of
from hotline.statistics.measures import Share, Spread
from hotline.statistics.panels import Figure, Unit

MINUTE = 60


@dataclass(frozen=True)
class Row:
    """One row of a table of figures."""

    label: str | Promise
    meaning: str | Promise
    value: str
    certainty: str
    range: Range | None


def row_of(figure: Figure) -> Row:
    """Put a figure into words."""
    value = figure.value
    match value:
        case Share():
            shown, certainty = share_in_words(value), interval_in_words(value)
        case Spread():
            shown, certainty = spread_in_words(value, figure.unit), observations_in_words(value.n)
        case _:
            shown, certainty = str(value), ""
    drawn = range_of(value) if isinstance(value, Share) else None
    return Row(figure.label, figure.meaning, shown, certainty, drawn)


def share_in_words(share: Share) -> str:
    """Say so many of so many, and the share where there is one."""
    words = {"count": share.count, "base": share.base}
    if share.of_one is None:
        return _("%(count)s of %(base)s") % words
    words["percent"] = round(100 * share.of_one)
    return _("%(count)s of %(base)s, %(percent)s %%") % words


def interval_in_words(share: Share) -> str:
    """Say between which shares the truth lies, as far as so few calls can tell."""
    if share.of_one is None:
        return _("nothing to count")
    low, high = share.interval
    return _("%(low)s–%(high)s %%") % {"low": round(100 * low), "high": round(100 * high)}


def spread_in_words(spread: Spread, unit: str) -> str:
    """Say the median and what nine of ten stay below."""
    if spread.median is None or spread.p90 is None:
        return "–"
    words = {"median": duration_in_words(spread.median, unit), "p90": duration_in_words(spread.p90, unit)}
    return _("median %(median)s, nine of ten within %(p90)s") % words


def observations_in_words(count: int) -> str:
    """Say how many observations a spread rests on."""
    return ngettext("%(n)s observed", "%(n)s observed", count) % {"n": count}


def duration_in_words(amount: float, unit: str) -> str:
    """Say a duration with its unit; minutes once seconds are too many to read."""
    if unit == Unit.SECONDS and amount < 2 * MINUTE:
        return _("%(n)s s") % {"n": round(amount)}
    if unit == Unit.SECONDS:
        return _("%(n)s min") % {"n": number_format(amount / MINUTE, decimal_pos=1)}
    shown = number_format(amount, decimal_pos=1)
    return (_("%(n)s working days") if unit == Unit.WORKING_DAYS else _("%(n)s days")) % {"n": shown}
