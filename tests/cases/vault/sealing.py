"""Owners, places and sealed texts for the vault's tests."""

import uuid
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from audit.context import Actor
from audit.services import Subject
from cases.vault.services import Binding, Owner, create_key, seal, unseal

ALICE = Actor(label="alice", role="counsellor")
SENTENCE = "Modern ringde igen om sin son."


def make_owner(kind: str = "case") -> Owner:
    """An owner that exists nowhere else."""
    return Owner(kind, uuid.uuid4())


def make_binding(*, record: UUID | None = None, version: int = 1) -> Binding:
    """The place of a note's text."""
    return Binding(model="note", field="text", record=record or uuid.uuid4(), version=version)


@dataclass(frozen=True)
class SealedNote:
    """A sealed text with what opens it."""

    owner: Owner
    key: UUID
    binding: Binding
    sealed: bytes

    def read(self) -> str:
        """Unseal it where it belongs."""
        return unseal(self.sealed, key=self.key, binding=self.binding)


def make_sealed(text: str = SENTENCE, *, owner: Owner | None = None, purpose: str = "notes") -> SealedNote:
    """Seal a text under a new key."""
    owner = owner or make_owner()
    key, binding = create_key(owner=owner, purpose=purpose), make_binding()
    return SealedNote(owner, key, binding, seal(text, key=key, binding=binding))


class Destroy(Protocol):
    """Destroys a note's keys and commits."""

    def __call__(self, note: SealedNote, subject: Subject | None = None) -> int:
        """Give how many keys were destroyed."""
