"""The plan of shifts: who answers when, where nobody would, and nothing planned twice."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from hotline.lines.models import Line, Shift
from hotline.lines.shifts import gaps_on, moment, uncovered
from hotline.people.roles import Role
from tests.hotline.factories import make_line
from tests.hotline.people.factories import make_person, signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
IMPOSSIBLE: list[dict[str, object]] = [
    {"begins": "11:00", "ends": "13:00"},
    {"begins": "08:00", "ends": "09:01"},
    {"begins": "09:00", "ends": "09:00"},
    {"begins": "08:00", "ends": "23:00"},
    {"day": date(2020, 1, 1)},
    {"day": "", "begins": "x"},
]
WEEKDAYS = [(day, "09:00", "15:00") for day in range(5)]


def a_monday() -> date:
    """Give a Monday ahead without a holiday in its week."""
    day = timezone.localdate().replace(month=9, day=14) + timedelta(days=365)
    return day - timedelta(days=day.weekday())


@pytest.fixture(scope="module")
def the_line(world: World) -> Line:
    return world.make(lambda: make_line(mode="hours", hours=WEEKDAYS))


@pytest.fixture
def line(the_line: Line) -> Line:
    return copied(the_line)


@pytest.fixture(scope="module")
def alices_account(world: World) -> User:
    return world.make(lambda: make_person("alice"))


@pytest.fixture
def alice(alices_account: User) -> User:
    return copied(alices_account)


@pytest.fixture(scope="module")
def sams_window(world: World) -> Client:
    return world.make(lambda: signed_in("sam", Role.SUPERVISOR))


@pytest.fixture
def supervisor(sams_window: Client, line: Line, alice: User) -> Client:
    return copied(sams_window)


def a_shift(alice: User, line: Line, **changed: object) -> dict[str, object]:
    values = {"person": alice.pk, "line": line.pk, "day": a_monday(), "begins": "09:00", "ends": "12:00"}
    return values | {"client_id": uuid.uuid4()} | changed


def test_a_shift_is_planned_once_and_covers_its_hours(supervisor: Client, alice: User, line: Line) -> None:
    form = a_shift(alice, line)
    for _press in range(2):
        assert supervisor.post("/shifts/add/", form).status_code == 302
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (moment(a_monday(), time(9)), moment(a_monday(), time(12)))
    gap = gaps_on(a_monday())[0]
    assert (gap.starts_at, gap.ends_at) == (moment(a_monday(), time(12)), moment(a_monday(), time(15)))
    assert Entry.objects.filter(action="shift:shift:planned").count() == 1


def test_what_cannot_be_is_refused_and_changes_nothing(supervisor: Client, alice: User, line: Line) -> None:
    supervisor.post("/shifts/add/", a_shift(alice, line))
    for changed in IMPOSSIBLE:
        answer = supervisor.post("/shifts/add/", a_shift(alice, line, **changed))
        assert (answer.status_code, Shift.objects.count()) == (200, 1), changed


def test_a_shift_past_midnight_ends_the_next_day(supervisor: Client, alice: User, line: Line) -> None:
    supervisor.post("/shifts/add/", a_shift(alice, line, begins="22:00", ends="02:00"))
    assert Shift.objects.get().ends_at == moment(a_monday() + timedelta(days=1), time(2))


def test_a_cancelled_shift_leaves_a_gap_and_its_hours_free(
    supervisor: Client, alice: User, line: Line
) -> None:
    supervisor.post("/shifts/add/", a_shift(alice, line, ends="15:00"))
    assert gaps_on(a_monday()) == []
    shift = Shift.objects.get()
    for _press in range(2):
        assert supervisor.post(f"/shifts/{shift.pk}/cancel/").status_code == 302
    assert len(gaps_on(a_monday())) == 1
    assert Entry.objects.filter(action="shift:shift:cancelled").count() == 1
    assert supervisor.post("/shifts/add/", a_shift(alice, line)).status_code == 302


def test_a_counsellor_reads_the_plan_and_does_not_change_it(line: Line) -> None:
    bob = signed_in("bob", Role.COUNSELLOR)
    page = bob.get(f"/shifts/?day={a_monday()}").content.decode()
    assert page.count("Ingen planerad") == 5
    assert "/shifts/add/" not in page
    assert bob.post("/shifts/add/", {}).status_code == 403


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_a_day_that_is_none_is_no_page(supervisor: Client, day: str) -> None:
    assert supervisor.get(f"/shifts/?day={day}").status_code == 404


def test_what_is_left_uncovered_is_exactly_the_rest() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 9, 14, hour, tzinfo=UTC)

    assert uncovered(at(9), at(15), []) == [(at(9), at(15))]
    assert uncovered(at(9), at(15), [(at(8), at(16))]) == []
    assert uncovered(at(9), at(15), [(at(13), at(14)), (at(8), at(10)), (at(9), at(11))]) == [
        (at(11), at(13)),
        (at(14), at(15)),
    ]
    assert uncovered(at(9), at(15), [(at(16), at(17))]) == [(at(9), at(15))]
