"""Shares with their intervals and spreads, against published and independently computed values."""

import statistics
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.statistics.measures import Share, spread_of, wilson

KNOWN = [  # Newcombe 1998, table I, method 3: the score interval without continuity correction
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("count", "base", "low", "high"), KNOWN)
def test_the_interval_is_that_of_the_literature(count: int, base: int, low: float, high: float) -> None:
    found = wilson(count, base)
    assert isclose(found.low, low, abs_tol=0.00005)
    assert isclose(found.high, high, abs_tol=0.00005)


def test_without_a_base_anything_is_possible_and_no_share_is_claimed() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Share(0, 0).of_one is None


@given(st.integers(1, 500).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_the_interval_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, base = pair
    low, high = wilson(count, base)
    assert 0 <= low <= count / base <= high <= 1
    mirrored = wilson(base - count, base)
    assert isclose(low, 1 - mirrored.high, abs_tol=1e-12)


@given(st.lists(st.integers(0, 10_000), min_size=2))
def test_median_and_p90_agree_with_the_standard_library(observed: list[int]) -> None:
    found = spread_of([float(each) for each in observed])
    assert found.n == len(observed)
    assert found.median == pytest.approx(statistics.median(observed))
    assert found.p90 == pytest.approx(statistics.quantiles(observed, n=10, method="inclusive")[-1])


def test_nothing_observed_has_no_median() -> None:
    assert spread_of([]).n == 0
    assert spread_of([]).median is None
    assert spread_of([7.0]) == spread_of([7.0, 7.0]).__class__(n=1, median=7.0, p90=7.0)
