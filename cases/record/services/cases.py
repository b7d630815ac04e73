"""Cases: open one on a contact, attach further contacts, let people in, wait and resume."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.record.facts import place_of
from cases.record.grants import basis_or_refuse
from cases.record.history import history_of, save_as
from cases.record.issuing import issue_code
from cases.record.models import Basis, Case, CaseState, Contact, Grant
from cases.record.refusals import AlreadyInCase, DayHasPassed, EditedMeanwhile, IdTaken, NoAccess
from cases.record.services.life import TURNS, note_turn
from cases.record.services.locks import lock_for, lock_to_write, move_case, save_edited, subject_of
from cases.record.texts import move_texts
from cases.vault.services import Owner, create_key, destroy_keys

CONTACT_TEXTS = ("summary", "risk_reason")


@dataclass(frozen=True)
class OpenedCase:
    """A new case and the code to say to the caller; the code is not kept anywhere."""

    case: Case
    caller_code: str


@transaction.atomic
def open_case(*, actor: Actor, user: User, contact: Contact, record: uuid.UUID | None = None) -> OpenedCase:
    """Open a case on a contact; its texts move to the case's key and the user becomes the owner.

    A second click with the same `record` gets the same case with a fresh code: the first code was never seen.

    Errors: NoAccess unless the user logged the contact; AlreadyInCase; IdTaken.
    """
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if locked.logged_by_id != user.pk:
        raise NoAccess
    if locked.case is not None:
        return _opened_before(locked.case, actor=actor, user=user, record=record)
    if record and Case.objects.filter(pk=record).exists():
        raise IdTaken
    case = _new_case(locked, user=user, record=record or uuid.uuid4())
    _move_contact(locked, case, actor=actor, user=user)
    code = issue_code(case, user=user)
    write_entry(actor=actor, action=Action.CASE_OPENED, subject=subject_of(case), contact=locked.reference)
    return OpenedCase(case=case, caller_code=code)


@transaction.atomic
def attach_contact(*, actor: Actor, user: User, contact: Contact, case: Case) -> Contact:
    """Attach a further contact to a case; its texts move to the case's key.

    Errors: NoAccess to either; AlreadyInCase; CaseIsClosed.
    """
    locked_case, basis = lock_to_write(user, case)
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if locked.case_id == locked_case.pk:
        return locked
    if locked.case_id is not None:
        raise AlreadyInCase
    if locked.logged_by_id != user.pk:
        raise NoAccess
    _move_contact(locked, locked_case, actor=actor, user=user)
    facts: dict[str, str] = {"contact": locked.reference, "basis": basis}
    write_entry(actor=actor, action=Action.CONTACT_ATTACHED, subject=subject_of(locked_case), **facts)
    return locked


@transaction.atomic
def change_municipality(
    *, actor: Actor, user: User, case: Case, municipality: str, expected_version: int
) -> Case:
    """Say which municipality a case concerns (a code, or empty for not stated).

    Errors: NoAccess; CaseIsClosed; EditedMeanwhile; UnknownValue.
    """
    locked, basis = lock_to_write(user, case)
    if locked.version != expected_version:
        raise EditedMeanwhile
    locked.municipality = place_of(municipality)
    save_edited(locked, user=user)
    write_entry(actor=actor, action=Action.CASE_CHANGED, subject=subject_of(locked), basis=basis)
    return locked


@transaction.atomic
def wait_case(*, actor: Actor, user: User, case: Case, until: date | None = None, reason: str = "") -> Case:
    """Put a case to wait for somebody else's answer, until a day (Swedish days); the reason, if any, is sealed.

    Errors: NoAccess; CaseIsMerged; MoveRefused; DayHasPassed.
    """
    if until is not None and until < timezone.localdate():
        raise DayHasPassed
    return _move(case, CaseState.WAITING, actor=actor, user=user, reason=reason, until=until)


@transaction.atomic
def resume_case(*, actor: Actor, user: User, case: Case) -> Case:
    """Take up a waiting case, or one whose closing was requested too early.

    Errors: NoAccess; MoveRefused.
    """
    return _move(case, CaseState.OPEN, actor=actor, user=user)


@transaction.atomic
def give_grant(*, actor: Actor, user: User, case: Case, basis: Basis, until: datetime | None = None) -> Grant:
    """Let a user into a case on a basis, until a time (owners and co-workers without an end)."""
    if until is None:
        grant, _new = Grant.objects.get_or_create(case=case, user=user, basis=basis, until=None)
    else:
        grant = Grant.objects.create(case=case, user=user, basis=basis, until=until)
    facts: dict[str, str] = {"user": user.get_username(), "basis": str(basis)}
    write_entry(actor=actor, action=Action.CASE_GRANT_GIVEN, subject=subject_of(case), **facts)
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, grant: Grant) -> None:
    """End a grant now; ending one that has ended changes nothing."""
    now = timezone.now()
    ended = Grant.objects.filter(pk=grant.pk).exclude(until__lte=now).update(until=now)
    if ended:
        facts: dict[str, str] = {"user": grant.user.get_username(), "basis": grant.basis}
        write_entry(actor=actor, action=Action.CASE_GRANT_ENDED, subject=subject_of(grant.case), **facts)


def look_at_case(*, actor: Actor, user: User, case: Case) -> str:
    """Record, before it is shown, that a user looks at a case; gives the basis.

    Errors: NoAccess.
    """
    basis = basis_or_refuse(user, case)
    record_durably(actor=actor, action=Action.CASE_VIEWED, subject=subject_of(case), basis=basis)
    return basis


def _opened_before(case: Case, *, actor: Actor, user: User, record: uuid.UUID | None) -> OpenedCase:
    if case.pk != record:
        raise AlreadyInCase
    locked, _basis = lock_to_write(user, case)
    code = issue_code(locked, user=user)
    write_entry(actor=actor, action=Action.CODE_ISSUED, subject=subject_of(case))
    return OpenedCase(case=locked, caller_code=code)


def _new_case(contact: Contact, *, user: User, record: uuid.UUID) -> Case:
    key = create_key(owner=Owner(kind="case", id=record))
    case = Case(id=record, key=key, opened_by=user, municipality=contact.municipality)
    save_as(user, case, force_insert=True)
    Grant.objects.create(case=case, user=user, basis=Basis.OWNER)
    return case


def _move_contact(contact: Contact, case: Case, *, actor: Actor, user: User) -> None:
    """Give a contact its case, and its texts (those in its history too) the case's key; its own key is destroyed."""
    for earlier in history_of(contact).exclude(key=None):
        move_texts(earlier, CONTACT_TEXTS, model=Contact, key=case.key)
        earlier.save()
    if contact.key is not None:
        move_texts(contact, CONTACT_TEXTS, model=Contact, key=case.key)
    contact.key, contact.case = case.key, case
    contact.version += 1
    subject = Subject(kind="contact", reference=contact.reference)
    destroy_keys(
        actor=actor, owner=Owner(kind="contact", id=contact.id), reason="moved to the case", subject=subject
    )
    save_as(user, contact)


def _move(
    case: Case, after: CaseState, *, actor: Actor, user: User, reason: str = "", until: date | None = None
) -> Case:
    locked, basis = lock_for(user, case)
    before = locked.state
    move_case(locked, after, user=user, until=until)
    note_turn(locked, TURNS[after], by=user, reason=reason)
    facts: dict[str, str] = {"before": before, "after": str(after), "basis": basis}
    write_entry(actor=actor, action=Action.CASE_MOVED, subject=subject_of(locked), **facts)
    return locked
