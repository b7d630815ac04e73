"""The phone path to a function that has not come: whom to call, and the code that is read out in the call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import Subject, record_durably
from cases.my_day.seam import DayItem
from referrals.access import staffed_by, user_of
from referrals.clock.working_days import local_day
from referrals.delivery.mail import write_letter
from referrals.delivery.models import LetterKind
from referrals.referral.models import Referral
from referrals.referral.states import WITH_RECEIVER
from referrals.welcome.links import WelcomeUnusable
from referrals.welcome.models import Welcome
from referrals.welcome.services import (
    KEEPS_DIRECTORY,
    MayAddressLetters,
    has_recipient,
    invite_function,
    read_out_code,
)


def to_telephone(user: User) -> list[Welcome]:
    """Give the functions that this user's referrals wait for and that have not come within a working day."""
    live = staffed_by(user).filter(state__in=WITH_RECEIVER)
    late = Welcome.objects.waiting().filter(
        call_after__lt=local_day(), contact_point__in=live.values("contact_point")
    )
    return list(late.select_related("contact_point__municipality", "contact_point__county"))


def on_my_day(user: User, _at: datetime) -> Iterable[DayItem]:
    """Tell My day which functions its person has to telephone."""
    if user.has_perm("referrals.compose"):
        for found in to_telephone(user):
            yield DayItem(
                title=_("Telephone %(function)s: they have not come")
                % {"function": found.contact_point.function},
                url=reverse("referrals:first-day", args=[found.reference]),
                reference=found.reference,
                is_late=True,
            )


def waiting_welcome(referral: Referral) -> Welcome | None:
    """Give the first day that the function of a referral has not had yet."""
    if referral.state not in WITH_RECEIVER or has_recipient(referral.contact_point):
        return None
    return Welcome.objects.waiting().filter(contact_point=referral.contact_point_id).first()


@requires("referrals.compose")
@require_safe
def welcome(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the look, then show whom to telephone, what to say, and what waits for them."""
    found = _found(reference)
    subject = Subject(kind="welcome", reference=reference)
    record_durably(actor=actor_of(request), action=Action.WELCOME_VIEWED, subject=subject)
    return _show(request, found)


@requires("referrals.compose")
@require_POST
@never_cache
def code(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the code while the call goes on, and show it this once; the call verifies the contact point."""
    found = _found(reference)
    try:
        spoken = read_out_code(actor=actor_of(request), user=user_of(request), welcome=found)
    except MayAddressLetters:
        messages.error(
            request,
            _("You may change where letters go, so a counsellor reads out the code: it takes two of us."),
        )
    except WelcomeUnusable:
        messages.error(request, _("Somebody signs in for this function already."))
    else:
        return _show(request, _found(reference), code=spoken)
    return redirect("referrals:first-day", reference)


@requires("referrals.compose")
@require_POST
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the letter with the link once more."""
    found = _found(reference)
    waiting = invite_function(actor=actor_of(request), contact_point=found.contact_point)
    if waiting is None:
        messages.error(request, _("Somebody signs in for this function already."))
    else:
        write_letter(kind=LetterKind.WELCOME, contact_point=found.contact_point, reference=waiting.reference)
        messages.success(request, _("The letter is on its way."))
    return redirect("referrals:first-day", reference)


def _found(reference: str) -> Welcome:
    related = ("contact_point__municipality", "contact_point__county", "redeemed_by")
    return get_object_or_404(Welcome.objects.select_related(*related), reference=reference)


def _show(request: HttpRequest, found: Welcome, *, code: str = "") -> HttpResponse:
    user = user_of(request)
    waiting = staffed_by(user).filter(contact_point=found.contact_point, state__in=WITH_RECEIVER)
    context = {
        "welcome": found,
        "point": found.contact_point,
        "code": code,
        "referrals": waiting.order_by("due_on", "reference"),
        "may_read_out": found.is_usable and not user.has_perm(KEEPS_DIRECTORY),
    }
    return render(request, "referrals/staff/first_day.html", context)
