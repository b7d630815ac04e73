"""The recipient's pages: an inbox, one referral, its questions, and a button for each answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from referrals.access import get_received, look_at_referral, received_by, user_of
from referrals.clock.working_days import local_day
from referrals.portal.forms import DeclineAndSuggestForm
from referrals.pressing import AnswerForm, Button, OutcomeForm, PressForm, QuestionForm, press
from referrals.referral.copies import Line, read_copy
from referrals.referral.correspondence import Question
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused
from referrals.referral.parties import moves_open_to
from referrals.referral.questions import (
    AnsweredAlready,
    Unreadable,
    answer_question,
    ask_question,
    may_correspond,
    questions_for,
    read_questions,
)
from referrals.referral.services import (
    accept_referral,
    open_referral,
    report_caller,
    report_contact,
    report_not_reached,
    report_outcome,
)
from referrals.referral.states import MoveKind, Party, State
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
UNOPENED = frozenset({State.SENT, State.ESCALATED})
TOO_LATE = _("The question can no longer be answered here. Look at what has happened.")


@requires("referrals.receive")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the live referrals of the contact points this recipient answers for."""
    asked = Question.objects.filter(
        referral=OuterRef("pk"),
        contact_point=OuterRef("contact_point"),
        asked_as=Party.COUNSELLOR,
        answer=None,
    )
    referrals = received_by(user_of(request)).annotate(is_asked=Exists(asked))
    context = {"referrals": referrals.order_by("due_on", "receiver_reference"), "today": local_day()}
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
    user = user_of(request)
    found, form = get_received(user, reference), QuestionForm(request.POST, auto_id="ask_%s")
    if not form.is_valid():
        return _show(request, found, asking=form)
    said = form.cleaned_data
    try:
        ask_question(
            actor=actor_of(request), user=user, referral=found, text=said["text"], client_id=said["client_id"]
        )
    except MoveRefused:
        messages.error(request, str(TOO_LATE))
    else:
        messages.success(request, str(_("The question is with the counsellor, who answers here.")))
    return redirect("referrals:portal-referral", reference)


@requires("referrals.receive")
@require_POST
@never_cache
def answer(request: HttpRequest, reference: str, question: uuid.UUID) -> HttpResponse:
    """Answer a question of the counsellor's."""
    user = user_of(request)
    found = get_received(user, reference)
    asked = questions_for(user, found).filter(pk=question).first()
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST, auto_id=f"answer_{question}_%s")
    if not form.is_valid():
        return _show_open(request, found, answering=(question, form))
    try:
        answer_question(actor=actor_of(request), user=user, question=asked, text=form.cleaned_data["text"])
    except (MoveRefused, AnsweredAlready):
        messages.error(request, str(TOO_LATE))
    else:
        messages.success(request, str(_("The answer is with the counsellor.")))
    return redirect("referrals:portal-referral", reference)


def _show_open(
    request: HttpRequest, found: Referral, *, answering: tuple[uuid.UUID, AnswerForm] | None = None
) -> HttpResponse:
    """Show what was sent and asked, unless it may not be read now, or not any more."""
    if found.state in UNOPENED or found.consent_until < local_day():
        return _show(request, found)
    try:
        lines, conversation = _read(request, found, answering)
    except Unreadable:
        return _show(request, found, unreadable=True)
    return _show(request, found, lines=lines, conversation=conversation)


def _read(
    request: HttpRequest, found: Referral, answering: tuple[uuid.UUID, AnswerForm] | None
) -> tuple[list[Line], list[object]]:
    actor, user = actor_of(request), user_of(request)
    lines = read_copy(actor=actor, referral=found)
    typed = dict([answering]) if answering else {}
    conversation: list[object] = [
        (each, typed.get(each.pk) or AnswerForm(auto_id=f"answer_{each.pk}_%s"))
        for each in read_questions(actor=actor, user=user, referral=found)
    ]
    return lines, conversation


def _show(request: HttpRequest, found: Referral, **more: object) -> HttpResponse:
    user = user_of(request)
    allowed = moves_open_to(user, found)
    asked = list(questions_for(user, found))
    context = {
        "referral": found,
        "buttons": [(button, button.make_form()) for button in BUTTONS if button.kind in allowed],
        "opening": PressForm(auto_id="open_%s"),
        "consent_ended": found.consent_until < local_day(),
        "lines": None,
        "conversation": None,
        "unreadable": False,
        "asked": len(asked),
        "is_asked": any(each.asked_as == Party.COUNSELLOR and each.answer is None for each in asked),
        "asking": QuestionForm(auto_id="ask_%s"),
        "may_ask": may_correspond(user, found),
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
