"""Put free text into a row sealed, and take it out again: where the room's texts meet the vault.

Every sealed column `x` has a column `x_version` beside it; the version is part of what the text is bound to, so an
older text of the same row cannot be put in the newer one's place.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db import models

from cases.record.models import NoteVersion
from cases.vault.envelope import Binding
from cases.vault.services import seal, unseal
from cases.vault.services import unseal_each as open_each


class SealedRow(Protocol):
    """A row with a data key; history rows are this too."""

    id: UUID

    @property
    def key(self) -> UUID | None:
        """Give the data key's id."""


class MovableRow(Protocol):
    """A row whose texts can be moved to another data key."""

    id: UUID
    key: UUID | None


class Sealed(NamedTuple):
    """A sealed text, its key and the place it is bound to."""

    text: bytes
    key: UUID
    binding: Binding


def put_text(row: SealedRow, field: str, text: str, *, model: type[models.Model]) -> None:
    """Seal a text into a row as the next version of this field; an empty text empties the field."""
    if row.key is None:
        message = "a text needs a key before it is put"
        raise ValueError(message)
    version = getattr(row, f"{field}_version") + 1
    setattr(row, f"{field}_version", version)
    setattr(row, field, seal(text, key=row.key, binding=_binding(row, field, model)) if text else None)


def take_text(row: SealedRow, field: str, *, model: type[models.Model]) -> str:
    """Unseal a row's text; an empty field gives an empty text."""
    sealed = getattr(row, field)
    if sealed is None or row.key is None:
        return ""
    return unseal(bytes(sealed), key=row.key, binding=_binding(row, field, model))


def move_texts(row: MovableRow, fields: tuple[str, ...], *, model: type[models.Model], key: UUID) -> None:
    """Seal a row's texts again under another key, each as the version it was."""
    texts = {field: take_text(row, field, model=model) for field in fields}
    row.key = key
    for field, text in texts.items():
        if text:
            setattr(row, field, seal(text, key=key, binding=_binding(row, field, model)))


def seal_version(text: str, *, key: UUID, field: str, note: UUID, number: int) -> bytes:
    """Seal a note's text or reason: bound to the note and to the number of the version."""
    return seal(text, key=key, binding=Binding(model="note", field=field, record=note, version=number))


def unseal_version(sealed: bytes | memoryview, *, key: UUID, field: str, note: UUID, number: int) -> str:
    """Unseal a note's text or reason in its own place."""
    binding = Binding(model="note", field=field, record=note, version=number)
    return unseal(bytes(sealed), key=key, binding=binding)


def sealed_in(row: SealedRow, field: str, *, model: type[models.Model]) -> Sealed:
    """Give a row's text as it is, to be unsealed together with others."""
    sealed = getattr(row, field)
    if sealed is None or row.key is None:
        message = "there is no text in this field"
        raise ValueError(message)
    return Sealed(bytes(sealed), row.key, _binding(row, field, model))


def sealed_version(version: NoteVersion) -> Sealed:
    """Give a note's version as it is, to be unsealed together with others."""
    place = Binding(model="note", field="body", record=version.note_id, version=version.number)
    return Sealed(bytes(version.body), version.key, place)


def unseal_each(texts: Sequence[Sealed]) -> list[str | None]:
    """Unseal many texts, opening each key once; nothing stands for one that cannot be read."""
    return open_each(texts)


def _binding(row: SealedRow, field: str, model: type[models.Model]) -> Binding:
    name = str(model._meta.model_name)
    return Binding(model=name, field=field, record=row.id, version=getattr(row, f"{field}_version"))
