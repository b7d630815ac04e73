"""The counsellor's side of the questions about a referral: read after a trace of it, asked, answered."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import requires
from cases.pages.asking import opens_text
from referrals import corresponding
from referrals.access import get_staffed, user_of
from referrals.corresponding import Typed
from referrals.pressing import QuestionForm
from referrals.referral.models import Referral
from referrals.referral.questions import may_correspond

ASKED = _("The question is sealed, and the function has a letter about it.")
ANSWERED = _("The answer is sealed, and the function has a letter about it.")


@requires("referrals.compose")
@require_POST
@never_cache
@opens_text
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the look, then show every question and answer."""
    return _show(request, get_staffed(user_of(request), reference))


@requires("referrals.compose")
@require_POST
@never_cache
@opens_text
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the function something; the words stay within what the caller agreed to."""
    found = get_staffed(user_of(request), reference)
    again = corresponding.ask(request, found, done=ASKED)
    return _show(request, found, asking=again) if again else redirect("referrals:detail", reference)


@requires("referrals.compose")
@require_POST
@never_cache
@opens_text
def answer(request: HttpRequest, reference: str, question: uuid.UUID) -> HttpResponse:
    """Answer the function's question."""
    found = get_staffed(user_of(request), reference)
    again = corresponding.answer(request, found, question, done=ANSWERED)
    return _show(request, found, answering=again) if again else redirect("referrals:detail", reference)


def _show(
    request: HttpRequest,
    found: Referral,
    *,
    asking: QuestionForm | None = None,
    answering: Typed | None = None,
) -> HttpResponse:
    context = {
        "referral": found,
        "conversation": corresponding.conversation(request, found, answering),
        "asking": asking or corresponding.new_question(),
        "may_ask": may_correspond(user_of(request), found),
    }
    return render(request, "referrals/staff/questions.html", context)
