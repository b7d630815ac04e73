"""The directory for staff: all municipalities by county, the coverage map, one area, and whom to verify next."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from cases.coded.models import Municipality
from referrals.access import user_of
from referrals.clock.working_days import local_day
from referrals.directory.areas import NATIONAL, Area, AreaUnknown, area_of
from referrals.directory.keeping import add_district, note_outreach
from referrals.directory.models import ContactPoint
from referrals.directory.queries import (
    by_county,
    count_statuses,
    coverage,
    narrowed,
    points_reaching,
    to_telephone,
)
from referrals.directory.standing import Standing, Status
from referrals.directory.tiles import draw
from referrals.routing.explain import because
from referrals.routing.rules import NoContactPointLeft, route
from referrals.staff.directory_forms import DistrictForm, FilterForm, OutreachForm, languages

KEEP = "referrals.verify_directory"
PAGE = 50
# Who composes referrals reads it, and who keeps it.
reads_directory = requires("referrals.compose", KEEP)


@dataclass(frozen=True)
class Shown:
    """A contact point on a page, with what is worked out about it."""

    point: ContactPoint
    standing: Standing
    languages: str
    is_closed: bool
    is_attended: bool | None


@reads_directory
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """List the municipalities asked for by county, with what can be relied on in each."""
    form, today = FilterForm(request.GET), local_day()
    everywhere = coverage(today)
    context = {
        "form": form,
        "counties": by_county(narrowed(everywhere, **form.chosen)),
        "totals": [(status, number) for status, number in count_statuses(everywhere).items()],
        "synthetic": ContactPoint.objects.filter(synthetic=True).exists(),
        "may_keep": user_of(request).has_perm(KEEP),
    }
    return render(request, "referrals/staff/directory.html", context)


@reads_directory
@require_safe
def coverage_map(request: HttpRequest) -> HttpResponse:
    """Draw all municipalities as tiles by their state, with the same said in a table beside."""
    rows = coverage(local_day())
    context = {
        "map": draw(rows),
        "totals": [(status, number) for status, number in count_statuses(rows).items()],
        "counties": [
            (group.county, [[row for row in group.municipalities if row.status == each] for each in Status])
            for group in by_county(rows)
        ],
        "synthetic": ContactPoint.objects.filter(synthetic=True).exists(),
    }
    return render(request, "referrals/staff/coverage_map.html", context)


@requires(KEEP)
@require_safe
def to_verify(request: HttpRequest) -> HttpResponse:
    """List the contact points to telephone, with why: nobody is sent there silently, or soon may not be."""
    today = local_day()
    page = Paginator(to_telephone(today), PAGE).get_page(request.GET.get("page"))
    rows = [(point, point.standing(today), point.fresh_until) for point in page]
    return render(request, "referrals/staff/to_verify.html", {"page": page, "rows": rows})


@reads_directory
@require_safe
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """Show a municipality's contact points, where a referral would go today and why, and what we did there."""
    found = find_area(code)
    if found.municipality is None:
        raise Http404
    return show_area(request, found)


@reads_directory
@require_safe
def county(request: HttpRequest, code: str) -> HttpResponse:
    """Show a county's own contact points."""
    found = find_area(code)
    if found.county is None:
        raise Http404
    return show_area(request, found)


@reads_directory
@require_safe
def national(request: HttpRequest) -> HttpResponse:
    """Show the contact points of the whole country."""
    return show_area(request, Area())


@requires(KEEP)
@require_POST
def outreach(request: HttpRequest, code: str) -> HttpResponse:
    """Note a visit, a training or a dialogue meeting with a municipality."""
    found, form = find_municipality(code), OutreachForm(request.POST)
    if not form.is_valid():
        return show_area(request, Area(found), outreach_form=form)
    note_outreach(actor=actor_of(request), user=user_of(request), municipality=found, **form.cleaned_data)
    return redirect("referrals:municipality", code)


@requires(KEEP)
@require_POST
def districts(request: HttpRequest, code: str) -> HttpResponse:
    """Name a city district of a municipality."""
    found, form = find_municipality(code), DistrictForm(request.POST)
    if not form.is_valid():
        return show_area(request, Area(found), district_form=form)
    add_district(actor=actor_of(request), municipality=found, **form.cleaned_data)
    return redirect("referrals:municipality", code)


def show_area(request: HttpRequest, area: Area, **forms: object) -> HttpResponse:
    """Show an area's own contact points first, then those that stand in from the county and the country."""
    known, place = languages(), area.municipality
    points = [show(point, known) for point in points_reaching(area)]
    context = {
        "area": area,
        "own": [each for each in points if _is_own(each.point, area)],
        "farther": [each for each in points if not _is_own(each.point, area)],
        "because": _explained(place) if place else [],
        "districts": place.districts.all() if place else (),
        "outreach": place.outreach.select_related("by") if place else (),
        "synthetic": any(each.point.synthetic for each in points),
        "may_keep": user_of(request).has_perm(KEEP),
        "outreach_form": OutreachForm(initial={"on": local_day()}),
        "district_form": DistrictForm(),
    }
    return render(request, "referrals/staff/area.html", context | forms)


def show(point: ContactPoint, known: dict[str, str]) -> Shown:
    """Work out what a page says about a contact point; `known` names the languages by code."""
    spoken = ", ".join(known.get(code, code) for code in point.languages)
    today = local_day()
    return Shown(
        point, point.standing(today), spoken, not point.is_open(today), point.is_attended(timezone.now())
    )


def find_area(code: str) -> Area:
    """Find an area by its code. Errors: Http404."""
    try:
        return area_of(code)
    except AreaUnknown as unknown:
        raise Http404 from unknown


def find_municipality(code: str) -> Municipality:
    """Find a municipality by its code. Errors: Http404."""
    found = find_area(code).municipality
    if found is None:
        raise Http404
    return found


def page_of(area: Area) -> str:
    """Give the address of an area's page."""
    if area.code == NATIONAL:
        return reverse("referrals:national")
    name = "municipality" if area.municipality else "county"
    return reverse(f"referrals:{name}", args=[area.code])


def _is_own(point: ContactPoint, area: Area) -> bool:
    return Area(point.municipality, point.county).code == area.code


def _explained(found: Municipality) -> list[str]:
    try:
        return because(route(municipality=found, on=local_day()))
    except NoContactPointLeft:
        return [_("The directory has no national contact point. Tell the supervisor.")]
