"""What the lines' pages show, whichever of their forms comes back with errors."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hotline.lines import queries
from hotline.lines.days import FORTNIGHT, days_ahead
from hotline.lines.forms import ClosureForm, FirstDayForm, HoursForm
from hotline.lines.hours import plan_of
from hotline.lines.models import Line

FURTHEST = timedelta(days=400)


def found_line(number: str) -> Line:
    """Find a line by its number, or answer that there is none."""
    return get_object_or_404(Line, number=number)


def list_page(request: HttpRequest, closure: ClosureForm) -> HttpResponse:
    """Show every line, and the days on which all are closed."""
    now = timezone.now()
    context = {
        "lines": queries.lines_now(now),
        "closures": queries.closures_of(None, today=timezone.localdate(now)),
        "form": closure,
    }
    return render(request, "hotline/lines/list.html", context)


def line_page(
    request: HttpRequest, line: Line, *, hours: HoursForm | None = None, closure: ClosureForm | None = None
) -> HttpResponse:
    """Show a line's week, its closures and the coming days."""
    now = timezone.now()
    context = {
        "line": line,
        "state": queries.line_now(line, now),
        "week": queries.week_of(line),
        "closures": queries.closures_of(line, today=timezone.localdate(now)),
        "hours_form": hours or HoursForm(auto_id="hours_%s"),
        "closure_form": closure or ClosureForm(auto_id="closure_%s"),
    }
    return render(request, "hotline/lines/line.html", context | coming_days(request, line))


def coming_days(request: HttpRequest, line: Line, **unsaved: Any) -> dict[str, object]:
    """Give a fortnight of the line's days, from today or from the day that was asked for.

    `unsaved` are settings of the plan as they are not yet.
    """
    today = timezone.localdate()
    form = FirstDayForm(request.GET)
    asked = form.cleaned_data["first"] if form.is_valid() else None
    first = min(max(asked or today, today), today + FURTHEST)
    return {
        "line": line,
        "days": days_ahead(replace(plan_of(line), **unsaved), first=first),
        "today": today,
        "earlier": _earlier(first, today),
        "later": first + timedelta(days=FORTNIGHT) if first < today + FURTHEST else None,
    }


def tell_removed(request: HttpRequest, *, removed: bool, done: str) -> None:
    """Say that something was taken away, or that somebody else was quicker."""
    if removed:
        messages.success(request, done)
    else:
        messages.info(request, _("That had been taken away already. Nothing was changed."))


def _earlier(first: date, today: date) -> date | None:
    return max(first - timedelta(days=FORTNIGHT), today) if first > today else None
