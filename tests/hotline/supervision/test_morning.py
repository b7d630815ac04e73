"""The supervisor's morning: everything that waits, with references and no content, at the same cost however much."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from cases.followups.models import FollowUp
from cases.followups.services import plan_follow_up
from cases.record.models import Case
from cases.rehoming.services import leave_cases
from hotline.calls.intake import ingest_event
from hotline.people.roles import Role
from hotline.supervision.morning import read_morning
from hotline.telephony.events import Kind
from tests.hotline.factories import event, make_line
from tests.hotline.people.factories import make_person, signed_in
from tests.referrals.factories import actor_for, make_case
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PROMISE = "Ring och fråga hur mötet gick."


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
def sam(sams_window: Client) -> Client:
    """Give the browser in which sam, a supervisor, is signed in."""
    return copied(sams_window)


def lose_a_call(number: int) -> None:
    """Let a caller give up in the queue, two days ago."""
    at = timezone.now() - timedelta(days=2)
    caller = f"+467017406{10 + number}"
    for kind, ended in ((Kind.QUEUED, False), (Kind.ENDED, True)):
        told = event(kind, call_id=f"CAlost{number}", caller=caller, ended=ended, at=at)
        ingest_event(told, received_at=at)


def promise(alice: User, *, late: bool = True) -> FollowUp:
    """Plan a follow-up whose day has passed."""
    planned = plan_follow_up(
        actor=actor_for(alice), user=alice, case=make_case(alice), due_on=timezone.localdate(), text=PROMISE
    )
    if late:
        FollowUp.objects.filter(pk=planned.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    return planned


def test_what_waits_is_there_and_what_was_said_is_not(alice: User, sam: Client) -> None:
    make_line()
    lose_a_call(1)
    planned = promise(alice)
    promise(alice, late=False)
    page = sam.get("/morning/").content.decode()
    assert planned.case.reference in page
    assert PROMISE not in page
    assert "1 missad uppringare från tidigare dagar att skriva av" in page
    morning = read_morning(at=timezone.now())
    assert [each.pk for each in morning.overdue] == [planned.pk]
    assert [(load.cases, load.overdue) for load in morning.caseload] == [(2, 1)]
    assert len(morning.lost) == 1
    assert Entry.objects.filter(action="supervision:morning:seen", actor_label="sam").count() == 1


@pytest.mark.usefixtures("sam")
def test_the_caseload_counts_no_merged_case_twice_and_a_supervisor_who_carries_any(alice: User) -> None:
    rita = make_person("rita", Role.SUPERVISOR)
    make_case(User.objects.get(username="sam"))
    kept, merged, closed = make_case(alice), make_case(alice), make_case(alice)
    Case.objects.filter(pk=merged.pk).update(merged_into=kept)
    ended = {"state": "closed", "outcome": "outcome:unknown", "closed_at": timezone.now()}
    Case.objects.filter(pk=closed.pk).update(**ended)
    found = {load.name: load.cases for load in read_morning(at=timezone.now()).caseload}
    assert found == {"Alice": 1, "Sam": 1}
    assert rita.get_full_name() not in found


def test_cases_without_an_owner_are_counted_and_led_to(alice: User, sam: Client) -> None:
    make_case(alice)
    leave_cases(actor=actor_for(alice), user=alice, person=alice)
    assert read_morning(at=timezone.now()).without_owner == 1
    page = sam.get("/morning/").content.decode()
    assert "1 ärende utan ansvarig" in page
    assert "/cases/without-owner/" in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_it_is_the_supervisors_alone(role: Role) -> None:
    assert signed_in("charlie", role).get("/morning/").status_code == 403


def test_it_costs_the_same_however_much_waits(alice: User) -> None:
    make_line()
    promise(alice)
    lose_a_call(1)
    with CaptureQueriesContext(connection) as first:
        read_morning(at=timezone.now())
    for number in (2, 3):
        promise(alice)
        lose_a_call(number)
    with CaptureQueriesContext(connection) as second:
        read_morning(at=timezone.now())
    assert len(first) == len(second)
