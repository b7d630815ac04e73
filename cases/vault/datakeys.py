"""Make, open and list data keys; a key is committed before the record that will name it."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connections, transaction

from cases.vault import envelope
from cases.vault.models import KEYS, DataKey, PeriodKey
from cases.vault.providers import Wrapped, provider


class Owner(NamedTuple):
    """Whom a data key belongs to: an `OwnerKind` and the row's UUID."""

    kind: str
    id: UUID


def context_of(key_id: UUID) -> bytes:
    """Say which key a wrapped key is, so that no other's can be put in its place."""
    return envelope.length_prefixed(b"hotline key", key_id.bytes)


def create_key(*, owner: Owner, purpose: str) -> UUID:
    """Make a key for an owner, committed when this returns whatever becomes of the caller's own transaction.

    A crash in between leaves a key without a record, which is swept, and never a record without a key. Inside a
    transaction on the keys database that promise could not be kept: RuntimeError (Django's `durable`).
    """
    key_id = uuid4()
    wrapped = provider().wrap(purpose, envelope.new_key(), context_of(key_id))
    with transaction.atomic(using=KEYS, durable=True):
        DataKey.objects.create(
            id=key_id,
            owner_kind=owner.kind,
            owner_id=owner.id,
            purpose=purpose,
            wrapped=wrapped.wrapped,
            wrapping_version=wrapped.version,
        )
    return key_id


def open_key(key_id: UUID) -> bytes:
    """Unwrap a key; it is kept nowhere. Errors: DataKey.DoesNotExist, EnvelopeRefused, KeyringFault."""
    row = DataKey.objects.only("purpose", "wrapped", "wrapping_version").get(pk=key_id)
    return provider().unwrap(
        row.purpose, Wrapped(row.wrapping_version, bytes(row.wrapped)), context_of(key_id)
    )


def keys_of(owner: Owner) -> list[UUID]:
    """List an owner's keys, oldest first; after a merge there are several."""
    rows = DataKey.objects.filter(owner_kind=owner.kind, owner_id=owner.id).order_by("created_at", "id")
    return list(rows.values_list("id", flat=True))


def reassign_keys(keys: Iterable[UUID], *, target: Owner) -> None:
    """Write another owner on keys; what they seal stays as it is, as no owner is part of the wrapping."""
    DataKey.objects.filter(pk__in=list(keys)).update(owner_kind=target.kind, owner_id=target.id)


def delete_keys(keys: Iterable[UUID]) -> int:
    """Delete data and period keys, one by one in order: no two locks held, so no deadlock with a rotation."""
    deleted = 0
    for key_id in sorted(keys):
        for model in (DataKey, PeriodKey):
            deleted += model.objects.filter(pk=key_id).delete()[0]
    return deleted


def vacuum_keys() -> None:
    """Clear deleted and replaced rows out of the running database; left to autovacuum inside a transaction."""
    connection = connections[KEYS]
    if connection.in_atomic_block:
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (DataKey, PeriodKey))
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {tables}")
