"""Find words inside one open case: its texts are unsealed for the moment, and what was sought is kept nowhere."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from audit.actions import Action
from audit.context import Actor
from audit.services import record_durably
from cases.record.grants import basis_or_refuse
from cases.record.models import Case, Contact, Note, NoteVersion
from cases.record.refusals import EmptyText
from cases.record.services.locks import subject_of
from cases.record.texts import Sealed, sealed_in, sealed_version, unseal_each

MOST = 300


@dataclass(frozen=True)
class FoundWords:
    """Which notes and contacts hold all the words, how many texts were looked through, and what was left out."""

    notes: Sequence[Note]
    contacts: Sequence[Contact]
    searched: int
    unreadable: int
    is_cut: bool


def find_words(*, actor: Actor, user: User, case: Case, words: str) -> FoundWords:
    """Look through the newest notes and contacts of a case for texts that hold every word; opens none of them.

    Recorded durably before anything is unsealed. The words are in no entry, no index, no address.

    Errors: NoAccess; EmptyText.
    """
    basis = basis_or_refuse(user, case)
    sought = _plain(words).split()
    if not sought:
        raise EmptyText
    notes = list(case.notes.select_related("author")[: MOST + 1])
    contacts = list(case.contacts.exclude(summary=None).select_related("kind")[: MOST + 1])
    is_cut = max(len(notes), len(contacts)) > MOST
    notes, contacts = notes[:MOST], contacts[:MOST]
    facts: dict[str, str | int] = {"basis": basis, "notes": len(notes), "contacts": len(contacts)}
    record_durably(actor=actor, action=Action.CASE_TEXTS_SEARCHED, subject=subject_of(case), **facts)
    texts = unseal_each([*_newest(notes), *(sealed_in(each, "summary", model=Contact) for each in contacts)])
    holding = [text is not None and _holds(sought)(text) for text in texts]
    return FoundWords(
        notes=[note for note, found in zip(notes, holding[: len(notes)], strict=True) if found],
        contacts=[each for each, found in zip(contacts, holding[len(notes) :], strict=True) if found],
        searched=len(texts),
        unreadable=texts.count(None),
        is_cut=is_cut,
    )


def _newest(notes: Sequence[Note]) -> list[Sealed]:
    """Give each note's newest version, in the notes' order."""
    numbers = {note.pk: note.version for note in notes}
    versions = NoteVersion.objects.filter(note__in=notes)
    newest = {each.note_id: each for each in versions if each.number == numbers[each.note_id]}
    return [sealed_version(newest[note.pk]) for note in notes]


def _holds(sought: Sequence[str]) -> Callable[[str], bool]:
    def holds(text: str) -> bool:
        plain = _plain(text)
        return all(word in plain for word in sought)

    return holds


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
