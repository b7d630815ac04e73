"""The Merkle tree of RFC 6962: hashes, roots, inclusion and consistency proofs; pure, over ranges of leaf hashes."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""Gives the hash of the tree over the leaves from `start` up to, not including, `end`."""


class ProofRefused(ValueError):
    """The proof does not lead to the root."""


def leaf_hash(content: bytes) -> bytes:
    """Hash what a leaf holds (RFC 6962 section 2.1: prefix 0)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one (RFC 6962 section 2.1: prefix 1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Give the largest power of two smaller than `size`, where a tree of that size divides."""
    return 1 << ((size - 1).bit_length() - 1)


def root(hashes: Sequence[bytes]) -> bytes:
    """Compute the root over leaf hashes, or over equally tall full subtrees."""
    growing = Frontier()
    growing.extend(hashes)
    return growing.root()


def over(hashes: Sequence[bytes]) -> Subtree:
    """Give the subtree hashes of a list of leaf hashes."""
    return lambda start, end: root(hashes[start:end])


class Frontier:
    """The full subtrees at the right edge of a growing tree: all that is needed to go on and to know the root."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf; as many full pairs are joined as the size has trailing ones."""
        joined, size = leaf, self.size
        while size & 1:
            joined = node_hash(self._peaks.pop(), joined)
            size >>= 1
        self._peaks.append(joined)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Grow by several leaves."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Join the peaks from the right, where the smaller ones are."""
        if not self._peaks:
            return EMPTY_ROOT
        joined = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            joined = node_hash(peak, joined)
        return joined


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Give the path that leads from a leaf to the root of the tree of that size (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise IndexError(index)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def check_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Follow an inclusion proof to the root (RFC 9162 section 2.1.3.2).

    Errors: ProofRefused where it leads elsewhere, or has too many or too few steps.
    """
    if not 0 <= index < size:
        raise ProofRefused
    at, last, reached = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofRefused
        if at & 1 or at == last:
            reached = node_hash(step, reached)
            at, last = _up_to_a_right_child(at, last)
        else:
            reached = node_hash(reached, step)
        at, last = at >> 1, last >> 1
    if last != 0 or reached != expected:
        raise ProofRefused


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Prove that the tree of the new size begins with the whole tree of the old size (RFC 6962 section 2.1.2)."""
    if not 0 <= old <= new:
        raise IndexError(old)
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    return ([] if whole else [subtree(start, end)]) + path[::-1]


def check_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Follow a consistency proof to both roots (RFC 9162 section 2.1.4.2).

    Errors: ProofRefused where it leads elsewhere, or has too many or too few steps.
    """
    if old in {0, new}:
        if path or not (old == 0 or old_root == new_root):
            raise ProofRefused
        return
    if not 0 < old < new or not path:
        raise ProofRefused
    steps = list(path) if old & (old - 1) else [old_root, *path]
    at, last = _up_to_a_left_child(old - 1, new - 1)
    reached_old = reached_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused
        if at & 1 or at == last:
            reached_old, reached_new = node_hash(step, reached_old), node_hash(step, reached_new)
            at, last = _up_to_a_right_child(at, last)
        else:
            reached_new = node_hash(reached_new, step)
        at, last = at >> 1, last >> 1
    if last != 0 or (reached_old, reached_new) != (old_root, new_root):
        raise ProofRefused


def _up_to_a_right_child(at: int, last: int) -> tuple[int, int]:
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _up_to_a_left_child(at: int, last: int) -> tuple[int, int]:
    while at & 1:
        at, last = at >> 1, last >> 1
    return at, last
