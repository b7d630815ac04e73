"""Derive where each municipality's tile stands on the coverage map from the outlines in `cases/coded/data/`.

Run by hand when the outlines change: `python referrals/directory/generate_tiles.py`. The file it writes into
`referrals/directory/data/` is committed. All tiles are equally large, as all municipalities count alike: the places
are spread until they are equally dense, and each is given the free cell of a grid that it lies nearest to, so that all
ways together are as short as possible (the Hungarian method).
"""

import csv
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

OUTLINES = Path("cases/coded/data/outlines.csv")
TILES = Path("referrals/directory/data/tiles.csv")
WEST, BREADTH = 1842, 3141  # of the outlines, in their units
NEIGHBOURS = 22
NARROW, WIDE, NORTH = 5.5, 12, 0.35
"""Tiles across at the northern end and from where the first third of the municipalities lies behind."""
SPARE = 1.06
REACH = range(-2, 3)
Point = tuple[float, float]
Cell = tuple[int, int]


def main() -> None:
    """Write tiles.csv."""
    with OUTLINES.open(encoding="utf-8") as file:
        centres = {row["code"]: _centre(row["path"]) for row in csv.DictReader(file)}
    places = _spread(centres)
    tiles = _settle(places, _cells(list(places.values())))
    left, top = (min(tile[axis] for tile in tiles.values()) for axis in (0, 1))
    with TILES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "column", "row"))
        writer.writerows((code, x - left, y - top) for code, (x, y) in sorted(tiles.items()))


def _centre(path: str) -> Point:
    """Give the centroid of the largest ring of an outline."""
    _area, centre = max(map(_moments, filter(None, path.split("Z"))))
    return centre


def _moments(ring: str) -> tuple[float, Point]:
    corners = [(int(x), int(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", ring)]
    area = east = north = 0
    for (x, y), (next_x, next_y) in zip(corners, corners[1:] + corners[:1], strict=True):
        cross = x * next_y - next_x * y
        area, east, north = area + cross, east + (x + next_x) * cross, north + (y + next_y) * cross
    return abs(area), (east / 3 / (area or 1), north / 3 / (area or 1))


def _spread(centres: dict[str, Point]) -> dict[str, Point]:
    """Give places about one unit apart: east by rank among those at the same height, south by how many fit a row."""
    southwards = sorted(centres, key=lambda code: centres[code][1])
    places, south = {}, 0.0
    for rank, code in enumerate(southwards):
        near = [centres[each][0] for each in southwards[max(0, rank - NEIGHBOURS) : rank + NEIGHBOURS + 1]]
        share = sum(east < centres[code][0] for east in near) / len(near)
        across = NARROW + (WIDE - NARROW) * min(1, rank / len(southwards) / NORTH)
        middle = (sum(near) / len(near) - WEST) / BREADTH * (WIDE + 1) * 0.55 + (WIDE + 1) * 0.225
        south += 1 / across
        places[code] = (middle + (share - 0.5) * across, south)
    return places


def _cells(places: list[Point]) -> list[Cell]:
    """Give the grid's cells nearest to the places, a few more than are needed."""
    cells = {(round(x) + east, round(y) + south) for x, y in places for east in REACH for south in REACH}
    nearest = sorted(sorted(cells), key=lambda cell: min(_way(place, cell) for place in places))
    return nearest[: int(len(places) * SPARE)]


def _way(place: Point, cell: Cell) -> float:
    return (place[0] - cell[0]) ** 2 + (place[1] - cell[1]) ** 2


def _settle(places: dict[str, Point], cells: list[Cell]) -> dict[str, Cell]:
    costs = [[_way(place, cell) for cell in cells] for place in places.values()]
    seats = _assign(costs)
    return {code: cells[seat] for code, seat in zip(places, seats, strict=True)}


def _assign(costs: list[list[float]]) -> list[int]:
    """Give each row a column of its own so that the sum is the least (Kuhn 1955, with potentials)."""
    rows, columns = len(costs), len(costs[0])
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    taken_by, before = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        taken_by[0], at = row, 0
        least, seen = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while taken_by[at]:
            seen[at], holder = True, taken_by[at]
            for column in (each for each in range(1, columns + 1) if not seen[each]):
                price = costs[holder - 1][column - 1] - row_price[holder] - column_price[column]
                if price < least[column]:
                    least[column], before[column] = price, at
            at, step = min(
                ((each, least[each]) for each in range(1, columns + 1) if not seen[each]),
                key=lambda found: found[1],
            )
            for column in range(columns + 1):
                if seen[column]:
                    row_price[taken_by[column]] += step
                    column_price[column] -= step
                else:
                    least[column] -= step
        while at:
            taken_by[at], at = taken_by[before[at]], before[at]
    return [
        seat - 1
        for _row, seat in sorted((taken_by[each], each) for each in range(1, columns + 1) if taken_by[each])
    ]


if __name__ == "__main__":
    main()
