"""The supervisor's morning, and the plan of shifts week by week."""

import uuid
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from hotline.lines.models import Shift
from hotline.lines.shifts import ShiftRefused, cancel_shift, plan_shift
from hotline.supervision.forms import ShiftForm, new_shift
from hotline.supervision.morning import read_morning
from hotline.supervision.plan import week_of

YEARS_AROUND = 2


@require_GET
@never_cache
@requires("hotline.supervise_line")
def morning(request: HttpRequest) -> HttpResponse:
    """Show what waits for a supervisor; the look is recorded, for it names cases."""
    record_durably(actor=actor_of(request), action=Action.MORNING_SEEN)
    return render(request, "hotline/supervision/morning.html", {"morning": read_morning(at=timezone.now())})


@require_GET
@never_cache
@requires("hotline.view_desk")
def shifts(request: HttpRequest) -> HttpResponse:
    """Show a week of the plan; supervisors change it here."""
    day = _day(request.GET.get("day", ""))
    return _page(request, day, ShiftForm(initial=new_shift(day)))


@require_POST
@requires("hotline.supervise_line")
def shift_add(request: HttpRequest) -> HttpResponse:
    """Plan a shift; what cannot be planned comes back with the reason, as it was written."""
    form = ShiftForm(request.POST)
    if not form.is_valid():
        return _page(request, timezone.localdate(), form)
    starts_at, ends_at = form.stretch()
    clean = form.cleaned_data
    try:
        plan_shift(
            actor=actor_of(request),
            user=clean["person"],
            line=clean["line"],
            starts_at=starts_at,
            ends_at=ends_at,
            client_id=clean["client_id"],
        )
    except ShiftRefused as refused:
        form.add_error(None, str(refused.message))
        return _page(request, clean["day"], form)
    messages.success(request, _("The shift is in the plan."))
    return redirect(f"{reverse('supervision:shifts')}?day={clean['day']:%Y-%m-%d}")


@require_POST
@requires("hotline.supervise_line")
def shift_cancel(request: HttpRequest, shift: uuid.UUID) -> HttpResponse:
    """Take a shift out of the plan."""
    found = get_object_or_404(Shift.objects.select_related("user", "line"), pk=shift)
    cancel_shift(actor=actor_of(request), shift=found)
    messages.success(request, _("The shift is out of the plan."))
    return redirect(f"{reverse('supervision:shifts')}?day={timezone.localdate(found.starts_at):%Y-%m-%d}")


def _page(request: HttpRequest, day: date, form: ShiftForm) -> HttpResponse:
    week = week_of(day)
    context = {
        "week": week,
        "form": form,
        "today": timezone.localdate(),
        "before": week[0].day - timedelta(days=7),
        "after": week[0].day + timedelta(days=7),
    }
    return render(request, "hotline/supervision/shifts.html", context)


def _day(text: str) -> date:
    today = timezone.localdate()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if abs(day.year - today.year) > YEARS_AROUND:
        raise Http404
    return day
