"""Paper: each text that is put on it is read, and recorded as printed, before it is shown."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from audit.services import record_durably
from cases.record.grants import basis_or_refuse
from cases.record.models import Case, Contact, Note, NoteVersion
from cases.record.services.contacts import ContactTexts, subject_of_contact, unseal_texts
from cases.record.services.locks import subject_of
from cases.record.services.notes import subject_of_note, unseal_part

Facts = dict[str, str | int]


@dataclass(frozen=True)
class PrintedNote:
    """A note and what it says now."""

    note: Note
    text: str


@dataclass(frozen=True)
class PrintedContact:
    """A contact and what was written about it."""

    contact: Contact
    texts: ContactTexts


@dataclass(frozen=True)
class PrintedCase:
    """The texts of a case as they stand on paper, each kind oldest first."""

    contacts: list[PrintedContact]
    notes: list[PrintedNote]


def print_note(*, actor: Actor, user: User, note: Note) -> str:
    """Read a note to put it on paper: an act of its own, recorded durably first.

    Errors: NoAccess; Unreadable.
    """
    basis = basis_or_refuse(user, note.case)
    version = note.versions.get(number=note.version)
    facts: Facts = {"case": note.case.reference, "basis": basis, "version": version.number}
    record_durably(actor=actor, action=Action.NOTE_PRINTED, subject=subject_of_note(note), **facts)
    return unseal_part(version, "body")


def print_case(*, actor: Actor, user: User, case: Case, with_texts: bool) -> PrintedCase:
    """Record that a case is put on paper and, where asked for, each of its texts; then give the texts.

    Errors: NoAccess; Unreadable.
    """
    basis = basis_or_refuse(user, case)
    contacts, versions = (_contacts(case), _newest_versions(case)) if with_texts else ([], [])
    facts: Facts = {"basis": basis, "notes": len(versions), "contacts": len(contacts)}
    with transaction.atomic(durable=True):
        write_entry(actor=actor, action=Action.CASE_PRINTED, subject=subject_of(case), **facts)
        _record_each(actor, {"case": case.reference, "basis": basis}, contacts, versions)
    return PrintedCase(
        contacts=[PrintedContact(contact, unseal_texts(contact)) for contact in contacts],
        notes=[PrintedNote(version.note, unseal_part(version, "body")) for version in versions],
    )


def _record_each(actor: Actor, facts: Facts, contacts: list[Contact], versions: list[NoteVersion]) -> None:
    for contact in contacts:
        subject = subject_of_contact(contact)
        write_entry(actor=actor, action=Action.CONTACT_PRINTED, subject=subject, **facts)
    for version in versions:
        subject, of_note = subject_of_note(version.note), {**facts, "version": version.number}
        write_entry(actor=actor, action=Action.NOTE_PRINTED, subject=subject, **of_note)


def _contacts(case: Case) -> list[Contact]:
    written = Contact.objects.filter(case=case, key__isnull=False)
    return list(written.select_related("logged_by", "kind").order_by("begun_at", "reference"))


def _newest_versions(case: Case) -> list[NoteVersion]:
    newest = NoteVersion.objects.filter(note__case=case, number=F("note__version"))
    return list(newest.select_related("note__author").order_by("note__added_at", "note__reference"))
