"""Notes: add, amend with a reason, and read through the one door that leaves a trace."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from audit.services import record as write_entry
from cases.record.grants import basis_or_refuse
from cases.record.models import Case, Note, NoteVersion
from cases.record.refusals import EditedMeanwhile, EmptyText, IdTaken, ReasonMissing
from cases.record.services.locks import lock_to_write
from cases.record.texts import seal_version, unseal_version


@dataclass(frozen=True)
class NoteChange:
    """Two versions of a note in a row, and why the later was written."""

    before: str
    after: str
    reason: str


@transaction.atomic
def add_note(*, actor: Actor, user: User, case: Case, text: str, record: uuid.UUID | None = None) -> Note:
    """Add a note to a case; `record` is the page's own id for it, so that a second click adds nothing more.

    Errors: NoAccess; CaseIsClosed; EmptyText; IdTaken.
    """
    locked, basis = lock_to_write(user, case)
    text = _not_empty(text)
    repeated = _added_before(record, locked, user) if record else None
    if repeated:
        return repeated
    note = Note.objects.create(id=record or uuid.uuid4(), case=locked, author=user)
    _write_version(note, number=1, key=locked.key, text=text, reason="", user=user)
    facts: dict[str, str] = {"case": locked.reference, "basis": basis}
    write_entry(actor=actor, action=Action.NOTE_ADDED, subject=subject_of_note(note), **facts)
    return note


@transaction.atomic
def amend_note(
    *, actor: Actor, user: User, note: Note, text: str, reason: str, expected_version: int
) -> Note:
    """Write a note's next version; the earlier ones stay.

    Errors: NoAccess; CaseIsClosed; EditedMeanwhile where the note has moved on; EmptyText; ReasonMissing.
    """
    case, basis = lock_to_write(user, note.case)
    locked = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if locked.version != expected_version:
        raise EditedMeanwhile
    text = _not_empty(text)
    if not reason.strip():
        raise ReasonMissing
    locked.version += 1
    locked.save(update_fields=["version"])
    # The note's own key: after a merge the note may go back to its case, and no version may stay behind.
    key = locked.versions.values_list("key", flat=True).latest("number")
    _write_version(locked, number=locked.version, key=key, text=text, reason=reason.strip(), user=user)
    facts: dict[str, str | int] = {"case": case.reference, "basis": basis, "version": locked.version}
    write_entry(actor=actor, action=Action.NOTE_AMENDED, subject=subject_of_note(locked), **facts)
    return locked


def read_note(*, actor: Actor, user: User, note: Note, number: int | None = None) -> str:
    """Read a note (its newest version, or the one with this number): recorded durably first, then unsealed.

    Errors: NoAccess; NoteVersion.DoesNotExist; Unreadable where the text is not the one that was written there.
    """
    basis = basis_or_refuse(user, note.case)
    version = note.versions.get(number=number or note.version)
    facts: dict[str, str | int] = {"case": note.case.reference, "basis": basis, "version": version.number}
    record_durably(actor=actor, action=Action.NOTE_READ, subject=subject_of_note(note), **facts)
    return unseal_part(version, "body")


def compare_note(*, actor: Actor, user: User, note: Note, number: int) -> NoteChange:
    """Read a version beside the one before it, and why it was written: recorded durably first, then unsealed.

    Errors: NoAccess; NoteVersion.DoesNotExist, the first version among them; Unreadable.
    """
    basis = basis_or_refuse(user, note.case)
    before, after = note.versions.get(number=number - 1), note.versions.get(number=number)
    facts: dict[str, str | int] = {"case": note.case.reference, "basis": basis, "version": number}
    record_durably(actor=actor, action=Action.NOTE_COMPARED, subject=subject_of_note(note), **facts)
    return NoteChange(
        before=unseal_part(before, "body"),
        after=unseal_part(after, "body"),
        reason=unseal_part(after, "reason"),
    )


def unseal_part(version: NoteVersion, field: str) -> str:
    """Unseal a version's text or reason; who calls this has recorded the look."""
    sealed = getattr(version, field)
    if sealed is None:
        return ""
    return unseal_version(sealed, key=version.key, field=field, note=version.note_id, number=version.number)


def _added_before(record: uuid.UUID, case: Case, user: User) -> Note | None:
    earlier = Note.objects.filter(pk=record).first()
    if earlier and (earlier.case_id, earlier.author_id) != (case.pk, user.pk):
        raise IdTaken
    return earlier


def _write_version(note: Note, *, number: int, key: uuid.UUID, text: str, reason: str, user: User) -> None:
    NoteVersion.objects.create(
        note=note,
        number=number,
        key=key,
        body=seal_version(text, key=key, field="body", note=note.pk, number=number),
        reason=seal_version(reason, key=key, field="reason", note=note.pk, number=number) if reason else None,
        written_by=user,
    )


def _not_empty(text: str) -> str:
    if not text.strip():
        raise EmptyText
    return text.strip()


def subject_of_note(note: Note) -> Subject:
    """Name a note in the trail."""
    return Subject(kind="note", reference=note.reference)
