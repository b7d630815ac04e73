from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clock.ladder import PATIENCE, Rung, due_on
from referrals.clock.working_days import add_working_days, is_working_day, working_days_between
from referrals.referral.states import LIVE

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve is a holiday in fact, then a weekend
        (date(2026, 12, 30), 1, date(2027, 1, 4)),  # New Year's Eve too
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 6, 18), 1, date(2026, 6, 22)),  # Midsummer Eve
        (date(2026, 1, 5), 1, date(2026, 1, 7)),  # Epiphany on a Tuesday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # an ordinary weekend
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_the_clock_stands_still_on_holidays_and_eves(start: date, count: int, expected: date) -> None:
    assert add_working_days(start, count) == expected


@given(DAYS, st.integers(1, 40))
def test_a_day_that_is_reached_is_a_working_day_that_many_later(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working_day(end)
    assert working_days_between(start, end) == count


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 1)) == 0


def test_every_live_state_has_its_patience() -> None:
    assert set(PATIENCE) == {state.value for state in LIVE}


@given(st.sampled_from(sorted(PATIENCE)), DAYS, st.sampled_from(Rung))
def test_an_acute_referral_never_waits_longer_than_one_working_day(
    state: str, today: date, rung: Rung
) -> None:
    assert due_on(state, today=today, acute=True, rung=rung) == add_working_days(today, 1)
