"""Sweep keys that no record names: left by a crash between making a key and writing the record."""

from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django.utils import timezone

from audit.context import Actor
from cases.vault.datakeys import Owner
from cases.vault.models import DataKey, Destruction
from cases.vault.restore_mark import read_mark
from cases.vault.shredding import keys_in_use, order_destruction

OLD_ENOUGH = timedelta(hours=24)
AFTER_RESTORE = timedelta(days=35)


def may_sweep() -> bool:
    """Tell whether 35 days have gone since a restore: until then another may bring back records that need the keys."""
    mark = read_mark()
    return mark is not None and timezone.now() - mark.restored_at >= AFTER_RESTORE


def sweep_orphans(*, actor: Actor) -> int:
    """Destroy the keys older than a day that no record names; give how many.

    Only kinds that a room answers for are swept: a kind nobody speaks for is in use for all we know.
    """
    if not may_sweep():
        return 0
    aged = timezone.now() - OLD_ENOUGH
    orphans = dict(DataKey.objects.filter(created_at__lt=aged).values_list("id", "owner_kind").iterator())
    for key_id in Destruction.objects.filter(unreadable_running_at__isnull=True).values_list("pk", flat=True):
        orphans.pop(key_id, None)
    answered = set()
    for kind, named in keys_in_use():
        answered.add(kind)
        for key_id in named:
            orphans.pop(key_id, None)
    return _order([key_id for key_id, kind in orphans.items() if kind in answered], actor=actor)


def _order(orphans: list[UUID], *, actor: Actor) -> int:
    rows = DataKey.objects.filter(pk__in=orphans).order_by("owner_kind", "owner_id").iterator()
    swept = 0
    for (kind, owner_id), keys in groupby(rows, key=lambda row: (row.owner_kind, row.owner_id)):
        swept += order_destruction(
            actor=actor,
            owner=Owner(kind, owner_id),
            keys=[key.id for key in keys],
            reason="orphan",
            reference=str(owner_id),
        )
    return swept
