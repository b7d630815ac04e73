"""Gives every recorded entry its place in the tree, and signs the tree's head outside the database.

One pass commits leaves, then writes tiles, then the signed checkpoint, then its copies. A pass that dies anywhere in
between is finished by the next one: the leaves are where tiles come from, and tiles are written before what signs them.
"""

import inspect
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audit import appending, external, reopening, state, stored, trusted_keys
from audit.appending import Place, append
from audit.external import ExternalLog
from audit.locks import one_pass_at_a_time
from audit.models import Checkpoint
from audit.notes import NoteRefused, TreeHead, VerifierKey, public_of, sign
from audit.state import SequencerState
from audit.stored import LeavesMissing, StoredTree
from audit.tiles import WIDTH
from audit.trusted_keys import KeyNotTrusted, TrustedKey

logger = logging.getLogger(__name__)


class Inconsistent(RuntimeError):
    """What is sealed in the database is not what was signed outside it: nothing is sealed until this is settled."""

    def __str__(self) -> str:
        """Say what is wrong, in the words of the exception's own description."""
        return inspect.getdoc(type(self)) or ""


class TrailShorter(Inconsistent):
    """The trail is shorter than its newest checkpoint: after a restore, two persons must run `reopen_audit`."""


class HeadNotReproduced(Inconsistent):
    """The sealed leaves do not add up to the root that was signed: run `verify_audit` to see what was changed."""


class CheckpointLost(Inconsistent):
    """A checkpoint was signed, but the external one is gone or is not signed by a trusted key."""


class SigningKeyMissing(RuntimeError):
    """Only a process with AUDIT_SIGNING_KEY can seal."""


@dataclass(frozen=True)
class SealResult:
    """The head of the tree after a pass, how many entries it sealed, and how many cannot be sealed at all."""

    generation: int
    size: int
    root: bytes
    sealed: int
    refused: int = 0


def seal_pending() -> SealResult:
    """Seal everything that waits, once."""
    return Sequencer().seal()


class Sequencer:
    """Seals pass after pass; remembers verified full tiles in between, so that a pass costs what is new."""

    def __init__(self) -> None:
        self._directory: Path = settings.AUDIT_CHECKPOINT_DIR
        self._tree = StoredTree(generation=0)
        self._copied: TreeHead | None = None
        self._refused: set[UUID] = set()

    def seal(self) -> SealResult:
        """Make one pass, and leave word of how it went.

        Errors: Inconsistent, KeyNotTrusted, SigningKeyMissing; after which nothing was sealed or signed.
        """
        with one_pass_at_a_time(self._directory):
            try:
                result = self._seal_all()
            except Exception as error:
                self._tree = StoredTree(generation=0)
                before = state.load(self._directory)
                state.save(self._directory, replace(before, alarm=f"{type(error).__name__}: {error}"))
                raise
            alarm = f"{result.refused} entries cannot be encoded" if result.refused else ""
            state.save(self._directory, SequencerState(confirmed_at=timezone.now(), alarm=alarm))
        return result

    def _seal_all(self) -> SealResult:
        place = self._find_place()
        before = self._tree.size
        while True:
            count = append(place, self._tree.size, self._refused)
            if count:
                self._load(place)
            self._publish(place)
            if count < appending.BATCH:
                size, root = self._tree.size, self._tree.root()
                return SealResult(place.generation, size, root, size - before, len(self._refused))
            place = self._find_place()

    def _find_place(self) -> Place:
        signed, sealed = external.newest_generation(self._directory), stored.newest_generation()
        generation = max(signed, sealed, 1)
        if generation > max(signed, 1) and not reopening.is_led(self._directory, generation):
            raise HeadNotReproduced
        place = Place(generation, external.first_index(self._directory, generation), self._head(generation))
        self._load(place)
        if self._tree.size < _size_of(place.head):
            return self._reopened(place)
        if place.head and self._tree.root(place.head.size) != place.head.root:
            raise HeadNotReproduced
        return place

    def _head(self, generation: int) -> TreeHead | None:
        """Read the head that was signed last.

        A generation without one has just been begun, unless the database remembers that there was one.
        """
        try:
            head = ExternalLog.of(self._directory, generation).newest()
        except (NoteRefused, OSError, UnicodeDecodeError) as error:
            raise CheckpointLost from error
        if head is None and Checkpoint.objects.filter(generation=generation).exists():
            raise CheckpointLost
        return head

    def _load(self, place: Place) -> None:
        if self._tree.generation != place.generation:
            self._tree = StoredTree(generation=place.generation)
        known = min(len(self._tree.roots), _size_of(place.head) // WIDTH) * WIDTH
        try:
            found = stored.extent(place.generation, first=place.first, known=known)
            self._tree.load(found, keep_from=min(_size_of(place.head), found.size))
        except LeavesMissing as error:
            raise HeadNotReproduced from error

    def _reopened(self, place: Place) -> Place:
        """Begin a new generation where two persons have asked for it and what is left is what was signed."""
        lead = reopening.find_request(self._directory)
        if lead is None:
            raise TrailShorter
        generation = place.generation + 1
        self._tree = StoredTree(generation=generation)
        return Place(generation, external.first_index(self._directory, generation), head=None, lead=lead)

    def _publish(self, place: Place) -> None:
        """Write tiles, then the checkpoint, then its copies; each is needed by the next."""
        log = ExternalLog.of(self._directory, place.generation)
        if place.head is not None and place.head != self._copied:
            self._keep_copies(log, place.generation, place.head)
        if self._tree.size <= _size_of(place.head):
            return
        key = _signing_key(log, place.generation)
        for number, tile in self._tree.tail.items():
            log.write_tile(number, tile)
        head = TreeHead(origin=key.name, size=self._tree.size, root=self._tree.root())
        log.publish(sign(head, seed=_seed()))
        self._keep_copies(log, place.generation, head)

    def _keep_copies(self, log: ExternalLog, generation: int, head: TreeHead) -> None:
        note = log.newest_note() or ""
        log.keep(note, size=head.size)
        row = Checkpoint(generation=generation, size=head.size, root=head.root, note=note, at=timezone.now())
        Checkpoint.objects.bulk_create([row], ignore_conflicts=True)
        self._copied = head


def _signing_key(log: ExternalLog, generation: int) -> VerifierKey:
    """Give the key that this process signs with; the first one to sign a log becomes its trusted key.

    Errors: SigningKeyMissing, KeyNotTrusted.
    """
    public = public_of(_seed())
    if not log.keys():
        key = VerifierKey(
            name=f"{urlsplit(settings.PUBLIC_BASE_URL).netloc}/trail/{generation}", public=public
        )
        trusted_keys.save(log.folder, [TrustedKey(vkey=str(key), first_size=1)])
    key = trusted_keys.in_use(log.folder)
    if key.public != public:
        raise KeyNotTrusted
    return key


def _seed() -> bytes:
    if not settings.AUDIT_SIGNING_KEY_BYTES:
        raise SigningKeyMissing
    return settings.AUDIT_SIGNING_KEY_BYTES


def _size_of(head: TreeHead | None) -> int:
    return head.size if head else 0
