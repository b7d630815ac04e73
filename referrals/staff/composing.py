"""The pages on which a referral is composed: where to, what leaves, a preview, and then proposed."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.gate import actor_of, requires
from cases.access import get_case
from cases.coded.models import Municipality
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.record.models import Case
from cases.record.services import look_at_case
from cases.scan.findings import scan, warning
from referrals.access import get_staffed, user_of
from referrals.clock.moment import now
from referrals.clock.working_days import local_day
from referrals.pressing import REFUSALS, SENTENCES
from referrals.referral.consent import SPOKEN_TEXT_VERSION, SPOKEN_TEXTS
from referrals.referral.copies import lines_of
from referrals.referral.fields import compose as compose_content
from referrals.referral.models import Referral
from referrals.referral.services import propose_referral, renew_proposal
from referrals.referral.states import Mode
from referrals.routing.explain import because
from referrals.routing.rules import NoContactPointLeft, Route, route
from referrals.routing.situation import Asked, Need, hours_at
from referrals.staff.compose import CaseForm, ComposeForm, MunicipalityForm, RenewForm

RENEWING = "referral-renewed"  # the form whose draft it is
SPOKEN_TEXT = SPOKEN_TEXTS[SPOKEN_TEXT_VERSION]


@requires("referrals.compose")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Ask which of one's own cases, and go on to the municipality."""
    form = CaseForm(request.GET or None, user=user_of(request))
    if form.is_valid():
        return redirect("referrals:compose", form.cleaned_data["case"].reference)
    return render(request, "referrals/staff/choose_case.html", {"form": form})


@requires("referrals.compose")
@require_safe
def compose(request: HttpRequest, case_reference: str) -> HttpResponse:
    """Ask which municipality, the case's own beforehand, and what is needed; then go on to the form."""
    case = get_case(user_of(request), case_reference)
    form = MunicipalityForm(request.GET or None, initial={"municipality": case.municipality})
    if form.is_valid():
        chosen = form.cleaned_data
        page = reverse("referrals:compose-to", args=[case.reference, chosen["municipality"].pk])
        return redirect(f"{page}{_query(need=chosen['need'], acute='on' if chosen['acute'] else '')}")
    return render(request, "referrals/staff/choose_municipality.html", {"case": case, "form": form})


@requires("referrals.compose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compose_to(request: HttpRequest, case_reference: str, code: str) -> HttpResponse:
    """Compose for one municipality: preview what would leave, or propose it."""
    case = get_case(user_of(request), case_reference)
    municipality = get_object_or_404(Municipality, pk=code)
    asked = _asked(request, case)
    try:
        way = route(municipality=municipality, on=local_day(), asked=asked)
    except NoContactPointLeft as refusal:
        messages.error(request, str(SENTENCES[type(refusal)]))
        return redirect("referrals:municipality", code)
    initial = {"contact_point": way.contact_point}
    form = ComposeForm(request.POST or None, municipality=way.municipality, asked=asked, initial=initial)
    if form.is_valid():
        done = _propose(request, case, way, form) if "propose" in request.POST else None
        if done:
            return redirect("referrals:detail", done.reference)
    lines = _preview(request, case, form) if form.is_bound and form.is_valid() else None
    context = {
        "case": case,
        "form": form,
        "to": way.contact_point,
        "because": because(way),
        "spoken_text": SPOKEN_TEXT,
        "lines": lines,
        "warning": _warning(form),
        "draft": slot_for(user_of(request), _place(case), form),
    }
    return render(request, "referrals/staff/compose.html", context)


@requires("referrals.compose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """Compose anew for the receiver a referral was re-routed to."""
    found = get_staffed(user_of(request), reference)
    case = get_case(user_of(request), found.case.reference)
    form = RenewForm(request.POST or None)
    if form.is_valid() and "propose" in request.POST and _renew(request, found, form):
        return redirect("referrals:detail", reference)
    lines = _preview(request, case, form, Mode(found.mode)) if form.is_bound and form.is_valid() else None
    context = {
        "case": case,
        "form": form,
        "to": found.contact_point,
        "spoken_text": SPOKEN_TEXT,
        "lines": lines,
        "warning": _warning(form),
        "draft": slot_for(user_of(request), Place(RENEWING, reference), form),
    }
    return render(request, "referrals/staff/compose.html", context)


def _place(case: Case) -> Place:
    """Name the draft; a referral of the same case to another municipality goes on from the same words."""
    return Place("referral", case.reference)


def _asked(request: HttpRequest, case: Case) -> Asked:
    """Give the situation: what the page before asked, what the newest conversation says, and the hour."""
    contact = case.contacts.order_by("-begun_at", "reference").first()
    need = request.GET.get("need", "")
    return Asked(
        need=need if need in Need.values else "",
        age_band=_code(contact.age_band_id if contact else None),
        acute="acute" in request.GET,
        language=_code(contact.language_id if contact else None),
        hours=hours_at(now()),
    )


def _code(value: str | None) -> str:
    return (value or "").partition(":")[2]


def _query(**given: str) -> str:
    said = urlencode({name: value for name, value in given.items() if value})
    return f"?{said}" if said else ""


def _propose(request: HttpRequest, case: Case, way: Route, form: ComposeForm) -> Referral | None:
    actor, user = actor_of(request), user_of(request)
    try:
        with spent(actor=actor, user=user, place=_place(case)):
            return propose_referral(
                actor=actor,
                user=user,
                case=case,
                mode=Mode(form.cleaned_data["mode"]),
                municipality=way.municipality,
                consent=form.consent_to(form.cleaned_data["contact_point"]),
                fields=form.chosen,
                particulars=form.particulars(),
            )
    except REFUSALS as refusal:
        form.add_error(None, str(SENTENCES[type(refusal)]))
        return None


def _renew(request: HttpRequest, found: Referral, form: RenewForm) -> Referral | None:
    actor, user = actor_of(request), user_of(request)
    try:
        with spent(actor=actor, user=user, place=Place(RENEWING, found.reference)):
            return renew_proposal(
                actor=actor,
                user=user,
                referral=found,
                consent=form.consent_to(found.contact_point),
                fields=form.chosen,
                particulars=form.particulars(),
            )
    except REFUSALS as refusal:
        form.add_error(None, str(SENTENCES[type(refusal)]))
        return None


def _preview(request: HttpRequest, case: Case, form: RenewForm, mode: Mode | None = None) -> object:
    look_at_case(actor=actor_of(request), user=user_of(request), case=case)
    try:
        chosen_mode = mode or Mode(form.cleaned_data["mode"])
        return lines_of(compose_content(case=case, mode=chosen_mode, fields=form.chosen, typed=form.typed))
    except REFUSALS as refusal:
        messages.error(request, str(SENTENCES[type(refusal)]))
        return None


def _warning(form: RenewForm) -> str:
    """Name what in the message could point a person out; nothing is blocked, the caller may have wished it so."""
    return warning(scan(form.typed.get("message", ""))) if form.is_bound and form.is_valid() else ""
