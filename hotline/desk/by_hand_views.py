"""Calls entered by hand: enter one, and match it to the provider's record once that has arrived."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.pages.asking import user_of
from cases.record.refusals import Refusal
from hotline.calls import manual
from hotline.calls.models import Call
from hotline.desk.forms import EnterCallForm
from hotline.desk.work_views import listed


@require_http_methods(["GET", "POST"])
@never_cache
@requires("hotline.take_calls")
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a call by hand; an answered one is logged next."""
    form = EnterCallForm(request.POST or None, initial={"at": timezone.localtime()})
    if not form.is_valid():
        return render(request, "hotline/desk/enter_call.html", {"form": form})
    try:
        call = manual.enter_call(
            actor=actor_of(request), user=user_of(request), entered=form.entered(), now=timezone.now()
        )
    except Refusal as refusal:
        form.add_error("at", str(refusal.message))
        return render(request, "hotline/desk/enter_call.html", {"form": form})
    messages.success(request, _("Entered as %(call)s.") % {"call": call.reference})
    return redirect("desk:call", call.reference) if call.accepted_at else redirect("desk:by-hand")


@require_GET
@never_cache
@requires("hotline.view_desk")
def by_hand(request: HttpRequest) -> HttpResponse:
    """List the calls entered by hand that no record of the provider's has been found for."""
    rows = manual.unmatched_calls()
    return listed(request, "hotline/desk/by_hand.html", rows, lambda counts: counts.unmatched)


@require_GET
@never_cache
@requires("hotline.view_desk")
def match(request: HttpRequest, reference: str) -> HttpResponse:
    """Show which of the provider's records a call entered by hand may be."""
    call = get_object_or_404(manual.unmatched_calls(), reference=reference)
    context = {"call": call, "suggestions": manual.suggest_matches(call)}
    return render(request, "hotline/desk/match.html", context)


@require_POST
@requires("hotline.view_desk")
def match_with(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which record it is."""
    call = get_object_or_404(Call, reference=reference)
    try:
        found = manual.match_call(
            actor=actor_of(request), entered=call.reference, found=request.POST.get("record", "")[:12]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:by-hand")
    messages.success(request, _("Matched: it counts as %(call)s from now on.") % {"call": found.reference})
    return redirect("desk:by-hand")
