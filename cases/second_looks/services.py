"""Ask a colleague one question about a case: it opens for them for a while, and closes with their answer."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.notices.models import NoticeKind
from cases.notices.services import notify, put_away
from cases.record.colleagues import colleague_or_refuse
from cases.record.grants import basis_of, basis_or_refuse
from cases.record.models import Basis, Case, Grant
from cases.record.refusals import CaseIsProtected, EmptyText, IdTaken, NotForYou, SettledAlready
from cases.record.services import end_grant, give_grant
from cases.record.services.locks import lock_case, lock_to_write
from cases.record.texts import put_text, take_text
from cases.second_looks.models import SecondLook, SecondLookState
from cases.second_looks.states import is_allowed

OPEN_FOR = timedelta(days=3)


@dataclass(frozen=True)
class SecondLookTexts:
    """The question and, once there is one, the answer, read once."""

    question: str
    answer: str


@transaction.atomic
def ask_second_look(
    *,
    actor: Actor,
    user: User,
    case: Case,
    question: str,
    colleague: User | None = None,
    record: uuid.UUID | None = None,
) -> SecondLook:
    """Ask a colleague, or whoever takes it, a question about a case; it opens for the colleague for three days.

    Errors: NoAccess; CaseIsMerged; CaseIsClosed; CaseIsProtected; NotAColleague; EmptyText; IdTaken.
    """
    locked, basis = lock_to_write(user, case)
    repeated = _asked_before(record, locked) if record else None
    if repeated:
        return repeated
    if locked.protected:
        raise CaseIsProtected
    if not question.strip():
        raise EmptyText
    look = SecondLook(id=record or uuid.uuid4(), case=locked, asked_by=user, key=locked.key)
    look.asked_of = colleague and colleague_or_refuse(user, colleague)
    put_text(look, "question", question.strip(), model=SecondLook)
    look.save(force_insert=True)
    if look.asked_of is not None:
        _let_in(look, look.asked_of, actor=actor)
        notify(users=[look.asked_of], kind=NoticeKind.SECOND_LOOK_ASKED, reference=look.reference)
    _tell(Action.SECOND_LOOK_ASKED, look, actor=actor, basis=basis)
    return look


@transaction.atomic
def take_second_look(*, actor: Actor, user: User, look: SecondLook) -> SecondLook:
    """Take on a question asked of anyone, or open the case again where one's three days have passed.

    Errors: NotAColleague; NotForYou where somebody else has it; SettledAlready; CaseIsProtected.
    """
    locked = _lock(look)
    colleague_or_refuse(locked.asked_by, user)
    _expect_asked(locked)
    if locked.asked_of_id not in {None, user.pk}:
        raise NotForYou
    if locked.case.protected:
        raise CaseIsProtected
    locked.asked_of = user
    locked.save(update_fields=["asked_of"])
    _let_in(locked, user, actor=actor)
    _tell(Action.SECOND_LOOK_TAKEN, locked, actor=actor, basis=Basis.SECOND_REVIEW)
    return locked


@transaction.atomic
def give_back_second_look(*, actor: Actor, user: User, look: SecondLook) -> SecondLook:
    """Leave a question to the others; the case closes for whoever had it.

    Errors: NotForYou; SettledAlready.
    """
    locked = _lock(look)
    _expect_asked(locked)
    if locked.asked_of_id != user.pk:
        raise NotForYou
    _close_door(locked, actor=actor)
    locked.asked_of = None
    locked.save(update_fields=["asked_of"])
    _tell(Action.SECOND_LOOK_GIVEN_BACK, locked, actor=actor, basis=Basis.SECOND_REVIEW)
    return locked


@transaction.atomic
def answer_second_look(*, actor: Actor, user: User, look: SecondLook, answer: str) -> SecondLook:
    """Answer the question: sealed, recorded, told to whoever asked; the case closes again for the colleague.

    Errors: NoAccess where the three days have passed; NotForYou; SettledAlready; EmptyText.
    """
    locked = _lock(look)
    basis = basis_or_refuse(user, locked.case)
    if locked.asked_of_id != user.pk:
        raise NotForYou
    if not answer.strip():
        raise EmptyText
    _expect_asked(locked)
    put_text(locked, "answer", answer.strip(), model=SecondLook)
    _settle(locked, SecondLookState.ANSWERED, actor=actor)
    notify(users=[locked.asked_by], kind=NoticeKind.SECOND_LOOK_ANSWERED, reference=locked.reference)
    _tell(Action.SECOND_LOOK_ANSWERED, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def withdraw_second_look(*, actor: Actor, user: User, look: SecondLook) -> SecondLook:
    """Take a question back; whoever asked does.

    Errors: NoAccess; NotForYou; SettledAlready.
    """
    locked = _lock(look)
    basis = basis_or_refuse(user, locked.case)
    if locked.asked_by_id != user.pk:
        raise NotForYou
    _expect_asked(locked)
    _settle(locked, SecondLookState.WITHDRAWN, actor=actor)
    _tell(Action.SECOND_LOOK_WITHDRAWN, locked, actor=actor, basis=basis)
    return locked


@transaction.atomic
def release_second_looks(*, actor: Actor, user: User) -> int:
    """Let go of the questions of somebody who leaves: what they were asked is anyone's, what they asked is moot."""
    open_ones = SecondLook.objects.filter(state=SecondLookState.ASKED)
    concerned = list(open_ones.filter(Q(asked_of=user) | Q(asked_by=user)).select_related("case"))
    for look in concerned:
        locked = _lock(look)
        if locked.state != SecondLookState.ASKED:
            continue  # answered meanwhile
        if locked.asked_by_id == user.pk:
            _settle(locked, SecondLookState.WITHDRAWN, actor=actor)
            _tell(Action.SECOND_LOOK_WITHDRAWN, locked, actor=actor, basis="leaving")
        else:
            _close_door(locked, actor=actor)
            locked.asked_of = None
            locked.save(update_fields=["asked_of"])
            _tell(Action.SECOND_LOOK_GIVEN_BACK, locked, actor=actor, basis="leaving")
    return len(concerned)


def read_second_look(*, actor: Actor, user: User, look: SecondLook) -> SecondLookTexts:
    """Read the question and the answer: recorded durably first, then unsealed.

    Errors: NoAccess; Unreadable.
    """
    basis = basis_or_refuse(user, look.case)
    facts: dict[str, str] = {"case": look.case.reference, "basis": basis}
    record_durably(actor=actor, action=Action.SECOND_LOOK_READ, subject=_subject(look), **facts)
    return SecondLookTexts(
        question=take_text(look, "question", model=SecondLook),
        answer=take_text(look, "answer", model=SecondLook),
    )


def _asked_before(record: uuid.UUID, case: Case) -> SecondLook | None:
    earlier = SecondLook.objects.filter(pk=record).first()
    if earlier and earlier.case_id != case.pk:
        raise IdTaken
    return earlier


def _lock(look: SecondLook) -> SecondLook:
    """Take the case first and the second look second, as everybody does."""
    lock_case(look.case)
    related = SecondLook.objects.select_related("case", "asked_by", "asked_of")
    return related.select_for_update(of=("self",)).get(pk=look.pk)


def _expect_asked(locked: SecondLook) -> None:
    if locked.state != SecondLookState.ASKED:
        raise SettledAlready


def _settle(locked: SecondLook, after: SecondLookState, *, actor: Actor) -> None:
    if not is_allowed(locked.state, after):
        raise SettledAlready
    locked.state, locked.settled_at = after, timezone.now()
    locked.save()
    _close_door(locked, actor=actor)


def _let_in(look: SecondLook, colleague: User, *, actor: Actor) -> None:
    if not basis_of(colleague, look.case):
        until = timezone.now() + OPEN_FOR
        give_grant(actor=actor, user=colleague, case=look.case, basis=Basis.SECOND_REVIEW, until=until)


def _close_door(look: SecondLook, *, actor: Actor) -> None:
    """Put away what asked for the look, and end it, unless another question about the same case waits for them."""
    put_away(kind=NoticeKind.SECOND_LOOK_ASKED, reference=look.reference)
    others = SecondLook.objects.filter(
        case=look.case, asked_of=look.asked_of, state=SecondLookState.ASKED
    ).exclude(pk=look.pk)
    if look.asked_of is None or others.exists():
        return
    grants = Grant.objects.select_related("user", "case").filter(
        case=look.case, user=look.asked_of, basis=Basis.SECOND_REVIEW, until__gt=timezone.now()
    )
    for grant in grants:
        end_grant(actor=actor, grant=grant)


def _tell(action: Action, look: SecondLook, *, actor: Actor, basis: str) -> None:
    asked_of = look.asked_of.get_username() if look.asked_of else ""
    facts: dict[str, str] = {"case": look.case.reference, "asked_of": asked_of, "basis": str(basis)}
    write_entry(actor=actor, action=action, subject=_subject(look), **facts)


def _subject(look: SecondLook) -> Subject:
    return Subject(kind="secondlook", reference=look.reference)
