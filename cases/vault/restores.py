"""Bring both databases back into agreement after either was restored, and say whether that is still to be done.

What was restored shows outside the databases only: in the destruction log and the mark beside the checkpoints.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from cases.vault import destruction_log, shredding
from cases.vault.datakeys import delete_keys, vacuum_keys
from cases.vault.models import DataKey, Destruction, PeriodKey, Purpose
from cases.vault.providers import provider
from cases.vault.restore_mark import identities, read_mark, write_mark

BATCH = 1000
NEWEST = 200
RECONCILE = "Run manage.py reconcile_keys before anyone works."


@dataclass(frozen=True)
class Reconciliation:
    """What was found and done; it is whole where no record lost its key and every key can be opened."""

    destroyed_again: int
    finished: int
    returned_records: int
    lost: dict[str, list[UUID]]
    unopenable: list[str]
    torn_lines: int

    @property
    def is_whole(self) -> bool:
        """Tell whether the system may serve."""
        return not self.lost and not self.unopenable


def reconcile(*, actor: Actor, restored: bool = False) -> Reconciliation:
    """Destroy again what was destroyed, look for records without keys, and mark the time where all is whole.

    `restored` says that a restore took place that nothing here can see: one into the same database.
    """
    log = destruction_log.read()
    restored = _share_records(log.lines) or restored
    again = _destroy_again()
    finished = shredding.finish_destructions(actor=actor)
    lost, returned = _records_without_keys()
    found = Reconciliation(again, finished, returned, lost, _unopenable(), log.torn)
    with transaction.atomic():
        record(
            actor=actor,
            action=Action.KEYS_RECONCILED,
            destroyed_again=again,
            finished=finished,
            lost=sum(len(keys) for keys in lost.values()),
            whole=found.is_whole,
        )
    if found.is_whole:
        write_mark(restored=restored or again > 0)
    return found


def unreconciled() -> str:
    """Say in a sentence why keys must be reconciled before the system serves; empty where they need not be."""
    mark = read_mark()
    if mark is None:
        return f"The keys were never reconciled with the records here. {RECONCILE}"
    if mark.databases != identities():
        return f"A database is another than the one last reconciled. {RECONCILE}"
    newest = {line.key_id for line in destruction_log.read_newest(NEWEST)}
    known = Destruction.objects.filter(pk__in=newest)
    if known.count() < len(newest):
        return f"The main database has forgotten a destruction. {RECONCILE}"
    if _existing(known.filter(unreadable_running_at__isnull=False).values_list("pk", flat=True)):
        return f"A destroyed key is back. {RECONCILE}"
    return ""


def _share_records(lines: list[destruction_log.Line]) -> bool:
    """Let main and the log each learn what only the other knows; tell whether main had forgotten anything."""
    logged = {line.key_id: line for line in lines}
    known = dict(Destruction.objects.values_list("pk", "unreadable_running_at").iterator())
    forgotten = [Destruction(**vars(line)) for key_id, line in logged.items() if key_id not in known]
    Destruction.objects.bulk_create(forgotten, batch_size=BATCH, ignore_conflicts=True)
    unlogged = [key_id for key_id, done in known.items() if done and key_id not in logged]
    for keys in _batches(iter(unlogged)):
        destruction_log.append(map(shredding.line_of, Destruction.objects.filter(pk__in=keys)))
    return bool(forgotten)


def _destroy_again() -> int:
    destroyed = Destruction.objects.filter(unreadable_running_at__isnull=False).values_list("pk", flat=True)
    again = sum(delete_keys(_existing(keys)) for keys in _batches(destroyed.iterator()))
    vacuum_keys()
    return again


def _records_without_keys() -> tuple[dict[str, list[UUID]], int]:
    """List the keys that records name and that are gone, by kind; count apart those that were destroyed on purpose.

    A restored main database brings back records whose keys were rightly destroyed. Nobody can read them, and they must
    not keep the line closed.
    """
    lost: dict[str, list[UUID]] = {}
    returned = 0
    for kind, named in shredding.keys_in_use():
        for keys in _batches(iter(named)):
            missing = keys - _existing(keys)
            shredded = set(Destruction.objects.filter(pk__in=missing).values_list("pk", flat=True))
            returned += len(shredded)
            if missing - shredded:
                lost.setdefault(kind, []).extend(sorted(missing - shredded))
    return lost, returned


def _unopenable() -> list[str]:
    """Name the wrapping versions that keys need and that no longer exist."""
    needed = set(DataKey.objects.values_list("purpose", "wrapping_version").distinct())
    periods = PeriodKey.objects.values_list("wrapping_version", flat=True).distinct()
    needed |= {(str(Purpose.FINGERPRINTS), version) for version in periods}
    there = {purpose: set(provider().versions(purpose)) for purpose, _version in needed}
    return sorted(f"{purpose}/{version}" for purpose, version in needed if version not in there[purpose])


def _existing(keys: Iterable[UUID]) -> set[UUID]:
    wanted = list(keys)
    found = set(DataKey.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return found | set(PeriodKey.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def _batches(keys: Iterator[UUID]) -> Iterator[set[UUID]]:
    while batch := set(islice(keys, BATCH)):
        yield batch
