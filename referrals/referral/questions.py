"""Questions about a referral, from either side to the other: sealed, told, and read only after a trace of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record, record_durably
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.vault import services as vault
from cases.vault.envelope import Binding
from cases.vault.services import Unreadable
from referrals.clock.working_days import local_day
from referrals.delivery.models import LetterKind
from referrals.referral.correspondence import Question
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused, lock
from referrals.referral.parties import parties, responsible_for
from referrals.referral.states import WITH_RECEIVER, Party, State
from referrals.referral.telling import write_about

__all__ = [
    "AnsweredAlready",
    "Correspondence",
    "NothingSaid",
    "ReadQuestion",
    "SaidOtherwise",
    "Unreadable",
    "answer_question",
    "ask_question",
    "correspondence_of",
    "may_correspond",
    "questions_for",
    "read_questions",
    "with_questions_to_receiver",
]

UNOPENED = frozenset({State.SENT, State.ESCALATED})
SIDES = (Party.RECEIVER, Party.COUNSELLOR)


class NothingSaid(ValueError):
    """A question and an answer hold words; write something."""


class SaidOtherwise(ValueError):
    """This press has asked something in other words already; ask anew, nothing is lost silently."""


class AnsweredAlready(ValueError):
    """Somebody was faster: this question has its answer."""


class Correspondence(NamedTuple):
    """What a page says of the questions: those its reader's side may know of, and whether it may ask now."""

    asked: list[Question]
    may_ask: bool

    def waiting(self, asked_as: Party) -> int:
        """Count those of one side that wait for the other's answer."""
        return sum(each.asked_as == asked_as and each.answered_at is None for each in self.asked)


@dataclass(frozen=True)
class ReadQuestion:
    """A question as a reader sees it; `is_mine` says that the reader's side asked."""

    pk: uuid.UUID
    is_mine: bool
    asked_at: datetime
    question: str
    answered_at: datetime | None
    answer: str


def may_correspond(user: User, referral: Referral) -> bool:
    """Say whether this user may ask now: while an opened referral is with its receiver and the consent holds."""
    return _is_open(referral) and _side(user, referral) is not None


def correspondence_of(user: User, referral: Referral) -> Correspondence:
    """Give what a page says of the questions, having asked once for whom this user is here."""
    side = _side(user, referral)
    known = _known_to(side, referral).defer("question", "answer")
    return Correspondence(list(known), _is_open(referral) and side is not None)


def questions_for(user: User, referral: Referral) -> QuerySet[Question]:
    """Give what this user's side may know of: a function only what passed between it and us."""
    return _known_to(_side(user, referral), referral)


def _known_to(side: Party | None, referral: Referral) -> QuerySet[Question]:
    asked = Question.objects.filter(referral=referral)
    if side is None:
        return asked.none()
    return asked.filter(contact_point=referral.contact_point_id) if side == Party.RECEIVER else asked


def with_questions_to_receiver(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Add `is_asked`: whether a question of ours waits for the function that has the referral now."""
    waiting = Question.objects.filter(
        referral=OuterRef("pk"),
        contact_point=OuterRef("contact_point"),
        asked_as=Party.COUNSELLOR,
        answer=None,
    )
    return referrals.annotate(is_asked=Exists(waiting))


@transaction.atomic
def ask_question(
    *, actor: Actor, user: User, referral: Referral, text: str, client_id: uuid.UUID | None = None
) -> Question:
    """Seal a question to the other side and tell them; a second press of the same words asks nothing more.

    Errors: MoveRefused, NothingSaid, SaidOtherwise.
    """
    locked, press = lock(referral), client_id or uuid.uuid4()
    if made := Question.objects.filter(asked_by=user, client_id=press).first():
        if _unseal(made, "question") != text.strip():
            raise SaidOtherwise
        return made
    side = _side_or_refuse(user, locked)
    question = Question(
        referral=locked,
        contact_point=locked.contact_point,
        key=locked.copies.latest("version").key,
        asked_as=side,
        asked_by=user,
        asked_at=timezone.now(),
        client_id=press,
    )
    question.question = _seal(question, "question", text)
    question.save(force_insert=True)
    record(actor=actor, action=Action.QUESTION_ASKED, subject=_subject(locked), side=side.value)
    _tell(locked, said_by=side, kind=NoticeKind.REFERRAL_ASKED)
    return question


@transaction.atomic
def answer_question(*, actor: Actor, user: User, question: Question, text: str) -> Question:
    """Seal the answer of the side that was asked; saying the same twice changes nothing.

    Errors: MoveRefused, NothingSaid, AnsweredAlready.
    """
    referral = lock(question.referral)
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    side = _side_or_refuse(user, referral)
    if side == locked.asked_as or locked.contact_point_id != referral.contact_point_id:
        raise MoveRefused
    if locked.answer is not None:
        if locked.answered_by_id == user.pk and _unseal(locked, "answer") == text.strip():
            return locked
        raise AnsweredAlready
    locked.answer, locked.answered_by = _seal(locked, "answer", text), user
    locked.answered_at = timezone.now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    record(actor=actor, action=Action.QUESTION_ANSWERED, subject=_subject(referral), side=side.value)
    _tell(referral, said_by=side, kind=NoticeKind.REFERRAL_TOLD)
    return locked


def read_questions(*, actor: Actor, user: User, referral: Referral) -> list[ReadQuestion]:
    """Record the look beyond any rollback, then open what this side may read; call outside a transaction."""
    side = _side(user, referral)
    asked = list(_known_to(side, referral))
    if not asked:
        return []
    record_durably(
        actor=actor, action=Action.QUESTIONS_READ, subject=_subject(referral), questions=len(asked)
    )
    return [
        ReadQuestion(
            pk=each.pk,
            is_mine=each.asked_as == side,
            asked_at=each.asked_at,
            question=_unseal(each, "question"),
            answered_at=each.answered_at,
            answer=_unseal(each, "answer") if each.answer is not None else "",
        )
        for each in asked
    ]


def _is_open(referral: Referral) -> bool:
    with_them = referral.state in WITH_RECEIVER and State(referral.state) not in UNOPENED
    return with_them and referral.consent_until >= local_day()


def _side(user: User, referral: Referral) -> Party | None:
    mine = parties(user, referral)
    return next((side for side in SIDES if side in mine), None)


def _side_or_refuse(user: User, referral: Referral) -> Party:
    side = _side(user, referral)
    if side is None or not _is_open(referral):
        raise MoveRefused
    return side


def _tell(referral: Referral, *, said_by: Party, kind: NoticeKind) -> None:
    if said_by == Party.RECEIVER:
        notify(users=responsible_for(referral), kind=kind, reference=referral.reference)
    else:
        write_about(referral, LetterKind.QUESTION)


def _seal(question: Question, field: str, text: str) -> bytes:
    if not text.strip():
        raise NothingSaid
    return vault.seal(text.strip(), key=question.key, binding=_binding(question, field))


def _unseal(question: Question, field: str) -> str:
    return vault.unseal(bytes(getattr(question, field)), key=question.key, binding=_binding(question, field))


def _binding(question: Question, field: str) -> Binding:
    return Binding(model="referrals.Question", field=field, record=question.pk, version=1)


def _subject(referral: Referral) -> Subject:
    return Subject(kind="referral", reference=referral.reference)
