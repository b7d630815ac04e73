"""The counsellor's and the supervisor's pages for referrals that exist."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from cases.access import visible_to
from referrals.access import get_staffed, look_at_referral, staffed_by, user_of
from referrals.clock.moment import now
from referrals.clock.working_days import local_day
from referrals.delivery.models import Letter
from referrals.directory.models import ContactPoint
from referrals.directory.queries import points_for
from referrals.pressing import (
    REFUSALS,
    SENTENCES,
    Button,
    OutcomeForm,
    PhoneForm,
    PressForm,
    RerouteForm,
    SignOffForm,
    UnverifiedForm,
    WithdrawForm,
    press,
)
from referrals.referral.copies import read_copy
from referrals.referral.deciding import edition_of, waits_for_a_decision
from referrals.referral.fields import FIELDS
from referrals.referral.lone_decisions import LoneDecision
from referrals.referral.models import Referral
from referrals.referral.parties import moves_open_to
from referrals.referral.questions import correspondence_of
from referrals.referral.reasons import Basis
from referrals.referral.services import (
    close_referral,
    close_unanswered,
    close_unverified,
    connect_referral,
    report_caller,
    reroute_referral,
    send_referral,
    tell_by_phone,
    verify_referral,
    withdraw_referral,
)
from referrals.referral.signing_off import lone_decisions_of, may_sign_off, to_sign_off
from referrals.referral.signing_off import sign_off as sign_off_decision
from referrals.referral.states import ENDED, MoveKind, Party, State
from referrals.referral.suggestions import suggestion_for
from referrals.staff.first_days import to_telephone, waiting_welcome


class LeaveForm(PressForm):
    """A button that lets leave what its page stood for; what was composed anew since is looked at first."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)


BUTTONS = (
    Button(MoveKind.SEND, "referrals:send", LeaveForm, _("Send the referral"), is_main=True),
    Button(MoveKind.CONNECT, "referrals:connect", LeaveForm, _("They are speaking now"), is_main=True),
    Button(
        MoveKind.TELL_BY_PHONE, "referrals:tell-by-phone", PhoneForm, _("I have told the function by phone")
    ),
    Button(
        MoveKind.REPORT_CALLER, "referrals:caller", OutcomeForm, _("The caller says they have been there")
    ),
    Button(
        MoveKind.VERIFY, "referrals:verify", OutcomeForm, _("The caller confirms the outcome"), is_main=True
    ),
    Button(
        MoveKind.CLOSE_UNVERIFIED, "referrals:close-unverified", UnverifiedForm, _("Close without asking")
    ),
    Button(MoveKind.CLOSE_UNANSWERED, "referrals:close-unanswered", PressForm, _("Close as never answered")),
    Button(MoveKind.REROUTE, "referrals:reroute", RerouteForm, _("Send it somewhere else")),
    Button(MoveKind.WITHDRAW, "referrals:withdraw", WithdrawForm, _("Withdraw the referral")),
)
CLOSE = Button(MoveKind.CLOSE, "referrals:close", PressForm, _("Close the referral"), is_main=True)
CLOSE_WITH = Button(MoveKind.CLOSE, "referrals:close", OutcomeForm, _("Close with an outcome"))


@requires("referrals.compose")
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """List the live referrals this user works on, the most urgent first."""
    found = staffed_by(user_of(request)).exclude(state__in=ENDED).order_by("due_on", "reference")
    context = {
        "referrals": found,
        "today": local_day(),
        "to_telephone": to_telephone(user_of(request)),
        "to_sign_off": to_sign_off(user_of(request)),
        "undelivered": Letter.objects.undelivered().count(),
    }
    return render(request, "referrals/staff/referrals.html", context)


@requires("referrals.compose")
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the look, then show one referral: its state, who acts next and by when, and what can be done."""
    found = get_staffed(user_of(request), reference)
    look_at_referral(actor=actor_of(request), referral=found)
    return _show(request, found)


@requires("referrals.compose")
@require_POST
@never_cache
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the look, then show exactly what the receiver reads; only for those who may know it."""
    user = user_of(request)
    found = get_staffed(user, reference)
    if not _may_read_copy(user, found):
        return redirect("referrals:detail", reference)
    return _show(request, found, lines=read_copy(actor=actor_of(request), referral=found))


def _may_read_copy(user: User, found: Referral) -> bool:
    """Let those read what leaves who may open the case, and whoever decides a disclosure or looks at it afterwards."""
    decides = waits_for_a_decision(found) and user.has_perm("cases.review")
    looks = to_sign_off(user).filter(referral=found).exists()
    return decides or looks or visible_to(user).filter(pk=found.case_id).exists()


def _show(request: HttpRequest, found: Referral, **more: object) -> HttpResponse:
    user = user_of(request)
    allowed = moves_open_to(user, found)
    correspondence = correspondence_of(user, found)
    may_open_case = visible_to(user).filter(pk=found.case_id).exists()
    context = {
        "referral": found,
        "moves": found.moves.select_related("contact_point"),
        "consented": [FIELDS[name].label for name in FIELDS if name in found.consent_fields],
        "may_open_case": may_open_case,
        "may_read_copy": may_open_case or _may_read_copy(user, found),
        "may_renew": MoveKind.PROPOSE in allowed and found.state == State.REROUTED,
        "is_overdue": bool(found.due_on and found.due_on < local_day()),
        "suggestion": suggestion_for(found),
        "welcome": waiting_welcome(found),
        "left_alone": _left_alone(user, found),
        "asked": len(correspondence.asked),
        "waiting_questions": correspondence.waiting(Party.RECEIVER),
        "may_ask": correspondence.may_ask,
        "buttons": [
            (button, form_for(button, found))
            for button in (*BUTTONS, _close_button(found))
            if button.kind in allowed
        ],
    }
    return render(request, "referrals/staff/detail.html", context | more)


def _left_alone(user: User, found: Referral) -> list[tuple[LoneDecision, SignOffForm | None]]:
    """Give what left on one person's word, with a form for whoever is to look at it."""
    if found.basis != Basis.DISCLOSURE:
        return []
    return [
        (each, SignOffForm(initial={"decision": each.pk}, auto_id=f"{each.pk}_%s"))
        if not each.finding and may_sign_off(user, each)
        else (each, None)
        for each in lone_decisions_of(found)
    ]


def _close_button(found: Referral) -> Button:
    return CLOSE if found.state == State.VERIFIED else CLOSE_WITH


def form_for(button: Button, found: Referral, posted: QueryDict | None = None) -> PressForm:
    """Make a button's form; where another contact point is to be chosen, those the municipality can be helped by."""
    form = button.make_form(posted)
    if isinstance(form, PhoneForm):
        form.initial = {"function": found.contact_point.function, "at": localtime(now())}
    if isinstance(form, LeaveForm):
        form.initial = {"edition": edition_of(found)}
    choice = form.fields.get("contact_point")
    if choice is not None:
        choice.queryset = _elsewhere(found)  # type: ignore[attr-defined]
        choice.label_from_instance = attrgetter("named")  # type: ignore[attr-defined]
    return form


def _elsewhere(found: Referral) -> object:
    municipality = found.contact_point.municipality or found.case.municipality
    points = points_for(municipality) if municipality else ContactPoint.objects.filter(municipality=None)
    suggested = suggestion_for(found)
    if suggested and suggested.municipality and suggested.municipality != municipality:
        points = points_for(suggested.municipality)
    return points.exclude(pk=found.contact_point_id)


def _back(request: HttpRequest, reference: str) -> HttpResponse:
    """Go back to the referral, or to the list where it has ended for who pressed: a supervisor sees live ones."""
    if staffed_by(user_of(request)).filter(reference=reference).exists():
        return redirect("referrals:detail", reference)
    return redirect("referrals:list")


def _do(verb: Callable[..., Referral], button: Button) -> Callable[[HttpRequest, str], HttpResponseBase]:
    @requires("referrals.compose")
    @require_POST
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        found = get_staffed(user_of(request), reference)
        press(request, verb=verb, referral=found, form=form_for(button, found, request.POST))
        return _back(request, reference)

    return view


_BY_KIND = {button.kind: button for button in BUTTONS}
send = _do(send_referral, _BY_KIND[MoveKind.SEND])
connect = _do(connect_referral, _BY_KIND[MoveKind.CONNECT])
told_by_phone = _do(tell_by_phone, _BY_KIND[MoveKind.TELL_BY_PHONE])
caller = _do(report_caller, _BY_KIND[MoveKind.REPORT_CALLER])
verify = _do(verify_referral, _BY_KIND[MoveKind.VERIFY])
unverified = _do(close_unverified, _BY_KIND[MoveKind.CLOSE_UNVERIFIED])
unanswered = _do(close_unanswered, _BY_KIND[MoveKind.CLOSE_UNANSWERED])
reroute = _do(reroute_referral, _BY_KIND[MoveKind.REROUTE])
withdraw = _do(withdraw_referral, _BY_KIND[MoveKind.WITHDRAW])


@requires("cases.review")
@require_POST
def sign_off(request: HttpRequest, reference: str) -> HttpResponse:
    """Note what the second person found about what left in acute danger on one person's word."""
    found, form = get_staffed(user_of(request), reference), SignOffForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(_("Choose what you find.")))
        return redirect("referrals:detail", reference)
    decision = get_object_or_404(lone_decisions_of(found), pk=form.cleaned_data["decision"])
    try:
        sign_off_decision(
            actor=actor_of(request),
            user=user_of(request),
            decision=decision,
            finding=form.cleaned_data["finding"],
        )
    except REFUSALS as refusal:
        messages.error(request, str(SENTENCES[type(refusal)]))
    else:
        messages.success(request, str(_("Noted. Who sent it is told.")))
    return _back(request, reference)


@requires("referrals.compose")
@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """End a referral: a verified one with the outcome it has, any other with the one chosen here."""
    found = get_staffed(user_of(request), reference)
    form = form_for(_close_button(found), found, request.POST)
    press(request, verb=close_referral, referral=found, form=form)
    return _back(request, reference)
