"""What an administrator does to a line's calendar: more hours, fewer hours, closed days."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from hotline.lines import services
from hotline.lines.forms import ClosureForm, HoursForm
from hotline.lines.models import Line
from hotline.lines.pages import found_line, line_page, list_page, tell_removed


@require_POST
@requires("hotline.manage_lines")
def hours_add(request: HttpRequest, number: str) -> HttpResponse:
    """Open the line at more times of the week."""
    found, form = found_line(number), HoursForm(request.POST, auto_id="hours_%s")
    if form.is_valid():
        try:
            added = services.add_hours(actor=actor_of(request), line=found, **form.cleaned_data)
        except services.ClosesTooEarly as refusal:
            form.add_error("closes", str(refusal.message))
        except services.Overlaps as overlap:
            form.add_error("opens", _overlapping(overlap))
        else:
            messages.success(request, _added(added))
            return redirect("lines:line", number)
    return line_page(request, found, hours=form)


@require_POST
@requires("hotline.manage_lines")
def hours_remove(request: HttpRequest, number: str, stretch: uuid.UUID) -> HttpResponse:
    """Take a stretch out of the week."""
    removed = services.remove_hours(actor=actor_of(request), line=found_line(number), stretch=stretch)
    tell_removed(request, removed=removed, done=_("The opening hours are removed."))
    return redirect("lines:line", number)


@require_POST
@requires("hotline.manage_lines")
def closure_add(request: HttpRequest, number: str) -> HttpResponse:
    """Close one line on some days."""
    found, form = found_line(number), ClosureForm(request.POST, auto_id="closure_%s")
    if _closed(request, found, form):
        return redirect("lines:line", number)
    return line_page(request, found, closure=form)


@require_POST
@requires("hotline.manage_lines")
def closure_add_everywhere(request: HttpRequest) -> HttpResponse:
    """Close every line on some days."""
    form = ClosureForm(request.POST)
    if _closed(request, None, form):
        return redirect("lines:list")
    return list_page(request, form)


@require_POST
@requires("hotline.manage_lines")
def closure_remove(request: HttpRequest, closure: uuid.UUID) -> HttpResponse:
    """Open again on days that were closed."""
    removed = services.remove_closure(actor=actor_of(request), closure=closure)
    tell_removed(request, removed=removed is not None, done=_("The closed days are removed."))
    return redirect("lines:line", removed.line.number) if removed and removed.line else redirect("lines:list")


def _closed(request: HttpRequest, line: Line | None, form: ClosureForm) -> bool:
    if not form.is_valid():
        return False
    try:
        services.add_closure(actor=actor_of(request), line=line, **form.cleaned_data)
    except (services.LastDayTooEarly, services.ClosedTooLong) as refusal:
        form.add_error("last_day", str(refusal.message))
    else:
        messages.success(request, _("Closed on those days. See below what callers will meet."))
        return True
    return False


def _overlapping(overlap: services.Overlaps) -> str:
    stretch = overlap.stretch
    return _("On %(weekday)s the line is open %(opens)s–%(closes)s already. Remove that first.") % {
        "weekday": WEEKDAYS[stretch.weekday],
        "opens": f"{stretch.opens:%H:%M}",
        "closes": f"{stretch.closes:%H:%M}",
    }


def _added(days: int) -> str:
    if not days:
        return _("The line is open then already. Nothing was changed.")
    sentence = ngettext("Open on %(days)d more weekday.", "Open on %(days)d more weekdays.", days)
    return sentence % {"days": days}
