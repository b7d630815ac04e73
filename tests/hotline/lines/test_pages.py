"""The lines' pages: what an administrator sees, changes, and cannot change unseen."""

import re
import uuid
from datetime import time

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit.actions import Action
from audit.context import system_actor
from hotline.lines.models import Closure, Line, OpeningHours
from hotline.lines.services import Overlaps, add_hours, version_of
from hotline.people.roles import Role
from tests.hotline.factories import LINE_NUMBER, make_counsellor, make_line, on_duty, trail
from tests.hotline.people.factories import signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAGE = f"/lines/line/{LINE_NUMBER}/"
OFFICE_HOURS = [(day, "09:00", "15:00") for day in range(5)]


@pytest.fixture
def line() -> Line:
    return make_line(mode="hours", hours=OFFICE_HOURS)


@pytest.fixture(scope="module")
def window(world: World) -> Client:
    return world.make(lambda: signed_in("alice", Role.ADMINISTRATOR))


@pytest.fixture
def admin(window: Client) -> Client:
    return copied(window)


def form_of(line: Line, **changed: object) -> dict[str, object]:
    """Fill in the settings as the page shows them, with these changes."""
    shown = {
        "version": version_of(line),
        "name": line.name,
        "mode": line.mode,
        "language": line.language,
        "other_languages": line.other_languages,
        "ringing": line.ringing,
        "queue_at_most": line.queue_at_most,
        "wait_at_most_s": line.wait_at_most_s,
        "discreet_number": line.discreet_number,
    }
    ticked = {"closed_on_holidays": "on"} if line.closed_on_holidays else {}
    return shown | ticked | changed


def shown(client: Client, path: str = PAGE) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.SUPERVISOR, Role.AUDITOR])
def test_only_an_administrator_opens_the_lines(line: Line, role: str) -> None:
    charlie = signed_in("charlie", role)
    assert charlie.get("/lines/").status_code == 403
    assert charlie.post(f"{PAGE}settings/", form_of(line, name="Mine")).status_code == 403
    line.refresh_from_db()
    assert line.name != "Mine"


@pytest.mark.parametrize("lines", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_lines(
    admin: Client, django_assert_num_queries: DjangoAssertNumQueries, lines: int
) -> None:
    for last in range(lines):
        made = make_line(f"+4684650041{last}", mode="always")
        on_duty(make_counsellor(f"bob{last}"), made)
    with django_assert_num_queries(9):
        page = shown(admin, "/lines/")
    assert page.count("dygnet runt") >= lines
    assert page.count('<td class="number">1</td>') == lines


def test_an_open_line_without_anybody_on_duty_says_so(admin: Client) -> None:
    make_line(mode="always")
    assert "Öppen, ingen har jour" in shown(admin, "/lines/")


def test_a_new_line_starts_closed_and_a_second_press_adds_none(admin: Client) -> None:
    form = {"line": str(uuid.uuid4()), "number": "020-100 200", "name": "Stödtelefonen", "language": "sv"}
    for _press in range(2):
        assert admin.post("/lines/new/", form).headers["Location"] == PAGE
    assert Line.objects.get().mode == Line.Mode.CLOSED
    assert [action for action, _facts in trail(LINE_NUMBER)] == [Action.LINE_ADDED]


def test_a_number_that_is_taken_or_no_number_is_told_at_its_field(admin: Client, line: Line) -> None:
    form = {"line": str(uuid.uuid4()), "number": "020-100200", "name": "Again", "language": "sv"}
    taken = admin.post("/lines/new/", form).content.decode()
    wrong = admin.post("/lines/new/", form | {"number": "telefon"}).content.decode()
    assert 'href="#id_number"' in taken
    assert "data-focus-first" in wrong
    assert Line.objects.count() == 1


def test_settings_are_saved_and_recorded_with_what_they_were(admin: Client, line: Line) -> None:
    changed = {"ringing": "all", "wait_at_most_s": "240", "other_languages": ["sv", "en"]}
    assert admin.post(f"{PAGE}settings/", form_of(line, **changed)).status_code == 302
    line.refresh_from_db()
    assert (line.ringing, line.wait_at_most_s, line.other_languages) == ("all", 240, ["en"])
    assert trail(LINE_NUMBER) == [
        (
            Action.LINE_CHANGED,
            {"ringing": "longest_idle → all", "wait_at_most_s": "180 → 240", "other_languages": " → en"},
        )
    ]


def test_a_stale_form_says_so_and_changes_nothing(admin: Client, line: Line) -> None:
    stale = form_of(line, queue_at_most="5")
    admin.post(f"{PAGE}settings/", form_of(line, name="Bob's name"))
    answer = admin.post(f"{PAGE}settings/", stale).content.decode()
    line.refresh_from_db()
    assert (line.name, line.queue_at_most) == ("Bob's name", 20)
    assert "data-focus-first" in answer
    assert len(trail(LINE_NUMBER)) == 1


def test_the_same_settings_sent_twice_change_once(admin: Client, line: Line) -> None:
    form = form_of(line, mode="always")
    for _press in range(2):
        assert admin.post(f"{PAGE}settings/", form).status_code == 302
    assert len(trail(LINE_NUMBER)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"wait_at_most_s": "5", "queue_at_most": "0", "discreet_number": "hemligt"},
        {"queue_at_most": "99999"},
    ],
)
def test_settings_out_of_bounds_are_told_at_their_fields(
    admin: Client, line: Line, wrong: dict[str, str]
) -> None:
    answer = admin.post(f"{PAGE}settings/", form_of(line, **wrong)).content.decode()
    told = set(re.findall(r'href="#id_(\w+)"', answer))
    assert told == set(wrong)
    assert trail(LINE_NUMBER) == []


def test_settings_not_saved_yet_show_the_days_they_would_make(admin: Client, line: Line) -> None:
    before = admin.post(f"{PAGE}days/", form_of(line)).content.decode()
    after = admin.post(f"{PAGE}days/", form_of(line, mode="always")).content.decode()
    assert "dygnet runt" not in before
    assert after.count("dygnet runt") == 14
    line.refresh_from_db()
    assert line.mode == "hours"


def test_hours_are_added_to_several_weekdays_at_once_and_twice_is_once(admin: Client, line: Line) -> None:
    form = {"weekdays": ["5", "6"], "opens": "18:00", "closes": "00:00"}
    for _press in range(2):
        assert admin.post(f"{PAGE}hours/add/", form).status_code == 302
    assert OpeningHours.objects.filter(weekday__gte=5).count() == 2
    assert "18:00–24:00" in shown(admin)
    assert [action for action, _facts in trail(LINE_NUMBER)] == [Action.LINE_HOURS_ADDED] * 2


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("08:00", "09:01"), ("14:59", "20:00"), ("10:00", "11:00"), ("00:00", "00:00"), ("09:00", "00:00")],
)
def test_overlapping_hours_change_no_day(line: Line, opens: str, closes: str) -> None:
    begin, end = time.fromisoformat(opens), time.fromisoformat(closes)
    with pytest.raises(Overlaps):
        add_hours(actor=system_actor("test"), line=line, weekdays=[6, 0], opens=begin, closes=end)
    assert OpeningHours.objects.count() == 5


def test_an_overlap_is_told_at_its_field(admin: Client, line: Line) -> None:
    form = {"weekdays": ["6", "0"], "opens": "08:00", "closes": "09:01"}
    answer = admin.post(f"{PAGE}hours/add/", form).content.decode()
    assert 'href="#hours_opens"' in answer
    assert "09:00–15:00" in answer
    assert OpeningHours.objects.count() == 5


def test_hours_that_only_meet_do_not_overlap(admin: Client, line: Line) -> None:
    admin.post(f"{PAGE}hours/add/", {"weekdays": ["0"], "opens": "15:00", "closes": "16:00"})
    admin.post(f"{PAGE}hours/add/", {"weekdays": ["0"], "opens": "00:00", "closes": "09:00"})
    assert OpeningHours.objects.filter(weekday=0).count() == 3


@pytest.mark.parametrize("form", [{"opens": "15:00", "closes": "09:00"}, {"opens": "9", "closes": ""}])
def test_hours_that_make_no_sense_are_told_and_the_form_stays_open(
    admin: Client, line: Line, form: dict[str, str]
) -> None:
    answer = admin.post(f"{PAGE}hours/add/", form | {"weekdays": ["6"]}).content.decode()
    assert 'href="#hours_closes"' in answer
    assert '<details class="disclosure" open>' in answer
    assert OpeningHours.objects.count() == 5


def test_hours_are_removed_once_and_a_second_press_says_so(admin: Client, line: Line) -> None:
    stretch = OpeningHours.objects.filter(weekday=0).get()
    for _press in range(2):
        answer = admin.post(f"{PAGE}hours/{stretch.pk}/remove/", follow=True)
    assert OpeningHours.objects.count() == 4
    assert "Inget ändrades" in answer.content.decode()
    assert len(trail(LINE_NUMBER)) == 1


def test_hours_of_another_line_are_not_removed_through_this_one(admin: Client, line: Line) -> None:
    other = make_line("+46846500410", mode="hours", hours=[(0, "10:00", "11:00")])
    stretch = other.opening_hours.get()
    admin.post(f"{PAGE}hours/{stretch.pk}/remove/")
    assert OpeningHours.objects.filter(pk=stretch.pk).exists()


def test_closed_days_show_at_once_in_the_days_ahead(admin: Client, line: Line) -> None:
    form = {"closure": str(uuid.uuid4()), "first_day": "2030-06-03", "last_day": "", "reason": "Utbildning"}
    for _press in range(2):
        assert admin.post(f"{PAGE}closures/add/", form).status_code == 302
    closure = Closure.objects.get()
    assert closure.first_day == closure.last_day
    assert shown(admin).count("Utbildning") == 1
    assert [action for action, _facts in trail(LINE_NUMBER)] == [Action.CLOSURE_ADDED]


def test_days_on_which_every_line_is_closed_show_on_each_and_can_be_removed(
    admin: Client, line: Line
) -> None:
    form = {"closure": str(uuid.uuid4()), "first_day": "2030-06-03", "last_day": "2030-06-07"}
    assert admin.post("/lines/closures/add/", form).status_code == 302
    assert "alla linjer" in shown(admin)
    removed = admin.post(f"/lines/closures/{form['closure']}/remove/")
    assert removed.headers["Location"] == "/lines/"
    assert not Closure.objects.exists()


@pytest.mark.parametrize("last_day", ["2030-06-02", "2031-06-04"])
def test_closed_days_that_go_backwards_or_on_for_ever_are_told(
    admin: Client, line: Line, last_day: str
) -> None:
    form = {"closure": str(uuid.uuid4()), "first_day": "2030-06-03", "last_day": last_day}
    answer = admin.post(f"{PAGE}closures/add/", form).content.decode()
    assert 'href="#closure_last_day"' in answer
    assert not Closure.objects.exists()


def test_a_day_far_away_or_no_day_at_all_shows_the_nearest_fortnight(admin: Client, line: Line) -> None:
    for asked in ("9999-12-31", "0001-01-01", "x", ""):
        answer = admin.get(PAGE, {"first": asked})
        assert answer.status_code == 200
        assert len(answer.context["days"]) == 14


def test_a_line_that_is_not_there_is_not_found(admin: Client) -> None:
    assert admin.get("/lines/line/+46846500499/").status_code == 404
    assert admin.post("/lines/line/+46846500499/settings/").status_code == 404
