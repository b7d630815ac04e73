"""One contact point for those who keep the directory: its page, its past, and everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.gate import actor_of, requires
from cases.record.refusals import Refusal
from referrals.access import look_at_point, user_of
from referrals.clock.working_days import local_day
from referrals.delivery.asking import NobodySignsIn, ask_to_confirm
from referrals.directory.areas import Area
from referrals.directory.keeping import add_contact_point, change_contact_point, retire_contact_point
from referrals.directory.models import ContactPoint
from referrals.directory.past import versions_of
from referrals.directory.queries import RELATED, signs_in
from referrals.directory.recipients import answering
from referrals.directory.verify import close_contact_point, verify_contact_point
from referrals.referral.queries import live
from referrals.staff.directory_forms import ClosedForm, PointForm, languages
from referrals.staff.directory_pages import KEEP, find_area, page_of, reads_directory, show


@reads_directory
@require_safe
def contact_point(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a contact point with its past."""
    return _show(request, _found(reference))


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new contact point of an area."""
    area = find_area(code)
    form = PointForm(request.POST or None, area=area)
    if form.is_valid():
        clean = form.cleaned_data
        point = add_contact_point(
            actor=actor_of(request),
            user=user_of(request),
            area=area,
            details=form.details,
            client_id=clean["client_id"],
            verified=clean["verified"],
        )
        messages.success(request, _("The contact point is in the directory."))
        return redirect("referrals:contact-point", point.reference)
    context = {"form": form, "area": area, "back": page_of(area), "point": None}
    return render(request, "referrals/staff/contact_point_edit.html", context)


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a contact point anew."""
    point = _found(reference)
    area = Area(point.municipality, point.county)
    form = PointForm(request.POST or None, area=area, point=point)
    if form.is_valid() and _change(request, point, form):
        messages.success(request, _("The contact point is saved."))
        return redirect("referrals:contact-point", reference)
    context = {
        "form": form,
        "area": area,
        "back": reverse("referrals:contact-point", args=[reference]),
        "point": point,
    }
    return render(request, "referrals/staff/contact_point_edit.html", context)


@requires(KEEP)
@require_POST
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a contact point as verified today by this user."""
    verify_contact_point(actor=actor_of(request), user=user_of(request), contact_point=_found(reference))
    messages.success(request, _("The contact point is marked as verified today."))
    return redirect("referrals:contact-point", reference)


@requires(KEEP)
@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a contact point for a while."""
    point, form = _found(reference), ClosedForm(request.POST)
    if not form.is_valid():
        return _show(request, point, closed_form=form)
    close_contact_point(
        actor=actor_of(request), user=user_of(request), contact_point=point, **form.cleaned_data
    )
    messages.success(request, _("Nothing is routed there while it is closed."))
    return redirect("referrals:contact-point", reference)


def _press(verb: Callable[[HttpRequest, ContactPoint], str]) -> Callable[..., HttpResponseBase]:
    """Make the view of a button that needs no form: the verb gives what is said afterwards."""

    @requires(KEEP)
    @require_POST
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        messages.info(request, verb(request, _found(reference)))
        return redirect("referrals:contact-point", reference)

    return view


def _open(request: HttpRequest, point: ContactPoint) -> str:
    close_contact_point(actor=actor_of(request), user=user_of(request), contact_point=point, until=None)
    return _("The contact point is open again.")


def _retire(request: HttpRequest, point: ContactPoint) -> str:
    if live().filter(contact_point=point).exists():
        return _("A referral still stands with it. Send it somewhere else first.")
    retire_contact_point(actor=actor_of(request), user=user_of(request), contact_point=point)
    return _("The contact point is out of the directory. Its past stays.")


def _ask(request: HttpRequest, point: ContactPoint) -> str:
    try:
        ask_to_confirm(actor=actor_of(request), contact_point=point)
    except NobodySignsIn:
        return _("Nobody signs in for this function. Telephone them, and mark it as verified today.")
    return _("A letter asks them to confirm their details. Silence for two weeks counts as no answer.")


reopen, retire, ask = _press(_open), _press(_retire), _press(_ask)


def _found(reference: str) -> ContactPoint:
    return get_object_or_404(ContactPoint.objects.select_related(*RELATED), reference=reference)


def _change(request: HttpRequest, point: ContactPoint, form: PointForm) -> bool:
    """Save what the form holds; a refusal is said on it."""
    try:
        change_contact_point(
            actor=actor_of(request),
            user=user_of(request),
            contact_point=point,
            version=form.cleaned_data["version"],
            details=form.details,
            verified=form.cleaned_data["verified"],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return False
    return True


def _show(request: HttpRequest, point: ContactPoint, **forms: object) -> HttpResponse:
    """Record the look, for the page names recipients, then show."""
    look_at_point(actor=actor_of(request), point=point)
    today = local_day()
    context = {
        "shown": show(point, languages()),
        "area": Area(point.municipality, point.county),
        "back": page_of(Area(point.municipality, point.county)),
        "versions": versions_of(point),
        "people": answering(point, today),
        "signs_in": signs_in(point, today),
        "may_keep": user_of(request).has_perm(KEEP),
        "closed_form": ClosedForm(initial={"since": today}),
    }
    return render(request, "referrals/staff/contact_point.html", context | forms)
