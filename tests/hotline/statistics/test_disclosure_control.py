"""What may be shown of a table about persons, seen with the eyes of somebody who subtracts."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.statistics.disclosure_control import (
    may_be_subtracted,
    protect_cells,
    protect_grid,
    protect_line,
    protect_parts,
    threshold,
)

SMALLEST = 5
# Small counts are as likely as all others together.
count_of_few, count_of_some = (
    st.sampled_from([*range(8)] * 8 + [*range(61)]),
    st.sampled_from([*range(7)] * 4 + [*range(31)]),
)
counts = st.dictionaries(st.integers(0, 12), count_of_few, max_size=12)
grids = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        count_of_some,
        min_size=size[0] * size[1],
        max_size=size[0] * size[1],
    ).map(lambda values: dict(zip(product(range(size[0]), range(size[1])), values, strict=True)))
)


@given(counts)
def test_no_count_below_the_threshold_is_shown(line: dict[int, int]) -> None:
    for protect in (protect_line, protect_cells):
        shown = protect(line, smallest=SMALLEST)
        assert all(each is None or each >= SMALLEST for each in shown.values())
        assert all(shown[key] in (None, count) for key, count in line.items())


@given(counts)
def test_no_difference_from_a_known_total_is_below_the_threshold(line: dict[int, int]) -> None:
    shown = protect_line(line, smallest=SMALLEST)
    difference = sum(line.values()) - sum(each for each in shown.values() if each is not None)
    withheld = [key for key, each in shown.items() if each is None]
    if any(each is not None for each in shown.values()) and withheld:
        assert difference >= SMALLEST - 1
        assert len(withheld) >= 2


@settings(max_examples=150)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_whoever_knows_total_and_rules_cannot_narrow_a_count_below_five_values(line: list[int]) -> None:
    """Try every table with the same total: each withheld count must have five possible values."""
    mine = dict(enumerate(line))
    shown = protect_line(mine, smallest=SMALLEST)
    if all(each is None for each in shown.values()):
        return  # nothing is shown, so nothing beside the total, which is operational, is known
    hidden = [key for key, each in shown.items() if each is None]
    total = sum(mine[key] for key in hidden)
    possible = [
        values
        for values in of_the_same_sum(total, len(hidden))
        if protect_line(mine | dict(zip(hidden, values, strict=True)), smallest=SMALLEST) == shown
    ]
    for place in range(len(hidden)):
        assert len({values[place] for values in possible}) >= SMALLEST


def of_the_same_sum(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """Give every way to write a total as a sum of so many counts."""
    if not places:
        if not total:
            yield ()
        return
    for first in range(total + 1) if places > 1 else (total,):
        for others in of_the_same_sum(total - first, places - 1):
            yield (first, *others)


def test_a_zero_looks_like_any_small_count() -> None:
    line = {"a": 0, "b": 1, "c": 4, "d": 30}
    assert protect_line(line, smallest=5) == {"a": None, "b": None, "c": None, "d": 30}


def test_a_single_small_count_takes_the_last_shown_one_with_it() -> None:
    assert protect_line({"a": 2, "b": 30, "c": 8}, smallest=5) == {"a": None, "b": 30, "c": None}


def test_two_counts_that_must_both_be_four_are_not_left_alone() -> None:
    assert protect_line({"a": 4, "b": 4, "c": 30, "d": 9}, smallest=5)["d"] is None


def test_zeros_that_must_be_zeros_are_not_left_alone() -> None:
    assert protect_line({"a": 0, "b": 0, "c": 0, "d": 30, "e": 9}, smallest=5)["e"] is None


@given(grids)
def test_no_line_of_a_table_with_margins_can_be_solved(grid: dict[tuple[int, int], int]) -> None:
    rows, columns = margins(grid, 0), margins(grid, 1)
    shown_rows, shown_columns = (
        protect_line(rows, smallest=SMALLEST),
        protect_line(columns, smallest=SMALLEST),
    )
    shown = protect_grid(grid, rows=shown_rows, columns=shown_columns, smallest=SMALLEST)
    assert all(each is None or each >= SMALLEST for each in shown.values())
    for side, margin in ((0, shown_rows), (1, shown_columns)):
        for key, whole in margin.items():
            line = {cell: shown[cell] for cell in grid if cell[side] == key}
            assert not can_be_solved(grid, line, whole)


@given(grids)
def test_where_contacts_count_in_several_columns_only_columns_have_totals(
    grid: dict[tuple[int, int], int],
) -> None:
    rows = protect_line(margins(grid, 0), smallest=SMALLEST)
    columns = protect_cells(margins(grid, 1), smallest=SMALLEST)
    shown = protect_grid(grid, rows=rows, columns=columns, smallest=SMALLEST, rows_add_up=False)
    for key, whole in columns.items():
        assert not can_be_solved(grid, {cell: shown[cell] for cell in grid if cell[1] == key}, whole)


@given(st.one_of(st.integers(0, 4), st.integers(5, 40)), st.booleans())
def test_the_only_part_of_a_whole_shares_its_fate(count: int, whole_is_shown: bool) -> None:
    whole = count if whole_is_shown and count >= SMALLEST else None
    assert protect_parts({"0980": count}, whole=whole, smallest=SMALLEST) == {"0980": whole}


def test_parts_of_a_withheld_whole_never_tell_it() -> None:
    assert protect_parts({"a": 6, "b": 7}, whole=None, smallest=5) == {"a": None, "b": None}
    assert protect_parts({"a": 6, "b": 7, "c": 9}, whole=None, smallest=5) == {"a": 6, "b": None, "c": None}


@pytest.mark.parametrize(("wished", "kept"), [(None, 5), (0, 5), (4, 5), (5, 5), (10, 10)])
def test_the_threshold_can_only_be_raised(wished: int | None, kept: int, settings: object) -> None:
    if wished is not None:
        settings.STATISTICS_THRESHOLD = wished  # type: ignore[attr-defined]
    assert threshold() == kept


def margins(grid: dict[tuple[int, int], int], side: int) -> dict[int, int]:
    keys = {cell[side] for cell in grid}
    return {key: sum(count for cell, count in grid.items() if cell[side] == key) for key in keys}


def can_be_solved(
    grid: dict[tuple[int, int], int], line: dict[tuple[int, int], int | None], whole: int | None
) -> bool:
    """Tell whether subtraction within one line gives a withheld count, or a withheld total, away."""
    hidden = [grid[cell] for cell, each in line.items() if each is None]
    last = list(line.values())[-1] is None
    if len(hidden) == len(line):
        return False
    if whole is None:
        return len(hidden) < 2
    return bool(hidden) and (
        len(hidden) < 2 or not may_be_subtracted(hidden, smallest=SMALLEST, one_may_be_large=last)
    )
