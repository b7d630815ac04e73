"""Duty, from the desk: go on, take a break, come back, leave."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.context import Actor
from audit.gate import actor_of, requires
from cases.pages.asking import user_of
from hotline.lines import duty
from hotline.lines.models import Line


@require_POST
@requires("hotline.take_calls")
def duty_on(request: HttpRequest) -> HttpResponse:
    """Go on duty on a line, in the languages chosen."""
    line = get_object_or_404(Line, pk=_uuid(request.POST.get("line", "")))
    languages = request.POST.get("languages", "").split()
    try:
        duty.go_on_duty(actor=actor_of(request), user=user_of(request), line=line, languages=languages)
    except duty.NoTelephone:
        messages.error(request, _("No telephone is entered for you. Ask an administrator to enter one."))
    return redirect("desk:desk")


@require_POST
@requires("hotline.take_calls")
def duty_break(request: HttpRequest) -> HttpResponse:
    """Begin a break."""
    return _act(request, lambda actor, user: duty.pause(actor=actor, user=user))


@require_POST
@requires("hotline.take_calls")
def duty_back(request: HttpRequest) -> HttpResponse:
    """Come back from a break."""
    return _act(request, lambda actor, user: duty.resume(actor=actor, user=user))


@require_POST
@requires("hotline.take_calls")
def duty_off(request: HttpRequest) -> HttpResponse:
    """Go off duty."""
    duty.go_off_duty(actor=actor_of(request), user=user_of(request))
    return redirect("desk:desk")


def _act(request: HttpRequest, act: Callable[[Actor, User], None]) -> HttpResponse:
    try:
        act(actor_of(request), user_of(request))
    except duty.NotOnDuty:
        messages.error(request, _("You are not on duty any more."))
    except duty.InACall:
        messages.error(request, _("You are being rung or in a call. Take the break after it."))
    return redirect("desk:desk")


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
