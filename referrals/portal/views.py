"""The recipient's pages: an inbox, one referral, and a button for each answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from referrals.access import get_received, look_at_referral, received_by, user_of
from referrals.clock.working_days import local_day
from referrals.pressing import Button, DeclineForm, OutcomeForm, PressForm, press
from referrals.referral.copies import read_copy
from referrals.referral.models import Referral
from referrals.referral.parties import moves_open_to
from referrals.referral.services import (
    accept_referral,
    decline_referral,
    open_referral,
    report_caller,
    report_contact,
    report_not_reached,
    report_outcome,
)
from referrals.referral.states import MoveKind, State

BUTTONS = (
    Button(MoveKind.ACCEPT, "referrals:portal-accept", PressForm, _("Accept the referral"), is_main=True),
    Button(MoveKind.DECLINE, "referrals:portal-decline", DeclineForm, _("Decline the referral")),
    Button(
        MoveKind.REPORT_CONTACT,
        "referrals:portal-contact",
        PressForm,
        _("We have spoken with the caller"),
        is_main=True,
    ),
    Button(
        MoveKind.REPORT_NOT_REACHED,
        "referrals:portal-not-reached",
        PressForm,
        _("The caller was not reached"),
    ),
    Button(
        MoveKind.REPORT_CALLER,
        "referrals:portal-caller",
        OutcomeForm,
        _("The caller has been here"),
        is_main=True,
    ),
    Button(
        MoveKind.REPORT_OUTCOME,
        "referrals:portal-outcome",
        OutcomeForm,
        _("Report the outcome"),
        is_main=True,
    ),
)
UNOPENED = frozenset({State.SENT, State.ESCALATED})


@requires("referrals.receive")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the live referrals of the contact points this recipient answers for."""
    referrals = received_by(user_of(request)).order_by("due_on", "receiver_reference")
    return render(request, "referrals/portal/inbox.html", {"referrals": referrals, "today": local_day()})


@requires("referrals.receive")
@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the look, then show where one referral stands; its content waits behind a button."""
    found = get_received(user_of(request), reference)
    look_at_referral(actor=actor_of(request), referral=found)
    return _show(request, found)


@requires("referrals.receive")
@require_POST
@never_cache
def open_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Open on the first press, then record the look and show what was sent; no store keeps the page."""
    found = get_received(user_of(request), reference)
    if found.state in UNOPENED:
        press(request, verb=open_referral, referral=found, form=PressForm(request.POST))
        found = get_received(user_of(request), reference)
    if found.state in UNOPENED or found.consent_until < local_day():
        return _show(request, found)
    return _show(request, found, lines=read_copy(actor=actor_of(request), referral=found))


def _show(request: HttpRequest, found: Referral, **more: object) -> HttpResponse:
    allowed = moves_open_to(user_of(request), found)
    buttons = [(button, button.make_form()) for button in BUTTONS if button.kind in allowed]
    context = {
        "referral": found,
        "buttons": buttons,
        "opening": PressForm(auto_id="open_%s"),
        "consent_ended": found.consent_until < local_day(),
    }
    return render(request, "referrals/portal/referral.html", context | more)


def _answer(
    verb: Callable[..., Referral], form: type[PressForm]
) -> Callable[[HttpRequest, str], HttpResponseBase]:
    @requires("referrals.receive")
    @require_POST
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        user = user_of(request)
        press(request, verb=verb, referral=get_received(user, reference), form=form(request.POST))
        if received_by(user).filter(receiver_reference=reference).exists():
            return redirect("referrals:portal-referral", reference)
        return redirect("referrals:portal-inbox")

    return view


accept = _answer(accept_referral, PressForm)
decline = _answer(decline_referral, DeclineForm)
contact = _answer(report_contact, PressForm)
not_reached = _answer(report_not_reached, PressForm)
caller = _answer(report_caller, OutcomeForm)
outcome = _answer(report_outcome, OutcomeForm)
