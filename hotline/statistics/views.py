"""The pages of figures; every look at one is recorded before it is shown."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from hotline.statistics.cubes import Dimension
from hotline.statistics.panels import operational_panel
from hotline.statistics.periods import Period, PeriodChoice, period_of, whole_months
from hotline.statistics.persons import cube_of
from hotline.statistics.presentation import operational_page, persons_page


@require_safe
@never_cache
@requires("hotline.view_operational_figures")
def operational_figures(request: HttpRequest) -> HttpResponse:
    """Show how the line does its work."""
    choice = chosen_period(request.GET.get("period", PeriodChoice.MONTH_LONG))
    record_durably(actor=actor_of(request), action=Action.OPERATIONAL_FIGURES_SEEN, period=choice.value)
    panel = operational_panel(period_of(choice, today=timezone.localdate()))
    return render(request, "hotline/statistics/operational.html", operational_page(panel, choice))


@require_safe
@never_cache
@requires("hotline.view_person_figures")
def person_figures(request: HttpRequest) -> HttpResponse:
    """Show the protected tables about persons."""
    dimension = chosen_dimension(request.GET.get("by", Dimension.CALLER_ROLE))
    months = whole_months(today=timezone.localdate())
    month = chosen_month(request.GET.get("month", ""), months)
    record_durably(
        actor=actor_of(request),
        action=Action.PERSON_FIGURES_SEEN,
        by=dimension.value,
        month=f"{month.first_day:%Y-%m}",
    )
    return render(request, "hotline/statistics/persons.html", persons_page(cube_of(dimension, months), month))


def chosen_period(value: str) -> PeriodChoice:
    """Read a period from an address; one that cannot be chosen is no page."""
    if value not in PeriodChoice.values:
        raise Http404
    return PeriodChoice(value)


def chosen_dimension(value: str) -> Dimension:
    """Read a table's subject from an address; one there is no table of is no page."""
    if value not in Dimension.values:
        raise Http404
    return Dimension(value)


def chosen_month(value: str, months: list[Period]) -> Period:
    """Read a month from an address, the latest by default; one that is not whole is no page."""
    by_name: dict[str, Period] = {f"{month.first_day:%Y-%m}": month for month in months}
    if value and value not in by_name:
        raise Http404
    return by_name[value] if value else months[-1]
