"""Destroy keys for good, in two steps: ordered with the caller's transaction, carried out once that has committed.

Deleting first would lose texts whenever the caller's transaction then fails. Ordering first loses nothing: what a crash
leaves undone is finished by the next `finish_destructions`, which runs daily and after every restore.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault import destruction_log
from cases.vault.datakeys import Owner, delete_keys, vacuum_keys
from cases.vault.destruction_log import Line
from cases.vault.models import DataKey, Destruction, Purpose
from cases.vault.register import unreadable_everywhere_by

BATCH = 200
KeyHolder = Callable[[], Mapping[str, Iterable[UUID]]]
FingerprintHolder = Callable[[Sequence[UUID]], int]


@transaction.atomic
def order_destruction(
    *, actor: Actor, owner: Owner, keys: Sequence[UUID], reason: str, reference: str
) -> int:
    """Order keys destroyed and give how many; carried out right after the outermost commit."""
    if not keys:
        return 0
    orders = [
        Destruction(key_id=key, owner_kind=owner.kind, owner_id=owner.id, reason=reason, reference=reference)
        for key in keys
    ]
    Destruction.objects.bulk_create(orders, ignore_conflicts=True)
    subject = Subject(kind=owner.kind, reference=reference)
    record(actor=actor, action=Action.KEYS_ORDERED_DESTROYED, subject=subject, keys=len(keys), reason=reason)
    _after_commit(actor, list(keys))
    return len(keys)


def carry_out(*, actor: Actor, keys: Iterable[UUID]) -> int:
    """Carry out the orders for these keys that are still open; give how many keys were destroyed."""
    with transaction.atomic():
        orders = list(
            Destruction.objects.select_for_update()
            .filter(key_id__in=keys, unreadable_running_at__isnull=True)
            .order_by("key_id")
        )
        for _same, group in groupby(sorted(orders, key=_certificate), key=_certificate):
            _destroy(actor, list(group))
    return len(orders)


def finish_destructions(*, actor: Actor) -> int:
    """Carry out what was ordered and, after a crash, is not yet done; give how many keys."""
    open_orders = Destruction.objects.filter(unreadable_running_at__isnull=True).order_by("ordered_at")
    keys = list(open_orders.values_list("key_id", flat=True))
    batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
    return sum(carry_out(actor=actor, keys=batch) for batch in batches)


def keys_in_use() -> Iterator[tuple[str, Iterable[UUID]]]:
    """Give, for each kind of owner a room answers for, the key ids that its rows name (`VAULT_KEY_HOLDERS`)."""
    for name in settings.VAULT_KEY_HOLDERS:
        holder: KeyHolder = import_string(name)
        yield from holder().items()


def forget_fingerprints(periods: Sequence[UUID]) -> None:
    """Have the rooms set to NULL the fingerprints of these periods (`VAULT_FINGERPRINT_HOLDERS`)."""
    for name in settings.VAULT_FINGERPRINT_HOLDERS:
        holder: FingerprintHolder = import_string(name)
        holder(periods)


def _after_commit(actor: Actor, keys: list[UUID]) -> None:
    """Carry out at once; where that fails the act itself stands, and `finish_destructions` does the rest."""

    def carry_out_ordered() -> None:
        carry_out(actor=actor, keys=keys)

    transaction.on_commit(carry_out_ordered, robust=True)


def _certificate(order: Destruction) -> tuple[str, UUID, str, str]:
    return order.owner_kind, order.owner_id, order.reason, order.reference


def _destroy(actor: Actor, orders: list[Destruction]) -> None:
    """Write the log, delete, vacuum, certify: a crash between any two is repaired by doing it all again."""
    keys = [order.key_id for order in orders]
    now = timezone.now()
    by = unreadable_everywhere_by(_purposes(keys), now=now)
    for order in orders:
        order.unreadable_running_at, order.unreadable_everywhere_by = now, by
    destruction_log.append(line_of(order) for order in orders)
    delete_keys(keys)
    vacuum_keys()
    Destruction.objects.bulk_update(orders, ["unreadable_running_at", "unreadable_everywhere_by"])
    record(
        actor=actor,
        action=Action.KEYS_DESTROYED,
        subject=Subject(kind=orders[0].owner_kind, reference=orders[0].reference),
        keys=len(keys),
        reason=orders[0].reason,
        unreadable_running_at=now.isoformat(),
        unreadable_everywhere_by=by.isoformat(),
    )


def _purposes(keys: list[UUID]) -> set[str]:
    """Say what wrapped these keys; a key that is no data key, or already gone, counts as any."""
    found = dict(DataKey.objects.filter(pk__in=keys).values_list("id", "purpose"))
    return set(found.values()) if len(found) == len(keys) else set(Purpose.values)


def line_of(order: Destruction) -> Line:
    """Write a finished destruction as its line in the log."""
    return Line(**{name: getattr(order, name) for name in Line.__dataclass_fields__})
