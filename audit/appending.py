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
    """Give the next indexes to the entries that wait and commit them; `refused` gathers those without an encoding."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SYNCHRONOUS)
        _drop_sealed_twice()
        waiting = (
            Entry.objects.filter(pending__isnull=False).exclude(id__in=refused).order_by("at", "id")[:BATCH]
        )
        entries = _led_by(place.lead, list(waiting))
        leaves = list(_leaves(entries, place, place.first + size, refused))
        Leaf.objects.bulk_create(leaves, batch_size=1000)
        Pending.objects.filter(entry__in=[leaf.entry_id for leaf in leaves]).delete()
    return len(entries)


def _drop_sealed_twice() -> None:
    """Forget requests to seal what is sealed already: whoever may record may make them, and they would stop us."""
    dropped, _ = Pending.objects.filter(
        entry__in=Leaf.objects.filter(entry__pending__isnull=False).values("entry")
    ).delete()
    if dropped:
        logger.warning("%s entries were asked to be sealed a second time", dropped)


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
