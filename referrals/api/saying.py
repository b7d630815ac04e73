"""Questions and answers about a referral, for either side's programs: the pages' services, and the same looks."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import User
from rest_framework.exceptions import ValidationError

from audit.context import Actor
from referrals.api.refusing import Destroyed
from referrals.referral.models import Referral
from referrals.referral.questions import (
    Unreadable,
    answer_question,
    ask_question,
    correspondence_of,
    questions_for,
    read_questions,
)
from referrals.referral.states import Party

UNKNOWN_QUESTION = "There is no such question about this referral."


def question_to(*, actor: Actor, user: User, referral: Referral, text: str, client_id: uuid.UUID) -> Referral:
    """Ask the other side something. It is sealed, and they are told."""
    ask_question(actor=actor, user=user, referral=referral, text=text, client_id=client_id)
    return referral


def answer_to(
    *, actor: Actor, user: User, referral: Referral, question: uuid.UUID, text: str, client_id: uuid.UUID
) -> Referral:  # a question has one answer, so nothing else need tell two presses apart
    """Answer a question of the other side. It is sealed, and they are told."""
    del client_id
    asked = questions_for(user, referral).filter(pk=question).first()
    if asked is None:
        raise ValidationError({"question": UNKNOWN_QUESTION})
    answer_question(actor=actor, user=user, question=asked, text=text)
    return referral


def conversation(*, actor: Actor, user: User, referral: Referral) -> list[dict[str, Any]]:
    """Record the look, then give what this side may read. Errors: Destroyed."""
    try:
        found = read_questions(actor=actor, user=user, referral=referral)
    except Unreadable:
        raise Destroyed from None
    return [vars(each) for each in found]


def waiting_for(user: User, referral: Referral) -> dict[str, Any]:
    """Say how many questions there are, whether one waits for this side, and whether it may ask."""
    correspondence = correspondence_of(user, referral)
    theirs = Party.COUNSELLOR if user.has_perm("referrals.receive") else Party.RECEIVER
    return {
        "question_count": len(correspondence.asked),
        "is_asked": correspondence.waiting(theirs) > 0,
        "may_ask": correspondence.may_ask,
    }
