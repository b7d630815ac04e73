"""Looks at what lies outside the database: every tile and every checkpoint that was ever signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit import external
from audit.external import ExternalLog, TileMissing
from audit.merkle import EMPTY_ROOT, HASH_SIZE, Frontier
from audit.notes import NoteRefused, TreeHead
from audit.tiles import WIDTH, hashes_of
from audit.trusted_keys import open_trusted
from audit.verification.findings import Findings, Kind


@dataclass(frozen=True)
class SignedLog:
    """One generation as it lies outside, up to the head that was the newest when the verification began."""

    generation: int
    first: int
    log: ExternalLog
    head: TreeHead | None

    @property
    def size(self) -> int:
        """Say how many leaves are signed."""
        return self.head.size if self.head else 0

    @property
    def end(self) -> int:
        """Give the index after the last signed leaf."""
        return self.first + self.size

    def tile(self, number: int) -> bytes:
        """Give what is signed of a tile; empty where nothing is, or where it cannot be read."""
        width = min(WIDTH, self.size - number * WIDTH)
        try:
            return self.log.tile(number, width=width) if width > 0 else b""
        except (TileMissing, OSError):
            return b""

    def locate(self, leaf: bytes) -> int | None:
        """Find at which index a leaf hash was signed."""
        for number in range(-(-self.size // WIDTH)):
            for within, signed in enumerate(hashes_of(self.tile(number))):
                if signed == leaf:
                    return self.first + number * WIDTH + within
        return None


def read(directory: Path, findings: Findings) -> list[SignedLog]:
    """Find every generation that was signed, and the head that each ended with."""
    logs: list[SignedLog] = []
    first = 0
    for generation in range(1, external.newest_generation(directory) + 1):
        log = ExternalLog.of(directory, generation)
        signed = SignedLog(generation=generation, first=first, log=log, head=_head(log, generation, findings))
        first = signed.end
        logs.append(signed)
    return logs


def check(signed: SignedLog, findings: Findings) -> int:
    """Rebuild the tree from its tiles, compare every kept head with it, and say how many heads there are."""
    heads = _heads(signed, findings)
    expected, count = next(heads, None), 0
    growing = Frontier()
    for leaf in _leaves(signed, findings):
        growing.append(leaf)
        while expected and expected.size <= growing.size:
            count += 1
            if (expected.size, expected.root) != (growing.size, growing.root()):
                findings.add(
                    Kind.CHANGED, f"tiles do not add up to checkpoint {signed.generation}/{expected.size}"
                )
            expected = next(heads, None)
    if (signed.head.root if signed.head else EMPTY_ROOT) != growing.root():
        findings.add(
            Kind.CHANGED, f"tiles of generation {signed.generation} do not add up to its newest checkpoint"
        )
    return count


def _head(log: ExternalLog, generation: int, findings: Findings) -> TreeHead | None:
    try:
        head = log.newest()
    except (NoteRefused, OSError, ValueError):
        findings.add(
            Kind.UNSIGNED, f"the newest checkpoint of generation {generation} bears no trusted signature"
        )
        return None
    if head is None:
        findings.add(Kind.MISSING, f"generation {generation} has no checkpoint")
    return head


def _heads(signed: SignedLog, findings: Findings) -> Iterator[TreeHead]:
    """Give the kept heads up to the newest, each seen to be signed and larger than the one before."""
    size, keys = 0, signed.log.keys()
    for note in signed.log.kept_notes():
        try:
            head = open_trusted(note, keys)
        except NoteRefused:
            findings.add(
                Kind.UNSIGNED, f"a checkpoint of {signed.generation} after {size} bears no trusted signature"
            )
            continue
        if head.size <= size:
            findings.add(Kind.CHANGED, f"checkpoint {signed.generation}/{head.size} follows {size}")
        size = head.size
        if head.size <= signed.size:
            yield head
    _check_not_put_back(signed, size, findings)


def _check_not_put_back(signed: SignedLog, kept: int, findings: Findings) -> None:
    """See that the newest head is not older than one that was kept; read again, for sealing goes on meanwhile."""
    if kept <= signed.size or signed.head is None:
        return
    now = _head(signed.log, signed.generation, findings)
    if now is None or now.size < kept:
        findings.add(
            Kind.CHANGED, f"the newest checkpoint is older than {signed.generation}/{kept}, which was kept"
        )


def _leaves(signed: SignedLog, findings: Findings) -> Iterator[bytes]:
    for number in range(-(-signed.size // WIDTH)):
        tile = signed.tile(number)
        if len(tile) != min(WIDTH, signed.size - number * WIDTH) * HASH_SIZE:
            findings.add(
                Kind.MISSING, f"tile {number} of generation {signed.generation} is missing or too short"
            )
            return
        yield from hashes_of(tile)
