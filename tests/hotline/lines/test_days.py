"""The coming days: holidays by name, eves, closures, the change of clocks, and until when a line stays as it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from hotline.lines.days import Day, days_ahead, now_and_next
from hotline.lines.hours import plan_of
from hotline.lines.models import Closure
from tests.hotline.factories import make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OFFICE_HOURS = [(day, "09:00", "15:00") for day in range(5)]


def day_of(day: date, *, mode: str = "hours") -> Day:
    line = make_line(mode=mode, hours=OFFICE_HOURS)
    return days_ahead(plan_of(line), first=day, count=1)[0]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 31), "Nyårsafton"),
        (date(2027, 6, 25), "Midsommarafton"),
        (date(2027, 1, 6), "Trettondedag jul"),
    ],
)
def test_holidays_and_eves_are_named_and_closed(day: date, name: str) -> None:
    with override("sv"):
        found = day_of(day)
    assert found.holiday == name
    assert not found.is_open


def test_holidays_are_named_in_the_readers_language() -> None:
    with override("en"):
        assert day_of(date(2026, 12, 24)).holiday == "Christmas Eve"


def test_a_line_open_round_the_clock_is_open_23_hours_when_the_clock_goes_forward() -> None:
    found = day_of(date(2027, 3, 28), mode="always")
    assert (found.length, found.loses_an_hour) == ("23:00", True)


def test_a_line_open_round_the_clock_is_open_25_hours_when_the_clock_goes_back() -> None:
    found = day_of(date(2026, 10, 25), mode="always")
    assert (found.length, found.gains_an_hour) == ("25:00", True)


def test_closures_close_and_give_their_reason() -> None:
    Closure.objects.create(first_day=date(2026, 11, 24), last_day=date(2026, 11, 25), reason="Flytt")
    found = day_of(date(2026, 11, 25))
    assert (found.is_open, list(found.closures)) == (False, ["Flytt"])


@pytest.mark.parametrize(
    ("at", "is_open", "until"),
    [
        ("2026-11-23T08:59:00+01:00", False, "2026-11-23T09:00:00+01:00"),
        ("2026-11-23T09:00:00+01:00", True, "2026-11-23T15:00:00+01:00"),
        ("2026-11-27T15:00:00+01:00", False, "2026-11-30T09:00:00+01:00"),
        ("2026-12-23T16:00:00+01:00", False, "2026-12-28T09:00:00+01:00"),
    ],
)
def test_a_line_knows_until_when_it_stays_open_or_closed(at: str, is_open: bool, until: str) -> None:
    plan = plan_of(make_line(mode="hours", hours=OFFICE_HOURS))
    now = now_and_next(plan, moment(at))
    assert (now.is_open, now.until) == (is_open, moment(until))


def test_hours_that_meet_at_midnight_are_one_stretch() -> None:
    plan = plan_of(make_line(mode="hours", hours=[(0, "18:00", "00:00"), (1, "00:00", "06:00")]))
    now = now_and_next(plan, moment("2026-11-23T20:00:00+01:00"))
    assert now.until == moment("2026-11-24T06:00:00+01:00")


@pytest.mark.parametrize(("mode", "is_open"), [("always", True), ("closed", False)])
def test_a_line_without_an_end_in_sight_names_none(mode: str, is_open: bool) -> None:
    now = now_and_next(plan_of(make_line(mode=mode)), moment("2026-11-23T20:00:00+01:00"))
    assert (now.is_open, now.until) == (is_open, None)


def test_a_closure_ends_what_is_open_round_the_clock() -> None:
    line = make_line(mode="always")
    monday = date(2026, 11, 23)
    Closure.objects.create(
        line=line, first_day=monday + timedelta(days=2), last_day=monday + timedelta(days=2)
    )
    now = now_and_next(plan_of(line), moment("2026-11-23T20:00:00+01:00"))
    assert now.until == moment("2026-11-25T00:00:00+01:00")
