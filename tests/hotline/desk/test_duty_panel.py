"""Duty from the desk: on in the languages chosen, a break, back, off; and what is shown of it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.notices.models import Notice
from hotline.lines.models import Duty, Line
from hotline.people.roles import Role, set_role
from tests.hotline.factories import make_line
from tests.worlds import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def the_line(world: World) -> Line:
    def make() -> Line:
        line = make_line()
        line.other_languages = ["en"]
        line.save()
        return line

    return world.make(make)


def go_on(client: Client, line: Line, languages: str = "sv en") -> None:
    assert client.post("/desk/duty/on/", {"line": line.pk, "languages": languages}).status_code == 302


def shown(client: Client) -> str:
    """Ask for the board alone, as the open page does."""
    return client.get("/desk/board/").content.decode()


def test_duty_begins_in_the_languages_chosen(alice: Client, line: Line) -> None:
    assert "Svenska och Engelska" in shown(alice)
    go_on(alice, line)
    assert Duty.objects.get().languages == ["sv", "en"]
    assert "Det ringer hos dig för: Svenska, Engelska." in shown(alice)


def test_a_language_nobody_speaks_is_shown(alice: Client, line: Line) -> None:
    go_on(alice, line, "sv")
    assert "Ingen som har jour talar: Engelska" in shown(alice)


def test_a_break_and_back(alice: Client, line: Line) -> None:
    go_on(alice, line)
    alice.post("/desk/duty/break/")
    assert Duty.objects.get().state == "paused"
    page = shown(alice)
    assert "det ringer inte hos dig" in page
    assert "Öppen, ingen har jour" in page
    alice.post("/desk/duty/back/")
    assert Duty.objects.get().state == "free"
    alice.post("/desk/duty/off/")
    assert Duty.objects.get().ended_because == "by_hand"
    assert "Du har inte längre jour." in alice.post("/desk/duty/break/", follow=True).content.decode()


def test_the_supervisor_is_told_at_once_when_the_last_one_leaves(alice: Client, line: Line) -> None:
    sam = User.objects.create_user("sam")
    set_role(sam, Role.SUPERVISOR)
    go_on(alice, line)
    alice.post("/desk/duty/off/")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.reference) == (sam, "line_unstaffed", line.number)


@pytest.mark.parametrize("posted", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_line_that_is_none_begins_no_duty(alice: Client, posted: str) -> None:
    assert alice.post("/desk/duty/on/", {"line": posted}).status_code == 404
    assert not Duty.objects.exists()
