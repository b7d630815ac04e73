"""The desk's pages: the live board, one call, duty, and logging what a call was about."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import Subject, record_durably
from cases.coded.models import Kind
from cases.drafts.services import Place
from cases.drafts.slots import slot_for
from cases.my_day.queries import read_my_day
from cases.pages.asking import user_of
from cases.pages.contact_form import ContactForm
from cases.record.refusals import Refusal
from hotline.calls import worklists
from hotline.calls.models import Call, CallBack
from hotline.calls.reasons import reason_of
from hotline.desk import board, home, log
from hotline.desk.conversations import beside, logged, page_id
from hotline.desk.diversions import diversion_of
from hotline.guidance import queries as guidance


@require_GET
@never_cache
def go_home(request: HttpRequest) -> HttpResponse:
    """Send everyone to the page their work begins on."""
    return redirect(home.first_page(request.user))


@require_GET
@never_cache
@requires("hotline.view_desk")
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk, which keeps itself up to date."""
    context = {
        "board": board.read_board(user=user_of(request), at=timezone.now()),
        "news": guidance.news(),
        "live_url": settings.LIVE_URL + "board/",
        "my_day": read_my_day(user_of(request), at=timezone.now()),
    }
    return render(request, "hotline/desk/desk.html", context)


@require_GET
@never_cache
@requires("hotline.view_desk")
def board_fragment(request: HttpRequest) -> HttpResponse:
    """Give the board alone, for the page to put in place of what it shows."""
    context = {"board": board.read_board(user=user_of(request), at=timezone.now())}
    return render(request, "hotline/desk/_board.html", context)


@require_GET
@never_cache
@requires("hotline.view_desk")
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is known of a call, and the ways to log it; the look is recorded."""
    found = _call_or_404(reference)
    subject = Subject("call", found.reference)
    record_durably(actor=actor_of(request), action=Action.CALL_VIEWED, subject=subject)
    return render(request, "hotline/desk/call.html", _call_page(request, found, _new_form()))


@require_POST
@requires("hotline.take_calls")
def log_at_once(request: HttpRequest, reference: str) -> HttpResponse:
    """Log a call that needs no more than its kind, with one press."""
    kind = request.POST.get("kind", "")
    if kind not in log.ONE_PRESS_KINDS:
        raise Http404
    return _log(request, _call_or_404(reference), kind=kind)


@require_http_methods(["POST"])
@never_cache
@requires("hotline.take_calls")
def log_conversation(request: HttpRequest, reference: str) -> HttpResponse:
    """Log a conversation with what was said in it; a form with errors comes back as it was written."""
    found, form = _call_or_404(reference), ContactForm(request.POST)
    if not form.is_valid():
        return render(request, "hotline/desk/call.html", _call_page(request, found, form))
    return _log(request, found, kind=form.cleaned_data["kind"], form=form)


def _log(request: HttpRequest, found: Call, *, kind: str, form: ContactForm | None = None) -> HttpResponse:
    try:
        return logged(request, form, place=_place(found), log=log.log_call, call=found, kind=kind)
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:call", found.reference)


def _place(call: Call) -> Place:
    return Place("call", call.reference)


def _call_or_404(reference: str) -> Call:
    return get_object_or_404(
        Call.objects.select_related("line", "accepted_by", "contact", "entered_by", "matched"),
        reference=reference,
    )


def _new_form() -> ContactForm:
    return ContactForm(initial={"kind": "counselling"})


def _call_page(request: HttpRequest, found: Call, form: ContactForm) -> dict[str, object]:
    return {
        "call": found,
        "form": form,
        "earlier": board.earlier_calls(found),
        "may_be_logged": worklists.may_be_logged(found),
        "call_back": CallBack.objects.exclude(state=CallBack.State.KEYED).filter(call=found).first(),
        "diversion": diversion_of(found, timezone.now()),
        "reason": reason_of(found) if found.ended_at else None,
        "kinds": _one_press_kinds(form),
        "contact": page_id(request) or uuid.uuid4(),
        "draft": slot_for(user_of(request), _place(found), form),
        **beside(request),
    }


def _one_press_kinds(form: ContactForm) -> list[tuple[str, str, str]]:
    """Give each kind the form offers with its key, which stays its own when another kind is retired."""
    labels = dict(form.values[Kind.CONTACT_KIND])
    keys = zip("1234567890", log.ONE_PRESS_KINDS, strict=True)
    return [(key, code, labels[code]) for key, code in keys if code in labels]
