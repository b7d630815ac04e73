"""The counsellor's side of the questions about a referral: read after a trace of it, asked, answered."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.pages.asking import opens_text
from referrals.access import get_staffed, user_of
from referrals.pressing import AnswerForm, QuestionForm
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused
from referrals.referral.questions import (
    AnsweredAlready,
    answer_question,
    ask_question,
    may_correspond,
    questions_for,
    read_questions,
)

TOO_LATE = _("The referral no longer stands where this can be done. Look at its state and try again.")


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
    user = user_of(request)
    found, form = get_staffed(user, reference), QuestionForm(request.POST, auto_id="ask_%s")
    if not form.is_valid():
        return _show(request, found, asking=form)
    said = form.cleaned_data
    try:
        ask_question(
            actor=actor_of(request), user=user, referral=found, text=said["text"], client_id=said["client_id"]
        )
    except MoveRefused:
        messages.error(request, str(TOO_LATE))
    else:
        messages.success(request, str(_("The question is sealed, and the function has a letter about it.")))
    return redirect("referrals:detail", reference)


@requires("referrals.compose")
@require_POST
@never_cache
@opens_text
def answer(request: HttpRequest, reference: str, question: uuid.UUID) -> HttpResponse:
    """Answer the function's question."""
    user = user_of(request)
    found = get_staffed(user, reference)
    asked = questions_for(user, found).filter(pk=question).first()
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST, auto_id=f"answer_{question}_%s")
    if not form.is_valid():
        return _show(request, found, answering={question: form})
    try:
        answer_question(actor=actor_of(request), user=user, question=asked, text=form.cleaned_data["text"])
    except (MoveRefused, AnsweredAlready):
        messages.error(request, str(TOO_LATE))
    else:
        messages.success(request, str(_("The answer is sealed, and the function has a letter about it.")))
    return redirect("referrals:detail", reference)


def _show(
    request: HttpRequest,
    found: Referral,
    *,
    asking: QuestionForm | None = None,
    answering: dict[uuid.UUID, AnswerForm] | None = None,
) -> HttpResponse:
    user, typed = user_of(request), answering or {}
    read_now = read_questions(actor=actor_of(request), user=user, referral=found)
    context = {
        "referral": found,
        "conversation": [
            (each, typed.get(each.pk) or AnswerForm(auto_id=f"answer_{each.pk}_%s")) for each in read_now
        ],
        "asking": asking or QuestionForm(auto_id="ask_%s"),
        "may_ask": may_correspond(user, found),
    }
    return render(request, "referrals/staff/questions.html", context)
