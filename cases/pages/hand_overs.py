"""Pages of hand-overs: offer a case, read the note, acknowledge, decline, withdraw."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import basis_of, get_case, get_hand_over
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.handover import services
from cases.handover.models import HandOver
from cases.pages.asking import PERMISSION, opens_text, told, user_of, wants_fragment
from cases.pages.cases import show_or_send
from cases.pages.life_forms import HandOverForm


@show_or_send
@never_cache
@requires(PERMISSION)
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand a case over to a colleague, with a note."""
    actor, user = actor_of(request), user_of(request)
    case, place = get_case(user, reference), Place("hand-over", reference)
    form = HandOverForm(request.POST or None, user=user)
    if not form.is_valid():
        draft = slot_for(user, place, form)
        return render(request, "cases/hand_over.html", {"case": case, "form": form, "draft": draft})
    offer = {name: form.cleaned_data[name] for name in ("colleague", "note", "record")}
    said = _("The case is offered. It stays yours until your colleague acknowledges.")
    with told(request, said), spent(actor=actor, user=user, place=place):
        services.offer_hand_over(actor=actor, user=user, case=case, **offer)
    return redirect("cases:detail", reference)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a hand-over's note."""
    user = user_of(request)
    hand_over = get_hand_over(user, reference)
    text = services.read_hand_over(actor=actor_of(request), user=user, hand_over=hand_over)
    template = "cases/_text.html" if wants_fragment(request) else "cases/text.html"
    return render(request, template, {"case": hand_over.case, "text": text, "title": _("Hand-over note")})


@require_POST
@requires(PERMISSION)
def acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the case over."""
    return _settle(request, reference, services.acknowledge_hand_over, _("The case is yours now."))


@require_POST
@requires(PERMISSION)
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Say no."""
    return _settle(
        request, reference, services.decline_hand_over, _("The hand-over is declined. The owner is told.")
    )


@require_POST
@requires(PERMISSION)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the offer back."""
    return _settle(request, reference, services.withdraw_hand_over, _("The hand-over is withdrawn."))


def _settle(request: HttpRequest, reference: str, verb: Callable[..., HandOver], said: str) -> HttpResponse:
    user = user_of(request)
    hand_over = get_hand_over(user, reference)
    with told(request, said):
        verb(actor=actor_of(request), user=user, hand_over=hand_over)
    if basis_of(user, hand_over.case):
        return redirect("cases:detail", hand_over.case.reference)
    return redirect("cases:list")
