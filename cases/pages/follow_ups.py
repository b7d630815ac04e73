"""Pages of follow-ups: mine, a new one, and settling one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.access import get_case, get_follow_up
from cases.drafts.services import Place, spent
from cases.drafts.slots import slot_for
from cases.followups import services
from cases.followups.models import FollowUp
from cases.pages.asking import PERMISSION, opens_text, told, user_of, wants_fragment
from cases.pages.cases import show_or_send
from cases.pages.forms import DayForm, FollowUpForm, VersionForm
from cases.pages.listing import my_follow_ups

MY_DAY = "my-day"  # where settling leads back to, where that is where it was pressed


@require_GET
@never_cache
@requires(PERMISSION)
def show_list(request: HttpRequest) -> HttpResponse:
    """List what the user has promised, the overdue first."""
    context = {"follow_ups": my_follow_ups(user_of(request)), "today": timezone.localdate()}
    return render(request, "cases/follow_ups.html", context)


@show_or_send
@never_cache
@requires(PERMISSION)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan a follow-up in a case."""
    user, form = user_of(request), FollowUpForm(request.POST or None)
    case, place = get_case(user, reference), Place("follow-up", reference)
    if not form.is_valid():
        draft = slot_for(user, place, form)
        return render(request, "cases/follow_up_add.html", {"case": case, "form": form, "draft": draft})
    plan = {name: form.cleaned_data[name] for name in ("due_on", "text", "record")}
    actor = actor_of(request)
    with told(request, _("The follow-up is planned.")), spent(actor=actor, user=user, place=place):
        services.plan_follow_up(actor=actor, user=user, case=case, **plan)
    return redirect("cases:detail", reference)


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Open what was planned: a fragment for the page that asks, a page of its own without script."""
    user = user_of(request)
    follow_up = get_follow_up(user, reference)
    text = services.read_follow_up(actor=actor_of(request), user=user, follow_up=follow_up)
    template = "cases/_follow_up_text.html" if wants_fragment(request) else "cases/follow_up.html"
    return render(request, template, {"follow_up": follow_up, "case": follow_up.case, "text": text})


@require_POST
@requires(PERMISSION)
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it is done."""
    return _settle(request, reference, services.complete_follow_up, _("The follow-up is done."))


@require_POST
@requires(PERMISSION)
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it is no longer needed."""
    return _settle(request, reference, services.cancel_follow_up, _("The follow-up is cancelled."))


def _settle(request: HttpRequest, reference: str, verb: Callable[..., FollowUp], said: str) -> HttpResponse:
    user, form = user_of(request), VersionForm(request.POST)
    follow_up = get_follow_up(user, reference)
    if form.is_valid():
        version = form.cleaned_data["version"]
        with told(request, said):
            verb(actor=actor_of(request), user=user, follow_up=follow_up, expected_version=version)
    if request.POST.get("back") == MY_DAY:
        return redirect("cases:my-day")
    return redirect("cases:detail", follow_up.case.reference)


@show_or_send
@never_cache
@requires(PERMISSION)
@opens_text
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan it for another day."""
    user = user_of(request)
    follow_up = get_follow_up(user, reference)
    form = DayForm(
        request.POST or None, initial={"version": follow_up.version, "due_on": timezone.localdate()}
    )
    if not form.is_valid():
        return render(
            request,
            "cases/follow_up_move.html",
            {"follow_up": follow_up, "case": follow_up.case, "form": form},
        )
    with told(request, _("The follow-up is moved.")):
        services.move_follow_up(
            actor=actor_of(request),
            user=user,
            follow_up=follow_up,
            due_on=form.cleaned_data["due_on"],
            expected_version=form.cleaned_data["version"],
        )
    return redirect("cases:detail", follow_up.case.reference)
