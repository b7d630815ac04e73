"""The tree as the database holds it: leaf hashes read tile by tile."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Max, Min

from audit.merkle import HASH_SIZE
from audit.models import Leaf
from audit.tiles import WIDTH, TiledTree, tile_root

_TILES_AT_A_TIME = 256
_TILES_QUERY = """
SELECT string_agg(hash, ''::bytea ORDER BY index), (index - %s) / 256 AS tile FROM audit_leaf
WHERE generation = %s AND index >= %s AND index < %s GROUP BY tile ORDER BY tile
"""


class LeavesMissing(RuntimeError):
    """The sealed leaves in the database are not numbered without a gap."""


@dataclass(frozen=True)
class Extent:
    """Which indexes the leaves of one generation have in the database."""

    generation: int
    first: int
    size: int


def newest_generation() -> int:
    """Give the newest generation that has a leaf; 0 where nothing was sealed."""
    newest = Leaf.objects.order_by("-index").values_list("generation", flat=True).first()
    return newest or 0


def extent(generation: int, *, first: int, known: int = 0) -> Extent:
    """Count the leaves of a generation, which must be numbered from `first` on without a gap.

    The first `known` of them were counted before and are not counted again.

    Errors: LeavesMissing.
    """
    leaves = Leaf.objects.filter(generation=generation, index__gte=first + known)
    found = leaves.aggregate(count=Count("index"), least=Min("index"), most=Max("index"))
    size = known + found["count"]
    if found["count"] and (found["least"], found["most"]) != (first + known, first + size - 1):
        raise LeavesMissing
    return Extent(generation=generation, first=first, size=size)


def tiles(found: Extent, *, begin: int = 0) -> Iterator[bytes]:
    """Read the tiles of a generation from number `begin` on, the last one as full as it is.

    Errors: LeavesMissing where one inside is not full.
    """
    whole = -(-found.size // WIDTH)
    for chunk in range(begin, whole, _TILES_AT_A_TIME):
        numbers = range(chunk, min(chunk + _TILES_AT_A_TIME, whole))
        ends = found.first + numbers.start * WIDTH, found.first + min(numbers.stop * WIDTH, found.size)
        with connection.cursor() as cursor:
            cursor.execute(_TILES_QUERY, [found.first, found.generation, *ends])
            content = {number: bytes(hashes) for hashes, number in cursor.fetchall()}
        for number in numbers:
            tile = content.get(number, b"")
            if len(tile) != min(WIDTH, found.size - number * WIDTH) * HASH_SIZE:
                raise LeavesMissing
            yield tile


@dataclass
class StoredTree:
    """A generation's tree, which remembers the roots of full tiles between one look at the database and the next."""

    generation: int
    size: int = 0
    roots: list[bytes] = field(default_factory=list)
    tail: dict[int, bytes] = field(default_factory=dict)

    def load(self, found: Extent, *, keep_from: int) -> None:
        """Read what is new, keeping the content of tiles from the one that holds leaf `keep_from` on."""
        kept = keep_from // WIDTH
        del self.roots[kept:]
        self.tail = {}
        for number, tile in enumerate(tiles(found, begin=len(self.roots)), start=len(self.roots)):
            if number >= kept:
                self.tail[number] = tile
            else:
                self.roots.append(tile_root(tile))
        self.size = found.size

    def root(self, size: int | None = None) -> bytes:
        """Give the root of the whole tree, or of the tree when it had this size."""
        return TiledTree(self.roots, self.tail).root(self.size if size is None else size)
