"""Replace wrapping keys while the system runs: a new version, every key wrapped anew, the old version destroyed.

Only the wrapping changes; the data keys stay the same, so nothing they seal is touched. Each row is replaced under the
condition that it still has the version it was read with, so two rotations, or a rotation and a destruction, cannot undo
each other. A rotation that was cut off is taken up again: older versions that are not yet retired say so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from cases.vault import register
from cases.vault.datakeys import context_of, vacuum_keys
from cases.vault.envelope import EnvelopeRefused
from cases.vault.keyring import KeyringVersionMissing
from cases.vault.models import KEYS, DataKey, PeriodKey, Purpose, WrappingVersion
from cases.vault.providers import Wrapped, provider

BATCH = 500
Rows = QuerySet[DataKey] | QuerySet[PeriodKey]
Progress = Callable[[str, int, int], None]


class StillInUse(Exception):
    """Keys are still wrapped under a version that was to be destroyed."""


@dataclass(frozen=True)
class Rotation:
    """What a rotation did: the version all is wrapped under now, how many rows, and which would not open."""

    purpose: str
    version: int
    rewrapped: int
    refused: list[UUID]


def rotate(*, actor: Actor, purpose: str, batch: int = BATCH, progress: Progress | None = None) -> Rotation:
    """Make a new version, or take up an unfinished rotation, and wrap every key of the purpose under it.

    Where rows would not open they are listed and the older versions stay unretired: nothing may then be destroyed.
    """
    version = _version_to_reach(purpose)
    rewrapped, refused = _rewrap(purpose, version, batch, progress or _say_nothing)
    if not refused:
        register.mark_retired(purpose, before=version)
    vacuum_keys()
    with transaction.atomic():
        record(
            actor=actor,
            action=Action.KEYS_ROTATED,
            purpose=purpose,
            version=version,
            rewrapped=rewrapped,
            refused=len(refused),
        )
    return Rotation(purpose, version, rewrapped, refused)


def destroy_retired(*, actor: Actor, purpose: str, older_than: timedelta) -> int:
    """Destroy the versions retired at least so long ago, and give how many.

    Errors: StillInUse where a key is wrapped under one and will not open.
    """
    retired = WrappingVersion.objects.filter(
        purpose=purpose, retired_at__lte=timezone.now() - older_than, destroyed_at__isnull=True
    )
    newest = retired.aggregate(newest=Max("version"))["newest"]
    if newest is None:
        return 0
    _rewrap(purpose, register.register_versions(purpose), BATCH, _say_nothing)
    if _older(purpose, newest + 1).exists():
        message = (
            f"Keys are still wrapped under {purpose}/{newest} or older and do not open. Run reconcile_keys."
        )
        raise StillInUse(message)
    provider().destroy_before(purpose, newest + 1)
    destroyed = register.mark_destroyed(purpose, before=newest + 1)
    with transaction.atomic():
        record(
            actor=actor,
            action=Action.WRAPPING_KEYS_DESTROYED,
            purpose=purpose,
            up_to=newest,
            versions=destroyed,
        )
    return destroyed


def _version_to_reach(purpose: str) -> int:
    current = register.register_versions(purpose)
    unfinished = WrappingVersion.objects.filter(purpose=purpose, version__lt=current, retired_at__isnull=True)
    if unfinished.exists():
        return current
    provider().add_version(purpose)
    return register.register_versions(purpose)


def _rewrap(purpose: str, version: int, batch: int, progress: Progress) -> tuple[int, list[UUID]]:
    """Wrap every older row anew, and look again until a pass finds none that a process had still wrapped before."""
    total, done, refused = _older(purpose, version).count(), 0, set[UUID]()
    progress(purpose, 0, total)
    while True:
        replaced = 0
        for rows in _batches(_older(purpose, version).exclude(pk__in=refused), batch):
            renewed = {row.pk: _renew(purpose, row) for row in rows}
            refused |= {key_id for key_id, wrapped in renewed.items() if wrapped is None}
            replaced += _replace(rows, renewed)
            progress(purpose, done + replaced, max(total, done + replaced))
        done += replaced
        if not replaced:
            return done, sorted(refused)


def _batches(rows: Rows, size: int) -> Iterator[list[DataKey | PeriodKey]]:
    after: UUID | None = None
    while True:
        page = rows.filter(pk__gt=after) if after else rows
        batch: list[DataKey | PeriodKey] = list(page.order_by("pk")[:size])
        if not batch:
            return
        yield batch
        after = batch[-1].pk


def _renew(purpose: str, row: DataKey | PeriodKey) -> Wrapped | None:
    context = context_of(row.pk)
    try:
        key = provider().unwrap(purpose, Wrapped(row.wrapping_version, bytes(row.wrapped)), context)
    except (EnvelopeRefused, KeyringVersionMissing):
        return None
    return provider().wrap(purpose, key, context)


def _replace(rows: list[DataKey | PeriodKey], renewed: dict[UUID, Wrapped | None]) -> int:
    """Write a batch in one transaction; a row that changed or went meanwhile is left alone."""
    replaced = 0
    with transaction.atomic(using=KEYS):
        for row in rows:
            wrapped = renewed[row.pk]
            if wrapped:
                same = type(row).objects.filter(pk=row.pk, wrapping_version=row.wrapping_version)
                replaced += same.update(wrapped=wrapped.wrapped, wrapping_version=wrapped.version)
    return replaced


def _older(purpose: str, version: int) -> Rows:
    if purpose == Purpose.FINGERPRINTS:
        return PeriodKey.objects.filter(wrapping_version__lt=version)
    return DataKey.objects.filter(purpose=purpose, wrapping_version__lt=version)


def _say_nothing(_purpose: str, _done: int, _total: int) -> None:
    """Report no progress."""
