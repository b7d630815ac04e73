"""The only door to the vault: make a key, seal and unseal under it, destroy it."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import datakeys, envelope, shredding
from cases.vault.datakeys import Owner
from cases.vault.envelope import Binding
from cases.vault.models import DataKey, Purpose

__all__ = [
    "Binding",
    "Owner",
    "Unreadable",
    "create_key",
    "destroy_keys",
    "keys_of",
    "reassign_keys",
    "seal",
    "unseal",
    "unseal_each",
]


class Unreadable(Exception):
    """The key is destroyed, or the sealed text was altered or put in another's place."""


def create_key(*, owner: Owner, purpose: str = Purpose.NOTES) -> UUID:
    """Make a data key for an owner; it is committed when this returns, so make it before the record."""
    return datakeys.create_key(owner=owner, purpose=purpose)


def seal(text: str, *, key: UUID, binding: Binding) -> bytes:
    """Encrypt a text for its place. Errors: Unreadable where the key is gone."""
    associated = envelope.associated_data(binding, key_id=key)
    return envelope.seal(text.encode(), key=_open(key), associated=associated)


def unseal(sealed: bytes, *, key: UUID, binding: Binding) -> str:
    """Decrypt what was sealed for this place. Errors: Unreadable."""
    associated = envelope.associated_data(binding, key_id=key)
    try:
        return envelope.unseal(bytes(sealed), key=_open(key), associated=associated).decode()
    except envelope.EnvelopeRefused:
        raise Unreadable from None


def unseal_each(texts: Sequence[tuple[bytes, UUID, Binding]]) -> list[str | None]:
    """Decrypt many texts, fetching each key once; None stands for a text that is unreadable."""
    opened: dict[UUID, bytes | None] = {}
    return [_unseal_under(opened, *text) for text in texts]


def keys_of(owner: Owner) -> list[UUID]:
    """List an owner's keys, oldest first."""
    return datakeys.keys_of(owner)


def destroy_keys(*, actor: Actor, owner: Owner, reason: str, subject: Subject | None = None) -> int:
    """Destroy every key of an owner, and give how many.

    What cannot be undone waits for the commit: the order stands or falls with the caller's transaction, and right
    after it the keys are deleted and vacuumed and the certificate with both dates is recorded. `reason` is a word for
    the trail, never content; `subject` names the staff's reference where there is one.
    """
    return shredding.order_destruction(
        actor=actor,
        owner=owner,
        keys=keys_of(owner),
        reason=reason,
        reference=subject.reference if subject else str(owner.id),
    )


@transaction.atomic
def reassign_keys(
    *, actor: Actor, source: Owner, target: Owner, keys: Sequence[UUID] | None = None
) -> list[UUID]:
    """Give one owner's keys (all, or these) to another: after a merge the case keeps both, and losing it destroys both.

    The keys follow right after the commit: a merge that fails must not leave them to be destroyed with the wrong case.
    """
    keys = keys_of(source) if keys is None else list(keys)
    subject = Subject(kind=target.kind, reference=str(target.id))
    record(actor=actor, action=Action.KEYS_REASSIGNED, subject=subject, keys=len(keys), source=str(source.id))
    transaction.on_commit(partial(datakeys.reassign_keys, keys, target=target))
    return keys


def _open(key: UUID) -> bytes:
    try:
        return datakeys.open_key(key)
    except (DataKey.DoesNotExist, envelope.EnvelopeRefused):
        raise Unreadable from None


def _unseal_under(opened: dict[UUID, bytes | None], sealed: bytes, key: UUID, binding: Binding) -> str | None:
    try:
        if key not in opened:
            opened[key] = None
            opened[key] = _open(key)
        secret = opened[key]
        if secret is None:
            return None
        associated = envelope.associated_data(binding, key_id=key)
        return envelope.unseal(sealed, key=secret, associated=associated).decode()
    except (Unreadable, envelope.EnvelopeRefused):
        return None
