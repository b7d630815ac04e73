"""The tree in tiles of 256 leaf hashes, laid out and named as C2SP tlog-tiles says (https://c2sp.org/tlog-tiles)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from audit import merkle
from audit.merkle import HASH_SIZE

WIDTH = 256
FULL = WIDTH * HASH_SIZE
_KNOWN_ROOTS = 1 << 16
_roots: dict[bytes, bytes] = {}


def tile_path(number: int, *, width: int = WIDTH) -> str:
    """Name a level-0 tile: `tile/0/x001/x234/067`, and `….p/17` while only 17 of its hashes exist."""
    name = f"tile/0/{number_path(number)}"
    return name if width == WIDTH else f"{name}.p/{width}"


def number_path(number: int) -> str:
    """Write a tile's number in groups of three digits, all but the last marked with an x."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def hashes_of(tile: bytes) -> Iterator[bytes]:
    """Give the leaf hashes in a tile one by one."""
    return (tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE))


def tile_root(tile: bytes) -> bytes:
    """Give the root over one tile; a full tile's is remembered by its content, so it cannot go stale."""
    if len(tile) != FULL:
        return merkle.root(list(hashes_of(tile)))
    digest = hashlib.sha256(tile).digest()
    if digest not in _roots:
        if len(_roots) >= _KNOWN_ROOTS:
            _roots.clear()
        _roots[digest] = merkle.root(list(hashes_of(tile)))
    return _roots[digest]


class TiledTree:
    """A tree known by the roots of its full tiles, and by the content of those tiles that a question needs.

    Errors: KeyError where a question needs a tile whose content was not given.
    """

    def __init__(self, roots: Sequence[bytes], tiles: Mapping[int, bytes]) -> None:
        self._roots = roots
        self._tiles = tiles

    def root(self, size: int) -> bytes:
        """Give the root of the tree when it had this size."""
        return self.subtree(0, size) if size else merkle.EMPTY_ROOT

    def subtree(self, start: int, end: int) -> bytes:
        """Give the hash over a range as the proofs ask for it: aligned, so it never straddles tiles unevenly."""
        tile, within = divmod(start, WIDTH)
        if (within, end - start) == (0, WIDTH):
            return self._roots[tile] if tile < len(self._roots) else tile_root(self._tiles[tile])
        if within + end - start <= WIDTH:
            content = self._tiles[tile][within * HASH_SIZE : (within + end - start) * HASH_SIZE]
            return merkle.root(list(hashes_of(content)))
        middle = start + merkle.split(end - start)
        return merkle.node_hash(self.subtree(start, middle), self.subtree(middle, end))
