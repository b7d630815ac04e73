"""Conversations without a call of ours: log one by hand; and open the case whose code a caller states meanwhile."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.drafts.services import Place
from cases.drafts.slots import slot_for
from cases.pages.asking import PERMISSION, user_of, wants_fragment
from cases.record.refusals import Refusal
from cases.record.services import find_by_code
from cases.vault.codes import CodeMistyped
from hotline.desk.conversations import beside, logged, page_id
from hotline.desk.forms import ContactByHandForm
from hotline.desk.log import log_by_hand

PLACE = Place("contact")


@require_http_methods(["GET", "POST"])
@never_cache
@requires("hotline.take_calls")
def new(request: HttpRequest) -> HttpResponse:
    """Log an e-mail, a visit or another conversation that was no call to the line."""
    form = ContactByHandForm(
        request.POST or None, initial={"kind": "counselling", "begun_at": timezone.localtime()}
    )
    if form.is_valid():
        try:
            return logged(request, form, place=PLACE, log=log_by_hand, **form.conversation())
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
    draft = slot_for(user_of(request), PLACE, form)
    context = {"form": form, "draft": draft, "contact": page_id(request) or uuid.uuid4(), **beside(request)}
    return render(request, "hotline/desk/contact_new.html", context)


@require_POST
@never_cache
@requires(PERMISSION)
def recognise(request: HttpRequest) -> HttpResponse:
    """Open the case whose code the caller states, beside the form that is being written in."""
    case, refused = None, ""
    try:
        code = request.POST.get("code", "")[:200]
        case = find_by_code(actor=actor_of(request), user=user_of(request), code=code)
    except (CodeMistyped, Refusal) as refusal:
        refused = str(refusal.message)
    if wants_fragment(request):
        return render(request, "hotline/desk/_recognised.html", {"case": case, "refused": refused})
    return redirect("cases:detail", case.reference) if case else redirect("cases:find")
