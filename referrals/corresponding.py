"""Asking and answering as both sides' pages do it: the form, the service behind it, and what is said afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.gate import actor_of
from referrals.access import user_of
from referrals.pressing import SENTENCES, AnswerForm, QuestionForm
from referrals.referral.correspondence import Question
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused
from referrals.referral.questions import (
    AnsweredAlready,
    ReadQuestion,
    SaidOtherwise,
    answer_question,
    ask_question,
    questions_for,
    read_questions,
)

Typed = dict[uuid.UUID, AnswerForm]
TOO_LATE = _("This can no longer be asked or answered here. Look at what has happened.")


def new_question() -> QuestionForm:
    """Make an empty form; its ids are its own on a page with several."""
    return QuestionForm(auto_id="ask_%s")


def ask(request: HttpRequest, found: Referral, *, done: str | Promise) -> QuestionForm | None:
    """Ask what was posted; gives the form back where it is to be written again."""
    form = QuestionForm(request.POST, auto_id="ask_%s")
    if not form.is_valid():
        return form
    text, press = form.cleaned_data["text"], form.cleaned_data["client_id"]
    actor, user = actor_of(request), user_of(request)
    _say(
        request,
        done,
        lambda: ask_question(actor=actor, user=user, referral=found, text=text, client_id=press),
    )
    return None


def answer(
    request: HttpRequest, found: Referral, question: uuid.UUID, *, done: str | Promise
) -> Typed | None:
    """Answer a question with what was posted; gives the form back by question where it is to be written again.

    Errors: Http404 where this side may not know of such a question.
    """
    actor, user = actor_of(request), user_of(request)
    asked = questions_for(user, found).filter(pk=question).first()
    if asked is None:
        raise Http404
    form = _answer_form(question, request)
    if not form.is_valid():
        return {question: form}
    text = form.cleaned_data["text"]
    _say(request, done, lambda: answer_question(actor=actor, user=user, question=asked, text=text))
    return None


def conversation(
    request: HttpRequest, found: Referral, typed: Typed | None = None
) -> list[tuple[ReadQuestion, AnswerForm]]:
    """Record the look, then give every question with a form for its answer. Errors: Unreadable."""
    read = read_questions(actor=actor_of(request), user=user_of(request), referral=found)
    return [(each, (typed or {}).get(each.pk) or _answer_form(each.pk)) for each in read]


def _answer_form(question: uuid.UUID, request: HttpRequest | None = None) -> AnswerForm:
    return AnswerForm(request.POST if request else None, auto_id=f"answer_{question}_%s")


def _say(request: HttpRequest, done: str | Promise, act: Callable[[], Question]) -> None:
    try:
        act()
    except (MoveRefused, AnsweredAlready):
        messages.error(request, str(TOO_LATE))
    except SaidOtherwise:
        messages.error(request, str(SENTENCES[SaidOtherwise]))
    else:
        messages.success(request, str(done))
