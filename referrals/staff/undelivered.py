"""Letters that did not arrive, and the three things a person can do about each."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from audit.actions import Action
from audit.gate import actor_of, requires
from audit.services import record_durably
from cases.record.refusals import Refusal
from referrals.access import staffed_by, user_of
from referrals.delivery.models import Letter
from referrals.delivery.undelivered import (
    SettledAlready,
    correct_and_send_again,
    send_again,
    telephone_instead,
)
from referrals.pressing import faults_in
from referrals.referral.models import Referral

AT_MOST = 100


class AddressForm(forms.Form):
    """The right address of a function."""

    address = forms.EmailField(label=_("The right address"))


@requires("referrals.compose")
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Record the look, then list what did not arrive, the oldest first."""
    found = Letter.objects.undelivered().select_related(
        "contact_point__municipality", "contact_point__county"
    )
    shown = list(found.order_by("failed_at", "pk")[:AT_MOST])
    record_durably(actor=actor_of(request), action=Action.UNDELIVERED_SEEN, letters=len(shown))
    ours = _referrals_of(request, shown)
    context = {
        "letters": [(letter, ours.get(letter.reference), _form(letter)) for letter in shown],
        "may_correct": user_of(request).has_perm("referrals.verify_directory"),
    }
    return render(request, "referrals/staff/undelivered.html", context)


@requires("referrals.compose")
@require_POST
def again(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Write the same letter once more."""
    return _settle(request, letter, send_again, _("The letter is written again."))


@requires("referrals.compose")
@require_POST
def phoned(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Note that the function was told on the telephone."""
    return _settle(request, letter, telephone_instead, _("Noted: they know it from the telephone."))


@requires("referrals.verify_directory")
@require_POST
def correct(request: HttpRequest, letter: uuid.UUID) -> HttpResponse:
    """Put the right address into the directory and write there."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, faults_in(form))
        return redirect("referrals:undelivered")
    done = _("The address is corrected and the letter written again.")
    return _settle(request, letter, correct_and_send_again, done, address=form.cleaned_data["address"])


def _settle(
    request: HttpRequest, key: uuid.UUID, verb: Callable[..., Letter], done: str | Promise, **more: str
) -> HttpResponse:
    letter = get_object_or_404(Letter.objects.exclude(fault=""), pk=key)
    try:
        verb(actor=actor_of(request), user=user_of(request), letter=letter, **more)
    except SettledAlready:
        messages.error(request, str(_("Somebody has done something about this letter already.")))
    except Refusal as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(done))
    return redirect("referrals:undelivered")


def _referrals_of(request: HttpRequest, letters: list[Letter]) -> dict[str, Referral]:
    """Find the referrals that letters are about, as far as this user may open them."""
    names = [letter.reference for letter in letters]
    found = staffed_by(user_of(request)).filter(receiver_reference__in=names)
    return {referral.receiver_reference: referral for referral in found}


def _form(letter: Letter) -> AddressForm:
    return AddressForm(initial={"address": letter.contact_point.address}, auto_id=f"{letter.pk}_%s")
