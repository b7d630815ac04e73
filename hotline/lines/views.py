"""The lines' pages: which there are, a new one, one line, and its settings."""

from copy import copy

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.record.refusals import EditedMeanwhile
from hotline.lines import services
from hotline.lines.forms import ClosureForm, NewLineForm, SettingsForm
from hotline.lines.models import Line
from hotline.lines.pages import coming_days, found_line, line_page, list_page


@require_GET
@never_cache
@requires("hotline.manage_lines")
def line_list(request: HttpRequest) -> HttpResponse:
    """Show every line with its state now, and the days on which all are closed."""
    return list_page(request, ClosureForm())


@require_http_methods(["GET", "POST"])
@requires("hotline.manage_lines")
def line_new(request: HttpRequest) -> HttpResponse:
    """Ask for a number and a name, and add a line."""
    form = NewLineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            line = services.add_line(actor=actor_of(request), **form.cleaned_data)
        except services.NumberTaken as refusal:
            form.add_error("number", str(refusal.message))
        else:
            messages.success(request, _("The line is added, and closed until you open it in its settings."))
            return redirect("lines:line", line.number)
    return render(request, "hotline/lines/new.html", {"form": form})


@require_GET
@never_cache
@requires("hotline.manage_lines")
def line(request: HttpRequest, number: str) -> HttpResponse:
    """Show a line's week, its closures, and the coming days as they will be."""
    return line_page(request, found_line(number))


@require_http_methods(["GET", "POST"])
@never_cache
@requires("hotline.manage_lines")
def settings(request: HttpRequest, number: str) -> HttpResponse:
    """Show and change a line's settings."""
    found = found_line(number)
    form = SettingsForm(request.POST or None, instance=copy(found))
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, found, form)
        except EditedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The settings are saved and apply from the next call."))
            return redirect("lines:line", number)
    context = {"form": form, "unsaved": False} | coming_days(request, found)
    return render(request, "hotline/lines/settings.html", context)


@require_POST
@requires("hotline.manage_lines")
def days(request: HttpRequest, number: str) -> HttpResponse:
    """Give the coming days as settings that are not saved yet would make them; saves nothing."""
    mode, found = request.POST.get("mode", ""), found_line(number)
    if mode not in Line.Mode.values:
        raise Http404
    unsaved = {"mode": mode, "closed_on_holidays": "closed_on_holidays" in request.POST}
    context = {"unsaved": True} | coming_days(request, found, **unsaved)
    return render(request, "hotline/lines/_days.html", context)


def _change(request: HttpRequest, line: Line, form: SettingsForm) -> None:
    services.change_line(
        actor=actor_of(request), line=line, version=form.cleaned_data["version"], settings=form.settings()
    )
