"""A function about itself: its contact details, its absence, and the colleagues who answer for it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from cases.record.refusals import Refusal
from referrals.access import answered_points, get_answered_point, look_at_point, user_of
from referrals.clock.working_days import local_day
from referrals.delivery.colleagues import (
    NotAColleague,
    colleagues_of,
    end_colleague,
    lately_ended,
    let_back,
)
from referrals.directory.models import ContactPoint, Recipient
from referrals.directory.own_details import confirm_own_details
from referrals.directory.recipients import answering
from referrals.directory.verify import close_contact_point
from referrals.portal.forms import AbsenceForm, DeputyForm, OwnDetailsForm, own_details_form
from referrals.welcome.accounts import AddressTaken, deputies_on_the_way, propose_deputy


@requires("referrals.receive")
@require_safe
def functions(request: HttpRequest) -> HttpResponse:
    """List the functions this recipient answers for, or go to the only one."""
    points = list(answered_points(user_of(request)))
    if len(points) == 1:
        return redirect("referrals:portal-function", points[0].reference)
    return render(request, "referrals/portal/functions.html", {"points": points})


@requires("referrals.receive")
@require_safe
def function(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the directory says of one's own function, its absence and its people."""
    return _show(request, get_answered_point(user_of(request), reference))


@requires("referrals.receive")
@require_POST
def details(request: HttpRequest, reference: str) -> HttpResponse:
    """Save what the function says of itself; that verifies it."""
    user = user_of(request)
    point, form = get_answered_point(user, reference), OwnDetailsForm(request.POST)
    if not form.is_valid():
        return _show(request, point, details=form)
    try:
        confirm_own_details(
            actor=actor_of(request),
            user=user,
            contact_point=point,
            details=form.details,
            version=form.cleaned_data["version"],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Thank you. Your details stand as confirmed today."))
    return redirect("referrals:portal-function", reference)


@requires("referrals.receive")
@require_POST
def absence(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the function for a while."""
    user = user_of(request)
    point, form = get_answered_point(user, reference), AbsenceForm(request.POST)
    if not form.is_valid():
        return _show(request, point, absence=form)
    said = form.cleaned_data
    close_contact_point(
        actor=actor_of(request), user=user, contact_point=point, since=said["since"], until=said["until"]
    )
    messages.success(request, _("We pass you over for new referrals while you are away."))
    return redirect("referrals:portal-function", reference)


@requires("referrals.receive")
@require_POST
def back(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the function again, earlier than planned."""
    user = user_of(request)
    point = get_answered_point(user, reference)
    close_contact_point(actor=actor_of(request), user=user, contact_point=point, until=None)
    messages.success(request, _("Welcome back. New referrals come to you again."))
    return redirect("referrals:portal-function", reference)


@requires("referrals.receive")
@require_POST
def deputy(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask that a colleague may answer too; one of us confirms it."""
    user = user_of(request)
    point, form = get_answered_point(user, reference), DeputyForm(request.POST)
    if form.is_valid():
        try:
            propose_deputy(actor=actor_of(request), user=user, contact_point=point, newcomer=form.newcomer)
        except AddressTaken:
            form.add_error("email", _("Somebody has an account with this address. Choose another."))
        else:
            messages.success(
                request, _("We have your request. Your colleague gets a letter when we have confirmed it.")
            )
            return redirect("referrals:portal-function", reference)
    return _show(request, point, deputy=form)


@requires("referrals.receive")
@require_POST
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """End a colleague's access, now."""
    return _about_colleague(request, reference, end_colleague, _("Ended. You both get a letter about it."))


@requires("referrals.receive")
@require_POST
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a colleague whose access was ended lately answer again."""
    return _about_colleague(
        request, reference, let_back, _("They answer again. You both get a letter about it.")
    )


def _about_colleague(
    request: HttpRequest, reference: str, verb: Callable[..., Recipient], done: str
) -> HttpResponse:
    user = user_of(request)
    point, username = get_answered_point(user, reference), request.POST.get("username", "")
    try:
        verb(actor=actor_of(request), user=user, contact_point=point, username=username)
    except NotAColleague:
        messages.error(
            request, _("This person does not answer for the function beside you, or not any more.")
        )
    else:
        messages.success(request, done)
    return redirect("referrals:portal-function", reference)


def _show(request: HttpRequest, point: ContactPoint, **forms: object) -> HttpResponse:
    """Record the look, for the page names colleagues, then show."""
    look_at_point(actor=actor_of(request), point=point)
    today = local_day()
    context = {
        "point": point,
        "is_away": bool(point.closed_until and point.closed_until > today),
        "people": answering(point, today),
        "colleagues": colleagues_of(user_of(request), point),
        "ended": lately_ended(point),
        "on_the_way": deputies_on_the_way(point),
        "details": own_details_form(point),
        "absence": AbsenceForm(initial={"since": today}),
        "deputy": DeputyForm(),
    }
    return render(request, "referrals/portal/function.html", context | forms)
