"""Compares the database's copies of the checkpoints with those that are kept outside."""

from collections.abc import Iterable, Iterator
from itertools import islice

from audit.models import Checkpoint
from audit.notes import NoteRefused
from audit.trusted_keys import open_trusted
from audit.verification.findings import Findings, Kind
from audit.verification.outside import SignedLog

BATCH = 500


def check_copies(signed: SignedLog, findings: Findings, *, lost: bool) -> None:
    """See that each kept head has its copy and each copy its kept head.

    The newest head may lack either, for it is the last thing a pass writes. Copies may be missing where a restore
    `lost` them.
    """
    matched, notes = 0, signed.log.kept_notes()
    while batch := list(islice(notes, BATCH)):
        matched += _check_batch(signed, dict(_by_size(signed, batch)), findings, lost=lost)
    copies = Checkpoint.objects.filter(generation=signed.generation)
    if copies.filter(size__lt=signed.size).count() > matched:
        findings.add(
            Kind.EXTRA, f"the database has checkpoints of generation {signed.generation} that were not kept"
        )
    newest = copies.order_by("-size").first()
    if newest and newest.size > signed.size and not _signed_meanwhile(signed, newest):
        findings.add(Kind.CHANGED, f"the newest checkpoint is older than the database's copy of {newest}")


def _check_batch(
    signed: SignedLog, notes: dict[int, tuple[str, bytes]], findings: Findings, *, lost: bool
) -> int:
    """Compare some kept heads with their copies, and say how many copies of older heads there are."""
    copies = Checkpoint.objects.filter(generation=signed.generation, size__in=notes)
    by_size = {copy.size: copy for copy in copies}
    for size, (note, root) in notes.items():
        copy = by_size.get(size)
        if copy is None:
            if size < signed.size and not lost:
                findings.add(
                    Kind.MISSING, f"the database's copy of checkpoint {signed.generation}/{size} is gone"
                )
        elif (copy.note, bytes(copy.root)) != (note, root):
            findings.add(Kind.CHANGED, f"the database's copy of checkpoint {copy} was changed")
    return sum(1 for size in by_size if size < signed.size)


def _by_size(signed: SignedLog, notes: Iterable[str]) -> Iterator[tuple[int, tuple[str, bytes]]]:
    keys = signed.log.keys()
    for note in notes:
        try:
            head = open_trusted(note, keys)
        except NoteRefused:  # found already, with the tiles
            continue
        yield head.size, (note, head.root)


def _signed_meanwhile(signed: SignedLog, newest: Checkpoint) -> bool:
    """Read the newest head again: sealing goes on while we look."""
    try:
        head = signed.log.newest()
    except NoteRefused:
        return False
    return head is not None and head.size >= newest.size
