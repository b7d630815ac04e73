"""The recipient's pages: an inbox, one referral, its questions, and a button for each answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from referrals import corresponding
from referrals.access import get_received, look_at_referral, received_by, user_of
from referrals.clock.working_days import local_day
from referrals.corresponding import Typed
from referrals.portal.forms import DeclineAndSuggestForm
from referrals.pressing import Button, OutcomeForm, PressForm, press
from referrals.referral.copies import read_copy
from referrals.referral.models import Referral
from referrals.referral.parties import moves_open_to
from referrals.referral.questions import (
    UNOPENED,
    Unreadable,
    correspondence_of,
    with_questions_to_receiver,
)
from referrals.referral.services import (
    accept_referral,
    open_referral,
    report_caller,
    report_contact,
    report_not_reached,
    report_outcome,
)
from referrals.referral.states import MoveKind, Party
from referrals.referral.suggestions import decline_and_suggest

BUTTONS = (
    Button(MoveKind.ACCEPT, "referrals:portal-accept", PressForm, _("Accept the referral"), is_main=True),
    Button(MoveKind.DECLINE, "referrals:portal-decline", DeclineAndSuggestForm, _("Decline the referral")),
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
ASKED = _("The question is with the counsellor, who answers here.")
ANSWERED = _("The answer is with the counsellor.")


@requires("referrals.receive")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the live referrals of the contact points this recipient answers for, those that wait for them first."""
    referrals = with_questions_to_receiver(received_by(user_of(request))).order_by(
        Case(When(Q(next_actor=Party.RECEIVER) | Q(is_asked=True), then=0), default=1),
        "due_on",
        "receiver_reference",
    )
    context = {"referrals": referrals, "today": local_day()}
    return render(request, "referrals/portal/inbox.html", context)


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
    """Open on the first press, then record the look and show what was sent and asked; no store keeps the page."""
    found = get_received(user_of(request), reference)
    if found.state in UNOPENED:
        press(request, verb=open_referral, referral=found, form=PressForm(request.POST))
        found = get_received(user_of(request), reference)
    return _show_open(request, found)


@requires("referrals.receive")
@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the counsellor something."""
    found = get_received(user_of(request), reference)
    again = corresponding.ask(request, found, done=ASKED)
    return _show(request, found, asking=again) if again else redirect("referrals:portal-referral", reference)


@requires("referrals.receive")
@require_POST
@never_cache
def answer(request: HttpRequest, reference: str, question: uuid.UUID) -> HttpResponse:
    """Answer a question of the counsellor's."""
    found = get_received(user_of(request), reference)
    again = corresponding.answer(request, found, question, done=ANSWERED)
    return _show_open(request, found, again) if again else redirect("referrals:portal-referral", reference)


def _show_open(request: HttpRequest, found: Referral, answering: Typed | None = None) -> HttpResponse:
    """Show what was sent and asked, unless it may not be read now, or not any more."""
    if found.state in UNOPENED or found.consent_until < local_day():
        return _show(request, found)
    try:
        lines = read_copy(actor=actor_of(request), referral=found)
        conversation = corresponding.conversation(request, found, answering)
    except Unreadable:
        return _show(request, found, unreadable=True)
    return _show(request, found, lines=lines, conversation=conversation)


def _show(request: HttpRequest, found: Referral, **more: object) -> HttpResponse:
    user = user_of(request)
    allowed = moves_open_to(user, found)
    correspondence = correspondence_of(user, found)
    context = {
        "referral": found,
        "buttons": [(button, button.make_form()) for button in BUTTONS if button.kind in allowed],
        "opening": PressForm(auto_id="open_%s"),
        "is_unopened": found.state in UNOPENED,
        "consent_ended": found.consent_until < local_day(),
        "lines": None,
        "conversation": None,
        "unreadable": False,
        "asked": len(correspondence.asked),
        "is_asked": correspondence.waiting(Party.COUNSELLOR) > 0,
        "asking": corresponding.new_question(),
        "may_ask": correspondence.may_ask,
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
decline = _answer(decline_and_suggest, DeclineAndSuggestForm)
contact = _answer(report_contact, PressForm)
not_reached = _answer(report_not_reached, PressForm)
caller = _answer(report_caller, OutcomeForm)
outcome = _answer(report_outcome, OutcomeForm)
