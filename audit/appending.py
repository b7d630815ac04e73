"""Takes recorded entries out of the queue and gives them the next indexes, in one transaction."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from audit.encoding import FactRefused, UnknownEncoding
from audit.models import Entry, Leaf, Pending
from audit.notes import TreeHead

logger = logging.getLogger(__name__)

BATCH = 5000
_SYNCHRONOUS = """
SELECT set_config('synchronous_commit', 'on', true)
WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""


@dataclass(frozen=True)
class Place:
    """Where sealing goes on: in which generation, after which signed head; `lead` must become the first leaf."""

    generation: int
    first: int
    head: TreeHead | None
    lead: Entry | None = None


def append(place: Place, size: int, refused: set[UUID]) -> int:
    """Give the next indexes to a batch that waits and commit it; `refused` gathers what has no encoding.

    The batch is taken from the queue as it comes and put in order afterwards, so that a pass costs what is new,
    however large the trail and however long the queue.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SYNCHRONOUS)
        waiting = set(Pending.objects.exclude(entry__in=refused).values_list("entry_id", flat=True)[:BATCH])
        sealed = _sealed_already(waiting)
        entries = Entry.objects.filter(id__in=waiting - sealed).order_by("at", "id")
        leaves = list(_leaves(_led_by(place.lead, list(entries)), place, place.first + size, refused))
        Leaf.objects.bulk_create(leaves, batch_size=1000)
        Pending.objects.filter(entry__in=[*sealed, *(leaf.entry_id for leaf in leaves)]).delete()
    return len(waiting)


def _sealed_already(waiting: set[UUID]) -> set[UUID]:
    """Find what is asked to be sealed a second time: whoever may record may ask, and must not stop us by it."""
    sealed = set(Leaf.objects.filter(entry__in=waiting).values_list("entry_id", flat=True))
    if sealed:
        logger.warning("%s entries were asked to be sealed a second time", len(sealed))
    return sealed


def _led_by(lead: Entry | None, entries: list[Entry]) -> list[Entry]:
    return [lead, *(entry for entry in entries if entry != lead)] if lead else entries


def _leaves(entries: list[Entry], place: Place, index: int, refused: set[UUID]) -> Iterator[Leaf]:
    for entry in entries:
        try:
            hashed = entry.leaf_hash()
        except (FactRefused, UnknownEncoding, TypeError, AttributeError):
            logger.exception("Entry %s cannot be encoded, so it was not written by the application", entry.id)
            refused.add(entry.id)
            continue
        yield Leaf(index=index, generation=place.generation, entry=entry, hash=hashed)
        index += 1
