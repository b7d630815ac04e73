"""The proof that one entry is in the signed tree: anyone can check it with the log's public key alone."""

import base64
from dataclasses import dataclass

from django.conf import settings

from audit import stored
from audit.encoding import FactRefused, UnknownEncoding, leaf_content
from audit.external import ExternalLog
from audit.merkle import ProofRefused, check_inclusion, inclusion_proof, leaf_hash
from audit.models import Checkpoint, Entry, Leaf
from audit.notes import NoteRefused, TreeHead
from audit.tiles import FULL, WIDTH, TiledTree, tile_root
from audit.trusted_keys import TrustedKey, open_trusted


class NotYetSigned(LookupError):
    """The entry is recorded but no signed checkpoint covers it yet; that takes about a second."""


class NotProvable(RuntimeError):
    """The entry does not lead to the signed root: run `verify_audit`."""


@dataclass(frozen=True)
class Proof:
    """A leaf's content, its place, the path to the root, and the checkpoint that signs that root."""

    position: int
    leaf: bytes
    path: list[bytes]
    note: str
    keys: list[TrustedKey]

    def check(self) -> TreeHead:
        """Follow the proof as a stranger would, from the leaf to the signed root.

        Errors: ProofRefused, NoteRefused.
        """
        head = open_trusted(self.note, self.keys)
        check_inclusion(
            leaf=leaf_hash(self.leaf), index=self.position, size=head.size, path=self.path, expected=head.root
        )
        return head

    def as_json(self) -> dict[str, object]:
        """Give the proof as plain values, bytes in base64."""
        return {
            "format": "RFC 6962 inclusion proof",
            "leaf_index": self.position,
            "leaf": _b64(self.leaf),
            "leaf_hash": _b64(leaf_hash(self.leaf)),
            "path": [_b64(step) for step in self.path],
            "checkpoint": self.note,
            "verifier_keys": [key.vkey for key in self.keys],
        }


def prove(entry: Entry) -> Proof:
    """Prove that the entry is in the tree that the newest checkpoint signs; the proof has been followed.

    Errors: NotYetSigned, NotProvable.
    """
    leaf = Leaf.objects.filter(entry=entry).first()
    newest = Checkpoint.objects.filter(generation=leaf.generation).order_by("-size").first() if leaf else None
    first = Leaf.objects.filter(generation=leaf.generation).order_by("index").first() if leaf else None
    if leaf is None or newest is None or first is None or leaf.index - first.index >= newest.size:
        raise NotYetSigned
    log = ExternalLog.of(settings.AUDIT_CHECKPOINT_DIR, newest.generation)
    extent = stored.Extent(generation=newest.generation, first=first.index, size=newest.size)
    try:
        proof = Proof(
            position=leaf.index - first.index,
            leaf=leaf_content(entry.encoded(), bytes(entry.mac)),
            path=_path(leaf.index - first.index, extent),
            note=newest.note,
            keys=log.keys(),
        )
        proof.check()
    except (ProofRefused, NoteRefused, FactRefused, UnknownEncoding, stored.LeavesMissing, OSError) as error:
        raise NotProvable from error
    return proof


def _path(position: int, extent: stored.Extent) -> list[bytes]:
    """Read the tree once, keeping only full tiles' roots and the two tiles that the path leads through."""
    needed = {position // WIDTH, extent.size // WIDTH}
    roots: list[bytes] = []
    kept: dict[int, bytes] = {}
    for number, tile in enumerate(stored.tiles(extent)):
        if len(tile) == FULL:
            roots.append(tile_root(tile))
        if number in needed:
            kept[number] = tile
    return inclusion_proof(position, extent.size, TiledTree(roots, kept).subtree)


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
