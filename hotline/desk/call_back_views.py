"""Pages of one call-back: take it on, have it connected, say what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import Subject, record_durably
from cases.pages.asking import told, user_of
from cases.record.refusals import Refusal
from hotline.calls import attempts, call_back_work
from hotline.calls.callbacks import Unreadable
from hotline.calls.models import CallBack, CallBackAttempt
from hotline.telephony.numbers import national

Result = CallBackAttempt.Result
SAYABLE = (Result.REACHED, Result.OTHER_PERSON, Result.NO_ANSWER, Result.FAILED)


@require_GET
@never_cache
@requires("hotline.view_desk")
def call_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a call-back without its number, and what can be done now; the look is recorded."""
    found = _found(reference)
    subject = Subject("call_back", found.reference)
    record_durably(actor=actor_of(request), action=Action.CALL_BACK_VIEWED, subject=subject)
    return render(request, "hotline/desk/call_back.html", _page(request, found))


@require_GET
@never_cache
@requires("hotline.view_desk")
def attempt(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell how the attempt under way stands; once the provider knows what came of it, the page is asked for anew."""
    waiting = attempts.waiting_for_a_word(_found(reference))
    response = render(request, "hotline/desk/_attempt.html", {"attempt": waiting, "reference": reference})
    if waiting is None or waiting.ended_at:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@requires("hotline.take_calls")
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a call-back on."""
    return _do(request, reference, call_back_work.claim_call_back)


@require_POST
@requires("hotline.take_calls")
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a call-back back for the others."""
    done = _("Put back. Anyone can take it on now.")
    return _do(request, reference, call_back_work.release_call_back, done)


@require_POST
@requires("hotline.take_calls")
def connect(request: HttpRequest, reference: str) -> HttpResponse:
    """Have one's own telephone rung, and then the caller's."""
    return _do(request, reference, call_back_work.connect_call_back)


@require_POST
@requires("hotline.take_calls")
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what came of the attempt; whoever was reached has a conversation to log."""
    result = _result(request.POST.get("result", ""))
    done = _("Noted.")
    if result == Result.REACHED:
        done = _("The number is destroyed. Log what the conversation was about.")
    response = _do(request, reference, call_back_work.report_attempt, done, result=result)
    over = (
        CallBack.objects.filter(reference=reference, state=CallBack.State.REACHED)
        .select_related("call")
        .first()
    )
    return redirect("desk:call", over.call.reference) if over else response


@require_POST
@requires("hotline.take_calls")
def give_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Give up on a call-back after at least one attempt."""
    because = _reason(request.POST.get("because", ""))
    done = _("Given up. The number is destroyed.")
    return _do(request, reference, call_back_work.give_up_call_back, done, because=because)


@require_POST
@never_cache
@requires("hotline.take_calls")
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the number, to be dialled by hand where it cannot be connected; the look is recorded before it is shown."""
    found, user = _found(reference), user_of(request)
    try:
        number = call_back_work.show_number(
            actor=actor_of(request), user=user, reference=reference, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
        return redirect("desk:call-back", reference)
    except Unreadable:
        messages.error(request, _("The number can no longer be opened."))
        return redirect("desk:call-back", reference)
    context = _page(request, found) | {"number": national(number)}
    return render(request, "hotline/desk/call_back_number.html", context)


def _do(
    request: HttpRequest, reference: str, verb: Callable[..., object], done: str = "", **more: object
) -> HttpResponse:
    """Do one thing, tell what came of it, and go back to the page."""
    found, user = _found(reference), user_of(request)
    with told(request, done):
        verb(actor=actor_of(request), user=user, reference=found.reference, at=timezone.now(), **more)
    return redirect("desk:call-back", found.reference)


def _found(reference: str) -> CallBack:
    shown = CallBack.objects.exclude(state=CallBack.State.KEYED)
    return get_object_or_404(shown.select_related("call__line", "claimed_by"), reference=reference)


def _page(request: HttpRequest, found: CallBack) -> dict[str, object]:
    at, user = timezone.now(), user_of(request)
    held = call_back_work.is_held(found, at)
    return {
        "call_back": found,
        "reference": found.reference,
        "is_over": found.state not in call_back_work.CLAIMABLE,
        "is_mine": held and found.claimed_by_id == user.pk,
        "is_a_colleagues": held and found.claimed_by_id != user.pk,
        "attempt": attempts.waiting_for_a_word(found),
        "tries": found.tries.select_related("by"),
        "shown": attempts.caller_id(found),
        "must_be_dialled": call_back_work.must_be_dialled(found, user),
        "reasons": CallBack.GivenUp.choices,
    }


def _result(text: str) -> CallBackAttempt.Result:
    if text not in SAYABLE:
        raise Http404
    return Result(text)


def _reason(text: str) -> CallBack.GivenUp:
    if text not in CallBack.GivenUp.values:
        raise Http404
    return CallBack.GivenUp(text)
