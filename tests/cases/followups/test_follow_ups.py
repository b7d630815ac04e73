"""Follow-ups: planned, settled once, read with a trace."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.actions import Action
from cases.followups.models import FollowUp, FollowUpState
from cases.followups.services import (
    AlreadySettled,
    cancel_follow_up,
    complete_follow_up,
    move_follow_up,
    plan_follow_up,
    read_follow_up,
)
from cases.notices.models import Notice
from cases.record.history import history_of
from cases.record.models import Case
from cases.record.refusals import DayHasPassed, EditedMeanwhile, EmptyText, IdTaken, NoAccess
from cases.vault.services import Unreadable
from tests.cases.factories import actor_for, entries, let_in, make_case, make_follow_up, make_user
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


def test_a_planned_follow_up_is_read_with_a_trace(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice, text="call the school")
    assert read_follow_up(actor=actor_for(alice), user=alice, follow_up=follow_up) == "call the school"
    (entry,) = entries(Action.FOLLOW_UP_READ)
    assert entry.facts == {"case": case.reference, "basis": "owner"}


def test_two_follow_ups_texts_cannot_change_places(case: Case) -> None:
    alice = case.opened_by
    one, other = make_follow_up(case, alice, text="one"), make_follow_up(case, alice, text="other")
    FollowUp.objects.filter(pk=one.pk).update(text=other.text)
    one.refresh_from_db()
    with pytest.raises(Unreadable):
        read_follow_up(actor=actor_for(alice), user=alice, follow_up=one)


def test_overdue_begins_the_day_after(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice, days=0)
    assert not FollowUp.objects.overdue().exists()
    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        assert [(each, each.is_overdue) for each in FollowUp.objects.overdue()] == [(follow_up, True)]


@pytest.mark.parametrize(
    ("verb", "state", "action"),
    [
        (complete_follow_up, "done", Action.FOLLOW_UP_DONE),
        (cancel_follow_up, "cancelled", Action.FOLLOW_UP_CANCELLED),
    ],
)
def test_settling_is_recorded_and_happens_once(verb: type, state: str, action: Action, case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice)
    act: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "follow_up": follow_up,
        "expected_version": 1,
    }
    assert verb(**act).state == state
    for again in (complete_follow_up, cancel_follow_up):
        with pytest.raises(AlreadySettled):
            again(**act)
    assert len(entries(action)) == 1
    assert [row.state for row in history_of(follow_up)] == [state, "planned"]


def test_a_moved_follow_up_says_what_follows_it_and_keeps_its_text(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice, text="call the school")
    act: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "follow_up": follow_up,
        "expected_version": 1,
    }
    day = timezone.localdate() + timedelta(days=30)
    successor = move_follow_up(**act, due_on=day)
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.moved_to, successor.due_on) == ("moved", successor, day)
    assert read_follow_up(actor=actor_for(alice), user=alice, follow_up=successor) == "call the school"
    with pytest.raises(AlreadySettled):
        move_follow_up(**act, due_on=day)


def test_a_move_into_the_past_changes_nothing(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(DayHasPassed):
        move_follow_up(
            actor=actor_for(alice), user=alice, follow_up=follow_up, due_on=yesterday, expected_version=1
        )
    follow_up.refresh_from_db()
    assert (follow_up.state, FollowUp.objects.count()) == ("planned", 1)
    assert not entries(Action.FOLLOW_UP_MOVED)


def test_what_was_shown_in_an_older_version_is_not_settled(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice)
    with pytest.raises(EditedMeanwhile):
        complete_follow_up(actor=actor_for(alice), user=alice, follow_up=follow_up, expected_version=7)


def test_a_second_click_plans_nothing_more(case: Case) -> None:
    alice, page = case.opened_by, uuid.uuid4()
    plan: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "due_on": timezone.localdate(),
        "text": "once",
        "record": page,
    }
    assert plan_follow_up(**plan, case=case) == plan_follow_up(**plan, case=case)
    assert len(entries(Action.FOLLOW_UP_PLANNED)) == 1
    with pytest.raises(IdTaken):
        plan_follow_up(**plan, case=make_case(alice))


def test_a_follow_up_is_given_only_to_who_may_open_the_case_and_tells_them(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    plan: dict[str, Any] = {
        "actor": actor_for(alice),
        "user": alice,
        "case": case,
        "due_on": timezone.localdate(),
        "text": "call",
    }
    with pytest.raises(NoAccess):
        plan_follow_up(**plan, assigned_to=bob)
    let_in(bob, case)
    follow_up = plan_follow_up(**plan, assigned_to=bob)
    assert [(each.user, each.reference) for each in Notice.objects.all()] == [(bob, follow_up.reference)]


def test_charlie_plans_reads_and_settles_nothing(case: Case) -> None:
    alice, charlie = case.opened_by, make_user("charlie")
    follow_up = make_follow_up(case, alice)
    act: dict[str, Any] = {"actor": actor_for(charlie), "user": charlie}
    with pytest.raises(NoAccess):
        plan_follow_up(**act, case=case, due_on=timezone.localdate(), text="mine")
    with pytest.raises(NoAccess):
        read_follow_up(**act, follow_up=follow_up)
    for verb in (complete_follow_up, cancel_follow_up):
        with pytest.raises(NoAccess):
            verb(**act, follow_up=follow_up, expected_version=1)
    follow_up.refresh_from_db()
    assert follow_up.state == FollowUpState.PLANNED
    assert not entries(Action.FOLLOW_UP_READ)


def test_an_empty_plan_is_refused(case: Case) -> None:
    alice = case.opened_by
    with pytest.raises(EmptyText):
        make_follow_up(case, alice, text=" ")
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("change", [{"state": "done"}, {"state": "moved", "settled_at": "2026-11-22T10:00Z"}])
def test_the_database_refuses_half_a_settlement(change: dict[str, str], case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(**change)
