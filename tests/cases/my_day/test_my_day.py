"""My day: what waits for one person, the overdue first; and the letter, which says nothing of it."""

import json
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from audit.actions import Action
from audit.context import system_actor
from cases import tasks
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.my_day.models import DayReminder
from cases.my_day.queries import read_my_day
from cases.my_day.reminders import people_to_remind, remind
from cases.my_day.seam import DayItem
from cases.record.models import Case
from cases.record.refusals import DayHasPassed
from cases.record.services import resume_case, wait_case
from tests.cases.factories import (
    actor_for,
    ask,
    entries,
    hand_over,
    let_in,
    make_case,
    make_follow_up,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SECRET = "Ring mamman på fredag."
MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_FORCED = False


class Scene(NamedTuple):
    """A case, its owner's browser, and a colleague's case."""

    case: Case
    client: Client
    bobs: Case


def make_scene() -> Scene:
    alice = make_user("alice")
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    alice.refresh_from_db()
    return Scene(make_case(alice), signed_in(alice), make_case(make_user("bob")))


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.case


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def client(scene: Scene) -> Client:
    return scene.client


@pytest.fixture
def bobs(scene: Scene) -> Case:
    return scene.bobs


@pytest.fixture
def bob(bobs: Case) -> User:
    return bobs.opened_by


def promise(case: Case, user: User, *, days: int) -> FollowUp:
    """Plan a follow-up, for a day that may have passed."""
    follow_up = make_follow_up(case, user, text=SECRET, days=0)
    due_on = timezone.localdate() + timedelta(days=days)
    FollowUp.objects.filter(pk=follow_up.pk).update(due_on=due_on)
    return follow_up


def wait(case: Case, user: User, *, days: int | None) -> None:
    """Put a case to wait until a day, or without one."""
    wait_case(actor=actor_for(user), user=user, case=case, until=days_from_now(days))


def days_from_now(days: int | None) -> date | None:
    return None if days is None else timezone.localdate() + timedelta(days=days)


def test_everything_that_waits_stands_there_and_nothing_else_does(
    alice: User, bob: User, case: Case, bobs: Case, client: Client
) -> None:
    now = timezone.now()
    late, due = promise(case, alice, days=-2), promise(case, alice, days=0)
    promise(case, alice, days=1)
    promise(bobs, bob, days=-1)
    given = hand_over(bobs, bob, alice)
    other = make_case(bob)
    asked, _anyones = ask(other, bob, alice), ask(other, bob)
    came, comes, dayless = make_case(alice), make_case(alice), make_case(alice)
    wait(came, alice, days=0)
    wait(comes, alice, days=3)
    wait(dayless, alice, days=None)
    day = read_my_day(alice, at=now)
    assert (day.overdue, day.today, day.hand_overs, day.second_looks) == ([late], [due], [given], [asked])
    assert (day.waiting, day.number) == ([came], 5)
    Case.objects.filter(pk=dayless.pk).update(state_since=now - timedelta(days=15))
    assert read_my_day(alice, at=now).waiting == [came, dayless]
    page = client.get("/my-day/")
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert SECRET not in text
    assert 0 < text.index(late.reference) < text.index(bobs.reference) < text.index(due.reference)
    assert comes.reference not in text
    assert len(entries(Action.DAY_SEEN)) == 1


def test_a_promise_in_a_case_that_has_closed_to_its_maker_is_not_theirs_to_see(
    alice: User, bobs: Case
) -> None:
    grant = let_in(alice, bobs)
    promise(bobs, alice, days=-1)
    assert read_my_day(alice, at=timezone.now()).number == 1
    grant.delete()
    assert read_my_day(alice, at=timezone.now()).number == 0


def test_it_costs_the_same_however_much_waits(alice: User, bob: User, case: Case, bobs: Case) -> None:
    counts = []
    for his in (bobs, make_case(bob)):
        ask(his, bob, alice)
        hand_over(his, bob, alice)
        promise(case, alice, days=-1)
        with CaptureQueriesContext(connection) as queries:
            read_my_day(alice, at=timezone.now())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_case_waits_until_a_day_only_while_it_waits(alice: User, case: Case, client: Client) -> None:
    act = {"actor": actor_for(alice), "user": alice}
    with pytest.raises(DayHasPassed):
        wait(case, alice, days=-1)
    day = timezone.localdate() + timedelta(days=5)
    address = f"/cases/{case.reference}/wait/"
    assert client.post(address, {"until": day, "reason": "070-174 06 05"}).status_code == HTTPStatus.OK
    client.post(address, {"until": day, "reason": "the school answers"})
    case.refresh_from_db()
    assert (case.state, case.wait_until) == ("waiting", day)
    resume_case(**act, case=case)  # type: ignore[arg-type]
    case.refresh_from_db()
    assert case.wait_until is None


def tell(_user: User, at: datetime) -> list[DayItem]:
    """Tell what another room knows."""
    first = DayItem(title="not late", url="/x/", reference="B-222222", by=at)
    return [first, DayItem(title="late one", url="/y/", reference="B-333333", is_late=True)]


def test_other_rooms_tell_through_the_seam_and_what_is_late_comes_first(
    client: Client, settings: Settings
) -> None:
    settings.MY_DAY = [f"{__name__}.tell"]
    text = client.get("/my-day/").content.decode()
    assert 0 < text.index("late one") < text.index("not late")


def test_settling_in_my_day_leads_back_there(alice: User, case: Case, client: Client) -> None:
    follow_up = promise(case, alice, days=0)
    done = {"version": "1", "back": "my-day"}
    answer = client.post(f"/cases/follow-ups/{follow_up.reference}/done/", done)
    assert answer["Location"] == "/my-day/"


def test_the_letter_comes_once_a_day_and_says_nothing_of_what_waits(
    alice: User, bob: User, case: Case, bobs: Case
) -> None:
    follow_up = promise(case, alice, days=-1)
    given = hand_over(bobs, bob, alice)
    letters = [remind(actor=system_actor("my-day"), person=alice, at=timezone.now()) for _run in range(2)]
    assert letters == [True, False]
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.org"]
    text = f"{letter.subject}\n{letter.body}"
    for content in (SECRET, "mamman", case.reference, follow_up.reference, given.case.reference, "bob", "A-"):
        assert content not in text
    assert "/my-day/" in letter.body
    assert not any(figure in letter.subject for figure in "0123456789")
    (entry,) = entries(Action.DAY_REMINDED)
    assert (entry.subject_reference, entry.facts) == ("alice", {})


def test_nobody_is_written_to_for_nothing_at_night_or_after_leaving(alice: User) -> None:
    assert not remind(actor=system_actor("my-day"), person=alice, at=MORNING)
    assert not DayReminder.objects.exists()
    make_user("rita", "recipient")
    assert list(people_to_remind(MORNING)) == [alice]
    assert not people_to_remind(MORNING.replace(hour=6)).exists()
    assert not people_to_remind(MORNING.replace(hour=17)).exists()
    DayReminder.objects.create(user=alice, day=MORNING.date())
    assert not people_to_remind(MORNING).exists()
    assert list(people_to_remind(MORNING + timedelta(days=1))) == [alice]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not people_to_remind(MORNING + timedelta(days=1)).exists()


def test_a_letter_that_could_not_leave_is_tried_again(
    alice: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(case, alice, days=0)

    def refuse(*_args: object, **_more: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(ConnectionRefusedError):
            remind(actor=system_actor("my-day"), person=alice, at=timezone.now())
    assert not DayReminder.objects.exists()
    assert remind(actor=system_actor("my-day"), person=alice, at=timezone.now())


def test_the_queue_holds_a_job_a_person_and_no_content(
    alice: User, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(case, alice, days=0)
    monkeypatch.setattr("cases.tasks.timezone.now", lambda: MORNING)
    for _run in range(2):
        tasks.remind_of_the_day(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'cases.remind_person'")
        assert [json.loads(args) for (args,) in cursor.fetchall()] == [{"person": alice.pk}]


def test_whoever_works_with_no_cases_has_no_day_here() -> None:
    for role in ("recipient", "auditor", "administrator"):
        client = signed_in(make_user(f"other-{role}", role))
        assert client.get("/my-day/").status_code == HTTPStatus.FORBIDDEN
    assert not HandOver.objects.exists()
