"""Looks at what lies in the database: every leaf with its entry, in both directions."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef

from audit.actions import Action
from audit.encoding import FactRefused, UnknownEncoding
from audit.merkle import HASH_SIZE
from audit.models import Entry, Leaf, Pending
from audit.reopening import is_authentic
from audit.tiles import WIDTH
from audit.verification.findings import Findings, Kind
from audit.verification.outside import SignedLog

BATCH = 2000
_NOT_AN_ENTRY = (FactRefused, UnknownEncoding, TypeError, AttributeError)


class LeafWalk:
    """Goes through the leaves by index and holds each against its entry and against what was signed there."""

    def __init__(self, logs: list[SignedLog], findings: Findings) -> None:
        self._logs = {log.generation: log for log in logs}
        self._findings = findings
        self._tile: tuple[int, int, bytes] = (0, 0, b"")
        self._generation = 1
        self.next_index = 0
        self.count = 0

    def go(self) -> None:
        """Walk to the end."""
        for leaf, entry in _leaves_with_entries():
            follows = (leaf.index, leaf.generation) == (self.next_index, self._generation)
            if not follows and not self._is_reopening(leaf, entry):
                self._note_break(leaf)
            self._generation = leaf.generation
            self._check(leaf, entry)
            self.next_index = leaf.index + 1
            self.count += 1

    def locate(self, leaf: bytes) -> int | None:
        """Find at which index a leaf hash was signed."""
        return next((at for log in self._logs.values() if (at := log.locate(leaf)) is not None), None)

    def _check(self, leaf: Leaf, entry: Entry | None) -> None:
        if entry is None:
            self._findings.add(
                Kind.MISSING, "the sealed entry is gone", index=leaf.index, entry=leaf.entry_id
            )
            return
        computed, stored, signed = _hash_of(entry), bytes(leaf.hash), self._signed_at(leaf)
        authentic = computed is not None and is_authentic(entry)
        if computed == stored and authentic and signed in {None, computed}:
            return
        kind, detail = self._name(computed, stored, signed, authentic=authentic)
        self._findings.add(kind, detail, index=leaf.index, entry=entry.id)

    def _name(
        self, computed: bytes | None, stored: bytes, signed: bytes | None, *, authentic: bool
    ) -> tuple[Kind, str]:
        if computed == signed is not None and computed != stored:
            return Kind.CHANGED, "the entry is as it was sealed, but its leaf was changed"
        if not authentic:
            written = computed == stored and signed in {None, computed}
            return (
                (Kind.EXTRA, "sealed, but not written by the application")
                if written
                else (Kind.CHANGED, "the entry is not what the application wrote and sealed")
            )
        origin = self.locate(computed or b"")
        if origin is not None:
            return Kind.MOVED, f"the entry was sealed at {origin}"
        return Kind.EXTRA, "the entry was never signed; another was, at this index"

    def _signed_at(self, leaf: Leaf) -> bytes | None:
        """Give the hash that was signed at this index, whatever the leaf says; nothing where none was yet."""
        log = next((log for log in self._logs.values() if log.first <= leaf.index < log.end), None)
        if log is None:
            return None
        number, within = divmod(leaf.index - log.first, WIDTH)
        if self._tile[:2] != (log.generation, number) or not self._tile[2]:
            self._tile = (log.generation, number, log.tile(number))
        return self._tile[2][within * HASH_SIZE : (within + 1) * HASH_SIZE] or None

    def _is_reopening(self, leaf: Leaf, entry: Entry | None) -> bool:
        """Tell whether a gap before this leaf is one that two persons answered for after a restore."""
        before = self._logs.get(leaf.generation - 1)
        if before is None or before.head is None or entry is None or entry.action != Action.TRAIL_REOPENED:
            return False
        named = {
            "kept_until": self.next_index,
            "first_index": leaf.index,
            "generation": leaf.generation,
            "old_generation": before.generation,
            "old_size": before.head.size,
            "old_root": before.head.root.hex(),
        }
        return leaf.index == before.end and named.items() <= entry.facts.items()

    def _note_break(self, leaf: Leaf) -> None:
        if leaf.index < self.next_index:
            self._findings.add(Kind.EXTRA, "the index was used before", index=leaf.index)
        elif leaf.index > self.next_index:
            detail = f"leaves {self.next_index} to {leaf.index - 1} are gone"
            self._findings.add(Kind.MISSING, detail, index=self.next_index)
        if leaf.generation != self._generation:
            detail = f"generation {leaf.generation} does not begin here"
            self._findings.add(Kind.MOVED, detail, index=leaf.index, entry=leaf.entry_id)


def check_unsealed(walk: LeafWalk, findings: Findings) -> None:
    """Look at every entry that is not sealed: each must wait to be, and be what the application wrote."""
    for entry in Entry.objects.filter(leaf__isnull=True, pending__isnull=True).iterator(BATCH):
        computed = _hash_of(entry)
        index = walk.locate(computed) if computed else None
        if index is not None:
            findings.add(Kind.MISSING, "the leaf of this sealed entry is gone", index=index, entry=entry.id)
        elif computed and is_authentic(entry):
            findings.add(Kind.MISSING, "the entry is neither sealed nor waiting to be", entry=entry.id)
        else:
            findings.add(
                Kind.EXTRA, "not written by the application, neither sealed nor waiting", entry=entry.id
            )
    for entry in Entry.objects.filter(leaf__isnull=True, pending__isnull=False).iterator(BATCH):
        if _hash_of(entry) is None or not is_authentic(entry):
            findings.add(
                Kind.CHANGED, "waits to be sealed, but is not what the application wrote", entry=entry.id
            )


def check_pending(findings: Findings) -> None:
    """Look at the queue: nothing may wait there that is gone, or sealed already."""
    for waiting in _pending_without_entry():
        findings.add(Kind.MISSING, "the entry waited to be sealed and is gone", entry=waiting)
    for waiting in Pending.objects.filter(entry__leaf__isnull=False).values_list("entry_id", flat=True):
        findings.add(Kind.EXTRA, "the entry is sealed and waits to be sealed again", entry=waiting)


def _pending_without_entry() -> Iterator[UUID]:
    entry = Entry.objects.filter(id=OuterRef("entry_id"))
    yield from Pending.objects.filter(~Exists(entry)).values_list("entry_id", flat=True)


def _leaves_with_entries() -> Iterator[tuple[Leaf, Entry | None]]:
    leaves = Leaf.objects.order_by("index").iterator(BATCH)
    while batch := list(islice(leaves, BATCH)):
        entries = Entry.objects.in_bulk([leaf.entry_id for leaf in batch])
        for leaf in batch:
            yield leaf, entries.get(leaf.entry_id)


def _hash_of(entry: Entry) -> bytes | None:
    try:
        return entry.leaf_hash()
    except _NOT_AN_ENTRY:
        return None
