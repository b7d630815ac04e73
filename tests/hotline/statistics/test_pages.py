"""Who may see which figures, that each look is recorded, and what the pages say."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.models import Entry
from hotline.people.roles import ROLES
from tests.hotline.statistics.factories import make_call, make_contacts, make_member, signed_in
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OPERATIONAL, PERSONS = "/figures/", "/figures/persons/"
MAY = {OPERATIONAL: {"counsellor", "supervisor"}, PERSONS: {"supervisor"}}


@pytest.fixture(scope="module")
def windows(world: World) -> dict[str, Client]:
    return world.make(lambda: {role: signed_in(make_member(role, f"the {role}")) for role in ROLES})


@pytest.fixture
def browsers(windows: dict[str, Client]) -> dict[str, Client]:
    """Browsers in which somebody of each role is signed in."""
    return copied(windows)


@pytest.fixture
def browser(browsers: dict[str, Client]) -> Client:
    return browsers["supervisor"]


@pytest.mark.parametrize("page", MAY)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_figures_and_no_others(browsers: dict[str, Client], page: str, role: str) -> None:
    before = Entry.objects.count()
    response = browsers[role].get(page)
    entry = Entry.objects.order_by("-at").first()
    assert entry
    assert Entry.objects.count() == before + 1
    assert entry.actor_label == f"the {role}"
    if role in MAY[page]:
        assert response.status_code == 200
        assert entry.action in {"figures:operational:seen", "figures:persons:seen"}
    else:
        assert response.status_code == 403
        assert entry.action == "access:page:refused"


@pytest.mark.parametrize("page", MAY)
def test_a_stranger_is_sent_to_sign_in_and_sees_nothing(page: str) -> None:
    response = Client().get(page)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_every_look_says_what_was_looked_at(browser: Client) -> None:
    last_month = timezone.localdate().replace(day=1) - timedelta(days=1)
    browser.get(OPERATIONAL, {"period": "7-days"})
    browser.get(PERSONS, {"by": "gender"})
    seen = Entry.objects.filter(action__startswith="figures:").order_by("at").values_list("action", "facts")
    assert list(seen) == [
        ("figures:operational:seen", {"period": "7-days"}),
        ("figures:persons:seen", {"by": "gender", "month": f"{last_month:%Y-%m}"}),
    ]


@pytest.mark.parametrize(
    "address", ["/figures/?period=3-days", "/figures/persons/?by=ideology", "/figures/persons/?month=1999-01"]
)
def test_what_cannot_be_chosen_is_no_page_and_no_look(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 404
    assert not Entry.objects.filter(action__startswith="figures:").exists()


def test_the_month_under_way_cannot_be_seen(browser: Client) -> None:
    this_month = f"{timezone.localdate():%Y-%m}"
    assert browser.get(PERSONS, {"month": this_month}).status_code == 404


def test_a_post_changes_nothing_and_is_refused(browser: Client) -> None:
    assert browser.post(OPERATIONAL).status_code == 405
    assert browser.post(PERSONS).status_code == 405


def test_the_sum_is_written_out_and_adds_up(browsers: dict[str, Client]) -> None:
    now = timezone.now() - timedelta(minutes=20)
    for _each in range(3):
        make_call(now, accepted_after=9, ended_after=60)
    make_call(now, ended_after=30)
    make_call(now, outside_hours=True, ended_after=30)
    make_call(now)
    page = browsers["counsellor"].get(OPERATIONAL, {"period": "7-days"}).content.decode()
    line = re.search(r'id="sum".*?</section>', page, re.DOTALL)
    assert line
    offered, *parts = (
        int(number) for number in re.findall(r"\d+", re.sub(r"<h2.*?</h2>|<[^>]+>", " ", line[0]))[:8]
    )
    assert offered == 6
    assert sum(parts) == 6


def test_a_counsellor_is_not_shown_the_way_to_figures_about_persons(browsers: dict[str, Client]) -> None:
    assert PERSONS not in browsers["counsellor"].get(OPERATIONAL).content.decode()
    assert PERSONS in browsers["supervisor"].get(OPERATIONAL).content.decode()


@pytest.mark.parametrize("page", MAY)
def test_the_number_of_questions_does_not_grow(
    browser: Client, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_what_is_counted(0)
    browser.get(page)
    with django_assert_num_queries(QUESTIONS[page]):
        browser.get(page)
    make_what_is_counted(1)
    make_what_is_counted(2)
    with django_assert_num_queries(QUESTIONS[page]):
        browser.get(page)


def make_what_is_counted(ago: int) -> None:
    """Let there be a call so many hours ago, and contacts so many months before the last."""
    begun_at = timezone.now().replace(day=1) - timedelta(days=3 + 31 * ago)
    make_call(timezone.now() - timedelta(hours=ago), accepted_after=5, ended_after=60)
    supervisor = User.objects.get(username="the supervisor")
    make_contacts(6, user=supervisor, begun_at=begun_at, municipality="0980", role="parent")


# session, person, role, the recorded look in its own transaction (three), then the figures: seven, or four.
QUESTIONS = {OPERATIONAL: 13, PERSONS: 10}


@pytest.mark.parametrize("page", MAY)
def test_no_style_and_no_script_stands_in_the_page(browser: Client, page: str) -> None:
    make_call(timezone.now(), accepted_after=5, ended_after=60)
    content = browser.get(page).content.decode()
    assert " style=" not in content
    assert "<style" not in content
    assert not re.search(r"<script(?![^>]* src=)", content)
