"""Periods in Swedish days, also on the nights when the clock changes."""

from datetime import UTC, date, datetime, timedelta

from hotline.statistics.periods import Period, PeriodChoice, period_of, whole_months

SUNDAY = date(2026, 11, 22)


def test_a_period_ends_today_and_counts_today() -> None:
    assert period_of(PeriodChoice.WEEK, today=SUNDAY) == Period(date(2026, 11, 16), SUNDAY)
    assert len(period_of(PeriodChoice.QUARTER, today=SUNDAY).days) == 90
    assert period_of(PeriodChoice.THIS_MONTH, today=SUNDAY).first_day == date(2026, 11, 1)


def test_the_day_the_clock_goes_back_has_twenty_five_hours() -> None:
    day = Period(date(2026, 10, 25), date(2026, 10, 25))
    assert day.begin == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert day.end.astimezone(UTC) - day.begin.astimezone(UTC) == timedelta(hours=25)


def test_many_days_are_shown_in_weeks_that_cover_each_day_once() -> None:
    period = period_of(PeriodChoice.QUARTER, today=SUNDAY)
    assert [day for step in period.steps for day in step.days] == period.days
    assert len(period.steps) == 13
    assert len(period.steps[-1].days) == 7


def test_the_month_under_way_is_no_whole_month() -> None:
    months = whole_months(today=date(2026, 1, 31), count=3)
    assert [str(month.first_day) for month in months] == ["2025-10-01", "2025-11-01", "2025-12-01"]
    assert months[-1].last_day == date(2025, 12, 31)
