"""What a figure is made of: a share with its interval, and a spread with its number of observations."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""The standard normal quantile that leaves 2.5 % above it."""


class Interval(NamedTuple):
    """Two shares between 0 and 1."""

    low: float
    high: float


def wilson(count: int, base: int) -> Interval:
    """Give the 95 % score interval of a share (Wilson 1927); with no base, anything is possible."""
    if base == 0:
        return Interval(0.0, 1.0)
    share, square = count / base, Z_95**2
    centre = share + square / (2 * base)
    reach = Z_95 * sqrt(share * (1 - share) / base + square / (4 * base**2))
    whole = 1 + square / base
    low = 0.0 if count == 0 else (centre - reach) / whole
    high = 1.0 if count == base else (centre + reach) / whole
    return Interval(low, high)


@dataclass(frozen=True)
class Share:
    """So many of so many; never shown as a bare percentage."""

    count: int
    base: int

    @property
    def of_one(self) -> float | None:
        """The share between 0 and 1; nothing when there is no base."""
        return self.count / self.base if self.base else None

    @property
    def interval(self) -> Interval:
        """The shares that the count is compatible with."""
        return wilson(self.count, self.base)


@dataclass(frozen=True)
class Spread:
    """Median and 90th percentile of `n` observations, both interpolated; the unit is the asker's."""

    n: int
    median: float | None
    p90: float | None


NOTHING_OBSERVED = Spread(n=0, median=None, p90=None)


def percentile(ordered: list[float], share: float) -> float:
    """Interpolate between the two nearest of the ordered observations, as PostgreSQL's percentile_cont does."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def spread_of(observations: list[float]) -> Spread:
    """Summarise observations that were counted in Python."""
    if not observations:
        return NOTHING_OBSERVED
    ordered = sorted(observations)
    return Spread(n=len(ordered), median=percentile(ordered, 0.5), p90=percentile(ordered, 0.9))
