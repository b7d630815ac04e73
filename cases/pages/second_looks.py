"""Pages of second looks: ask, take on, read, answer, give back, withdraw; and what waits for a user."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.access import basis_of, get_case, get_second_look
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.handover.queries import waiting, waiting_for
from cases.pages.asking import PERMISSION, opens_text, told, user_of
from cases.pages.cases import show_or_send
from cases.pages.life_forms import AnswerForm, SecondLookForm
from cases.record.grants import REVIEW
from cases.second_looks import services
from cases.second_looks.models import SecondLook, SecondLookState
from cases.second_looks.queries import open_looks, open_to

ANSWERING = "second-look-answer"  # the form whose draft it is


@require_GET
@never_cache
@requires(PERMISSION)
def show_waiting(request: HttpRequest) -> HttpResponse:
    """List what colleagues wait for from the user; a supervisor also sees all that is open, by reference."""
    user = user_of(request)
    context = {"hand_overs": waiting_for(user), "looks": open_to(user), "reviews": user.has_perm(REVIEW)}
    if context["reviews"]:
        context |= {"all_hand_overs": waiting(), "all_looks": open_looks()}
    return render(request, "cases/waiting.html", context)


@show_or_send
@never_cache
@requires(PERMISSION)
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask a colleague, or anyone, for a second look."""
    actor, user = actor_of(request), user_of(request)
    case, place = get_case(user, reference), Place("second-look", reference)
    form = SecondLookForm(request.POST or None, user=user)
    if not form.is_valid():
        draft = slot_for(user, place, form)
        return render(request, "cases/second_look_ask.html", {"case": case, "form": form, "draft": draft})
    asked = {name: form.cleaned_data[name] for name in ("colleague", "question", "record")}
    with told(request, _("The question is asked.")), spent(actor=actor, user=user, place=place):
        services.ask_second_look(actor=actor, user=user, case=case, **asked)
    return redirect("cases:detail", reference)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the question and the answer; whoever is asked answers on the same page."""
    user = user_of(request)
    look = get_second_look(user, reference)
    if not basis_of(user, look.case):
        return redirect("cases:waiting")
    texts = services.read_second_look(actor=actor_of(request), user=user, look=look)
    answers = look.asked_of_id == user.pk and look.state == SecondLookState.ASKED
    form = AnswerForm() if answers else None
    draft = slot_for(user, Place(ANSWERING, reference), form) if form else None
    context = {"look": look, "case": look.case, "texts": texts, "form": form, "draft": draft}
    return render(request, "cases/second_look.html", context)


@require_POST
@never_cache
@requires(PERMISSION)
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer; where something is missing, the text stays on the page."""
    actor, user, form = actor_of(request), user_of(request), AnswerForm(request.POST)
    look, place = get_second_look(user, reference), Place(ANSWERING, reference)
    if not form.is_valid():
        draft = slot_for(user, place, form)
        context = {"look": look, "case": look.case, "texts": None, "form": form, "draft": draft}
        return render(request, "cases/second_look.html", context)
    said, text = _("Your answer is sent. The case is closed to you again."), form.cleaned_data["answer"]
    with told(request, said), spent(actor=actor, user=user, place=place):
        services.answer_second_look(actor=actor, user=user, look=look, answer=text)
    return _back(request, look)


@require_POST
@requires(PERMISSION)
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a question on: the case opens for three days."""
    return _act(request, reference, services.take_second_look, _("The case is open to you for three days."))


@require_POST
@requires(PERMISSION)
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave the question to the others."""
    return _act(request, reference, services.give_back_second_look, _("The question is open to anyone."))


@require_POST
@requires(PERMISSION)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the question back."""
    return _act(request, reference, services.withdraw_second_look, _("The question is withdrawn."))


def _act(request: HttpRequest, reference: str, verb: Callable[..., SecondLook], said: str) -> HttpResponse:
    user = user_of(request)
    look = get_second_look(user, reference)
    with told(request, said):
        verb(actor=actor_of(request), user=user, look=look)
    return _back(request, look)


def _back(request: HttpRequest, look: SecondLook) -> HttpResponse:
    if basis_of(user_of(request), look.case):
        return redirect("cases:detail", look.case.reference)
    return redirect("cases:waiting")
