"""The page behind a welcome letter's link: the code from the call, a name, a password, and an account."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audit.refusals import count_refusal
from referrals.portal.forms import RedeemForm
from referrals.welcome.accounts import AddressTaken
from referrals.welcome.links import WelcomeUnusable, find_welcome
from referrals.welcome.models import Welcome
from referrals.welcome.services import WrongCode, redeem_welcome


@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Let a function's first recipient make their account; the second factor is asked for after signing in."""
    try:
        found = find_welcome(token)
        form = RedeemForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _redeemed(found, form):
            messages.success(
                request, _("Your account is ready. Sign in with your e-mail address and the password.")
            )
            return redirect(settings.LOGIN_URL)
    except WelcomeUnusable:
        count_refusal(reason="welcome", source=str(request.META.get("REMOTE_ADDR", "")))
        return render(request, "referrals/portal/welcome_unusable.html", status=HTTPStatus.NOT_FOUND)
    return render(request, "referrals/portal/welcome.html", {"point": found.contact_point, "form": form})


def _redeemed(found: Welcome, form: RedeemForm) -> bool:
    said = form.cleaned_data
    try:
        redeem_welcome(welcome=found, code=said["code"], newcomer=form.newcomer, password=said["password"])
    except WrongCode:
        form.add_error(
            "code", _("This is not the code we read out, or it no longer holds. Call us for a new one.")
        )
    except AddressTaken:
        form.add_error("email", _("Somebody has an account with this address. Choose another."))
    else:
        return True
    return False
