"""When a line is open, through holidays, closures and the two nights that have another length."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from hotline.lines.hours import LinePlan, call_back_expires, find_plan, has_closed_since, is_open
from hotline.lines.models import Closure, Prompt
from tests.hotline.factories import LINE_NUMBER, make_line

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WEEKDAYS = tuple((day, time(9), time(15)) for day in range(5))


def plan(mode: str = "hours", **facts: object) -> LinePlan:
    given: dict[str, object] = {"hours": WEEKDAYS, "closed_on_holidays": True} | facts
    return LinePlan(id=uuid4(), number=LINE_NUMBER, language="sv", mode=mode, **given)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 08:59:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 14:59:59", True),
        ("2026-11-23 15:00", False),
        ("2026-11-22 12:00", False),
    ],
)
def test_a_stretch_includes_its_start_and_not_its_end(moment: str, *, expected: bool) -> None:
    assert is_open(plan(), at(moment)) is expected


@pytest.mark.parametrize(
    "day", ["2026-06-19", "2026-12-24", "2026-12-31", "2027-01-06", "2026-05-14", "2026-04-03"]
)
def test_holidays_and_the_three_eves_are_closed(day: str) -> None:
    assert not is_open(plan(), at(f"{day} 12:00"))
    assert is_open(plan(closed_on_holidays=False), at(f"{day} 12:00"))


def test_the_line_round_the_clock_knows_no_holidays_but_closures() -> None:
    assert is_open(plan("always"), at("2026-12-24 03:00"))
    closed = plan("always", closures=((date(2026, 12, 24), date(2026, 12, 25)),))
    assert not is_open(closed, at("2026-12-24 00:00"))
    assert not is_open(closed, at("2026-12-25 23:59"))
    assert is_open(closed, at("2026-12-26 00:00"))


def test_the_closed_line_is_closed() -> None:
    assert not is_open(plan("closed"), at("2026-11-23 12:00"))


def test_hours_are_the_clock_on_the_wall_on_either_side_of_the_change() -> None:
    all_days = plan(hours=tuple((day, time(9), time(15)) for day in range(7)), closed_on_holidays=False)
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
            opening = datetime.combine(day, time(9), tzinfo=STOCKHOLM)
            assert is_open(all_days, opening)
            assert not is_open(all_days, opening - timedelta(seconds=1))


def test_the_hour_that_comes_twice_is_open_both_times() -> None:
    night = plan(hours=((6, time(2), time(3)),), closed_on_holidays=False)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1)
    assert first.timestamp() != second.timestamp()
    assert is_open(night, first)
    assert is_open(night, second)


def test_a_stretch_to_midnight_lasts_to_midnight() -> None:
    late = plan(hours=((0, time(18), time(0)),))
    assert is_open(late, at("2026-11-23 23:59:59"))
    assert not is_open(late, at("2026-11-24 00:00"))


@pytest.mark.parametrize(
    ("asked", "expires"),
    [
        ("2026-11-23 10:00", "2026-11-25 15:00"),
        ("2026-11-27 10:00", "2026-12-01 15:00"),
        ("2026-12-23 10:00", "2026-12-29 15:00"),
        ("2026-04-01 10:00", "2026-04-07 15:00"),
    ],
)
def test_a_call_back_lives_to_the_end_of_the_second_opening_day(asked: str, expires: str) -> None:
    assert call_back_expires(plan(), at(asked)) == at(expires)


def test_a_call_back_never_lives_longer_than_a_week() -> None:
    one_day = plan(hours=((0, time(9), time(15)),))
    assert call_back_expires(one_day, at("2026-11-24 10:00")) == at("2026-12-01 10:00")
    assert call_back_expires(plan("closed"), at("2026-11-24 10:00")) == at("2026-12-01 10:00")


def test_round_the_clock_a_call_back_lives_to_the_midnight_after_the_second_day() -> None:
    assert call_back_expires(plan("always"), at("2026-11-23 10:00")) == at("2026-11-26 00:00")


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_plan_holds_the_lines_own_and_everybodys_closures() -> None:
    line = make_line(mode="hours", hours=[(0, "09:00", "15:00")])
    other = make_line("+4620100201")
    for closed, day in ((line, 1), (None, 2), (other, 3)):
        Closure.objects.create(line=closed, first_day=date(2026, 12, day), last_day=date(2026, 12, day))
    found = find_plan(LINE_NUMBER)
    assert found is not None
    assert found.hours == ((0, time(9), time(15)),)
    assert {first.day for first, _last in found.closures} == {1, 2}
    assert find_plan("+4620999999") is None
    assert find_plan("") is None


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_through_the_night_of_the_change_a_late_stretch_closes_by_the_wall(change: date) -> None:
    evening = (change - timedelta(days=1)).weekday()
    night = plan(
        hours=((evening, time(18), time(0)), (change.weekday(), time(0), time(4))), closed_on_holidays=False
    )
    since = datetime.combine(change - timedelta(days=1), time(19), tzinfo=STOCKHOLM)
    end = datetime.combine(change, time(4), tzinfo=STOCKHOLM)
    lasted = end.astimezone(UTC) - since.astimezone(UTC)
    assert lasted == timedelta(hours=8 if change.month == 3 else 10)
    assert is_open(night, end.astimezone(UTC) - timedelta(seconds=1))
    assert not is_open(night, end)
    assert not has_closed_since(night, since, end.astimezone(UTC) - timedelta(seconds=1))
    assert has_closed_since(night, since, end)


def test_the_hour_that_never_comes_is_never_open() -> None:
    night = plan(hours=((6, time(2), time(3)),), closed_on_holidays=False)
    before = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    assert not any(is_open(night, before + timedelta(minutes=minute)) for minute in range(120))


@pytest.mark.parametrize(
    ("asked", "expires"), [("2026-03-27 10:00", "2026-03-31 15:00"), ("2026-10-23 10:00", "2026-10-27 15:00")]
)
def test_a_call_back_ends_at_closing_time_on_the_wall_after_the_change(asked: str, expires: str) -> None:
    assert call_back_expires(plan(), at(asked)) == at(expires)


@pytest.mark.parametrize(
    ("since", "moment", "closed"),
    [
        ("2026-11-23 09:00", "2026-11-23 14:59", False),
        ("2026-11-23 09:00", "2026-11-23 15:00", True),
        ("2026-11-23 07:00", "2026-11-23 08:00", False),
        ("2026-11-22 12:00", "2026-11-22 12:01", True),
        ("2026-12-23 09:00", "2026-12-24 10:00", True),
        ("2026-11-01 09:00", "2026-11-24 10:00", True),
    ],
)
def test_a_line_has_closed_once_a_stretch_has_ended(since: str, moment: str, *, closed: bool) -> None:
    assert has_closed_since(plan(), at(since), at(moment)) is closed


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_plan_is_read_in_one_trip_with_what_callers_hear(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    line = make_line(mode="hours", hours=[(0, "09:00", "12:00"), (0, "13:00", "00:00")])
    Closure.objects.create(first_day=date(2026, 12, 1), last_day=date(2026, 12, 1))
    Prompt.objects.create(line=line, slot="greeting", language="sv", text='Hej "du"')
    with django_assert_num_queries(1):
        found = find_plan(LINE_NUMBER)
    assert found is not None
    assert set(found.hours) == {(0, time(9), time(12)), (0, time(13), time(0))}
    assert found.wordings == (("greeting", "sv", 'Hej "du"', ""),)
    assert (found.languages, found.queue_at_most, found.wait_at_most_s) == (("sv",), 20, 180)
