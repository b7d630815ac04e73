"""The country as equal tiles: where each municipality stands on the coverage map, and where its county ends."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from referrals.directory.queries import Coverage

DATA = Path(__file__).parent / "data" / "tiles.csv"
SIDE = 24
"""Units of a tile's side: at 360 pixels' width a tile is as large as a finger needs."""
MARGIN = 1
LETTERS = 3
Cell = tuple[int, int]


@dataclass(frozen=True)
class Tile:
    """A municipality's tile, in units of the drawing."""

    row: Coverage
    x: int
    y: int

    @property
    def letters(self) -> str:
        """The first letters of the name."""
        return self.row.municipality.name[:LETTERS]


@dataclass(frozen=True)
class CoverageMap:
    """The drawing: its size, its tiles, and the lines between counties as the `d` of a path."""

    width: int
    height: int
    tiles: list[Tile]
    borders: str


def draw(rows: Iterable[Coverage]) -> CoverageMap:
    """Lay the municipalities out; none is left out, as a test keeps."""
    cells = places()
    across, down = (max(cell[axis] for cell in cells.values()) + 1 for axis in (0, 1))
    tiles = [
        Tile(row, cells[code][0] * SIDE + MARGIN, cells[code][1] * SIDE + MARGIN)
        for row in rows
        if (code := row.municipality.pk) in cells
    ]
    return CoverageMap(across * SIDE + 2 * MARGIN, down * SIDE + 2 * MARGIN, tiles, _borders())


@cache
def places() -> dict[str, Cell]:
    """Give each municipality's column and row."""
    with DATA.open(encoding="utf-8") as file:
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


@cache
def _borders() -> str:
    counties = {cell: code[:2] for code, cell in places().items()}
    return "".join(line for cell in counties for line in _edges(cell, counties))


def _edges(cell: Cell, counties: dict[Cell, str]) -> Iterator[str]:
    """Give the lines on the right and below where another county's tile begins."""
    column, row = cell
    x, y = column * SIDE + MARGIN, row * SIDE + MARGIN
    if counties.get((column + 1, row), counties[cell]) != counties[cell]:
        yield f"M{x + SIDE} {y}v{SIDE}"
    if counties.get((column, row + 1), counties[cell]) != counties[cell]:
        yield f"M{x} {y + SIDE}h{SIDE}"
