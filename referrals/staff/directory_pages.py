"""The directory for staff: all municipalities by county, one municipality, and marking what is verified."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from cases.coded.models import Municipality
from referrals.access import user_of
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.directory.queries import coverage_by_county, points_for
from referrals.directory.verify import verify_contact_point
from referrals.routing.explain import because
from referrals.routing.rules import NoContactPointLeft, route

View = Callable[..., HttpResponseBase]


def reads_directory(view: View) -> View:
    """Let those in who compose referrals and those who keep the directory; the trail names the former's right."""
    composing, keeping = requires("referrals.compose")(view), requires("referrals.verify_directory")(view)

    @wraps(composing)
    def guarded(request: HttpRequest, /, *args: str, **kwargs: str) -> HttpResponseBase:
        keeps = request.user.has_perm("referrals.verify_directory")
        return (keeping if keeps else composing)(request, *args, **kwargs)

    return guarded


@reads_directory
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """List all municipalities by county, with what can be relied on in each."""
    context = {
        "counties": coverage_by_county(local_day()),
        "synthetic": ContactPoint.objects.filter(synthetic=True).exists(),
    }
    return render(request, "referrals/staff/directory.html", context)


@reads_directory
@require_safe
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """Show a municipality's contact points, and where a referral would go today and why."""
    found = get_object_or_404(Municipality.objects.select_related("county"), pk=code)
    points = list(points_for(found))
    context = {
        "municipality": found,
        "points": [(point, point.is_fresh(local_day())) for point in points],
        "because": _explained(found),
        "outreach": found.outreach.all(),
        "synthetic": any(point.synthetic for point in points),
        "may_verify": user_of(request).has_perm("referrals.verify_directory"),
    }
    return render(request, "referrals/staff/municipality.html", context)


@requires("referrals.verify_directory")
@require_POST
def verify(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Mark a contact point as verified today by this user."""
    point = get_object_or_404(ContactPoint, reference=reference)
    verify_contact_point(actor=actor_of(request), user=user_of(request), contact_point=point)
    messages.success(request, _("The contact point is marked as verified today."))
    return redirect("referrals:municipality", code)


def _explained(found: Municipality) -> list[str]:
    try:
        return because(route(municipality=found, on=local_day()))
    except NoContactPointLeft:
        return [_("The directory has no national contact point. Tell the supervisor.")]
