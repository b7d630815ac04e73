"""Figures about persons, protected before anyone sees them: which counts of a fixed table may be shown.

Three rules, for every table:

1. A count below the threshold is withheld, and so is a zero: were zeros shown, a withheld count would have fewer
   possible values than the threshold asks for, and "nobody here" is itself something said about a few persons.
2. Whoever knows a total subtracts what is shown. So the withheld counts of every line with a known total are
   several and together leave each of them as many possible values as the threshold; where they do not, the last
   shown count of the line is withheld as well. The last, not the smallest: the order of a line is fixed, so that the
   choice says nothing about the count (and "not stated" is the first to go).
3. A count that stands for the same persons as another (a county with a single municipality) shares its fate.

This is not protection against somebody who solves all published tables together; the decision says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

from django.conf import settings

LOWEST_THRESHOLD: Final = 5

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)


def threshold() -> int:
    """Give the smallest count that may be shown: configurable upwards, never below five."""
    return max(LOWEST_THRESHOLD, int(getattr(settings, "STATISTICS_THRESHOLD", LOWEST_THRESHOLD)))


def protect_cells(counts: Mapping[K, int], *, smallest: int) -> dict[K, int | None]:
    """Protect counts that add up to nothing, because one contact may be in several; withheld becomes None."""
    return {key: None if count < smallest else count for key, count in counts.items()}


def protect_line(counts: Mapping[K, int], *, smallest: int) -> dict[K, int | None]:
    """Protect counts whose total is known to the reader; what is withheld becomes None."""
    withheld = {key for key, count in counts.items() if count < smallest}
    _withhold_until_safe(counts, withheld, smallest=smallest, total_is_known=True)
    return {key: None if key in withheld else count for key, count in counts.items()}


def protect_whole_line(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Protect, by the house's own threshold, counts whose total is known to the reader."""
    return protect_line(counts, smallest=threshold())


def protect_grid(
    counts: Mapping[tuple[R, C], int],
    *,
    rows: Mapping[R, int | None],
    columns: Mapping[C, int | None],
    smallest: int,
    rows_add_up: bool = True,
) -> dict[tuple[R, C], int | None]:
    """Protect the inside of a table whose margins were protected first and stand as they are.

    `rows_add_up` is False where one contact may count in several columns, so that a row has no total to subtract from.
    """
    withheld = {cell for cell, count in counts.items() if count < smallest}
    lines = [({c: counts[c] for c in counts if c[1] == column}, shown) for column, shown in columns.items()]
    if rows_add_up:
        lines += [({c: counts[c] for c in counts if c[0] == row}, shown) for row, shown in rows.items()]
    before = -1
    while before != len(withheld):
        before = len(withheld)
        for line, margin in lines:
            _protect_within(line, margin, withheld, smallest)
    return {cell: None if cell in withheld else count for cell, count in counts.items()}


def protect_parts(counts: Mapping[K, int], *, whole: int | None, smallest: int) -> dict[K, int | None]:
    """Protect the parts of one protected count, such as the municipalities of a county."""
    withheld = {key for key, count in counts.items() if count < smallest}
    _protect_within(counts, whole, withheld, smallest)
    return {key: None if key in withheld else count for key, count in counts.items()}


def may_be_subtracted(counts: Iterable[int], *, smallest: int, one_may_be_large: bool = False) -> bool:
    """Tell whether the sum of these withheld counts may become known without giving one of them away.

    It may when each can still be 0, 1, … `smallest` − 1: while all are small, or beside one that is not. The answer
    depends on nothing but what the reader has anyway, number, sum and order, so that knowing this rule does not help.
    """
    hidden = list(counts)
    total, others, largest_small = sum(hidden), len(hidden) - 1, smallest - 1
    if others < 1:
        return not hidden
    if one_may_be_large and total >= largest_small + smallest:
        return True
    return largest_small <= total <= others * largest_small


def _protect_within(line: Mapping[K, int], margin: int | None, withheld: set[K], smallest: int) -> None:
    if len(line) == 1:
        if margin is None:
            withheld.update(line)
        return
    _withhold_until_safe(line, withheld, smallest=smallest, total_is_known=margin is not None)


def _withhold_until_safe(
    line: Mapping[K, int], withheld: set[K], *, smallest: int, total_is_known: bool
) -> None:
    """Withhold from the end of the line; only what stands behind the last shown count can therefore be large."""
    keys = list(line)
    while len(withheld & line.keys()) < len(keys):
        hidden = [line[key] for key in keys if key in withheld]
        if total_is_known and may_be_subtracted(
            hidden, smallest=smallest, one_may_be_large=keys[-1] in withheld
        ):
            return
        if not total_is_known and len(hidden) > 1:
            return
        withheld.add(next(key for key in reversed(keys) if key not in withheld))
