"""Case states: every pair is walked."""

import itertools
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from cases import closing
from cases.record.models import Case, CaseState, HoldReason
from cases.record.refusals import (
    CaseIsClosed,
    FollowUpOverdue,
    HoldLive,
    MoveRefused,
    NoAccess,
    OutcomeMissing,
    ReasonMissing,
    Refusal,
    UnknownValue,
)
from cases.record.services import add_note, lift_hold, read_reason, resume_case, set_hold, wait_case
from cases.record.states import MOVES, is_allowed
from tests.cases.factories import actor_for, entries, make_case, make_follow_up, make_user
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ALLOWED = {
    ("open", "waiting"),
    ("open", "closing_requested"),
    ("waiting", "open"),
    ("waiting", "closing_requested"),
    ("closing_requested", "closed"),
    ("closing_requested", "open"),
    ("closed", "reopened"),
    ("closed", "purge_due"),
    ("reopened", "waiting"),
    ("reopened", "closing_requested"),
    ("purge_due", "purged"),
}


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


def attempt(user: User, case: Case, after: str) -> None:
    """Try to bring a case into a state by the service that leads there."""
    act: dict[str, Any] = {"actor": actor_for(user), "user": user, "case": case}
    match after:
        case "waiting":
            wait_case(**act)
        case "open":
            resume_case(**act)
        case "closing_requested":
            closing.request_closing(**act, outcome="unchanged")
        case "closed":
            closing.close_case(**act)
        case "reopened":
            closing.reopen_case(**act, reason="she called again")


def put(case: Case, state: str) -> None:
    """Put a case into a state past all services, complete enough for the constraints."""
    Case.objects.filter(pk=case.pk).update(state=state, outcome="outcome:unchanged", closed_at=timezone.now())


def test_the_dictionary_allows_exactly_these_pairs() -> None:
    pairs = itertools.product(CaseState.values, repeat=2)
    assert {pair for pair in pairs if is_allowed(*pair)} == ALLOWED


def test_the_dictionary_knows_every_state() -> None:
    assert set(MOVES) == set(CaseState)


SERVED = ("waiting", "open", "closing_requested", "closed", "reopened")


def assert_moves_as_allowed(case: Case, before: str, after: str) -> None:
    if (before, after) in ALLOWED:
        attempt(case.opened_by, case, after)
        assert [entry.facts["after"] for entry in entries(Action.CASE_MOVED)] == [after]
    else:
        with pytest.raises(MoveRefused):
            attempt(case.opened_by, case, after)
        assert not entries(Action.CASE_MOVED)
    case.refresh_from_db()
    assert case.state == (after if (before, after) in ALLOWED else before)


@pytest.mark.parametrize("before", CaseState.values)
def test_the_services_make_exactly_the_allowed_moves(before: str, case: Case) -> None:
    put(case, before)
    for after in SERVED:
        with transaction.atomic():
            assert_moves_as_allowed(case, before, after)
            transaction.set_rollback(True)
        case.refresh_from_db()


def test_charlie_moves_nothing(case: Case) -> None:
    charlie = make_user("charlie")
    for after in SERVED:
        with pytest.raises(NoAccess):
            attempt(charlie, case, after)
    case.refresh_from_db()
    assert (case.state, case.version) == ("open", 1)


def test_reopening_needs_a_reason_which_is_sealed_and_its_reading_recorded(case: Case) -> None:
    alice = case.opened_by
    put(case, "closed")
    with pytest.raises(ReasonMissing):
        closing.reopen_case(actor=actor_for(alice), user=alice, case=case, reason="  ")
    attempt(alice, case, "reopened")
    turn = case.life.get(kind="reopened")
    assert b"called" not in bytes(turn.reason or b"")
    assert read_reason(actor=actor_for(alice), user=alice, event=turn) == "she called again"
    assert [entry.facts["turn"] for entry in entries(Action.LIFE_REASON_READ)] == ["reopened"]
    with pytest.raises(NoAccess):
        read_reason(actor=actor_for(alice), user=make_user("charlie"), event=turn)


def test_every_turn_is_written_down_with_who_took_it(case: Case) -> None:
    alice = case.opened_by
    for state in ("waiting", "open", "closing_requested", "closed", "reopened"):
        attempt(alice, case, state)
    turns = ["waiting", "resumed", "closing_requested", "closed", "reopened"]
    assert list(case.life.values_list("kind", "by__username")) == [(turn, "alice") for turn in turns]


def test_closing_needs_an_outcome_that_can_be_chosen(case: Case) -> None:
    alice = case.opened_by
    act: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "case": case}
    with pytest.raises(OutcomeMissing):
        closing.request_closing(**act, outcome="")
    with pytest.raises(UnknownValue):
        closing.request_closing(**act, outcome="happy")
    with pytest.raises(OutcomeMissing):
        closing.close_case(**act)


def test_an_overdue_follow_up_keeps_a_case_open(case: Case) -> None:
    alice = case.opened_by
    follow_up = make_follow_up(case, alice)
    attempt(alice, case, "closing_requested")
    type(follow_up).objects.filter(pk=follow_up.pk).update(due_on="2020-01-01")
    with pytest.raises(FollowUpOverdue):
        attempt(alice, case, "closed")
    type(follow_up).objects.filter(pk=follow_up.pk).update(due_on="2999-01-01")
    attempt(alice, case, "closed")


def test_a_hold_keeps_a_case_open_until_whoever_holds_lifts_it(case: Case) -> None:
    alice = case.opened_by
    hold: dict[str, Any] = {"actor": actor_for(alice), "case": case, "reference": "H-234567"}
    first = set_hold(**hold, reason=HoldReason.REFERRAL)
    assert set_hold(**hold, reason="referral") == first
    attempt(alice, case, "closing_requested")
    with pytest.raises(HoldLive):
        attempt(alice, case, "closed")
    assert lift_hold(**hold)
    assert not lift_hold(**hold)
    attempt(alice, case, "closed")
    assert [len(entries(action)) for action in (Action.HOLD_SET, Action.HOLD_LIFTED)] == [1, 1]


def test_an_unknown_reason_holds_nothing(case: Case) -> None:
    with pytest.raises(ValueError, match="whim"):
        set_hold(actor=actor_for(case.opened_by), case=case, reason="whim", reference="H-234567")


def test_a_closed_case_takes_no_note_until_it_is_reopened_and_then_needs_an_outcome_anew(case: Case) -> None:
    alice = case.opened_by
    attempt(alice, case, "closing_requested")
    attempt(alice, case, "closed")
    with pytest.raises(CaseIsClosed):
        add_note(actor=actor_for(alice), user=alice, case=case, text="late")
    attempt(alice, case, "reopened")
    case.refresh_from_db()
    assert (case.outcome, case.closed_at) == (None, None)
    add_note(actor=actor_for(alice), user=alice, case=case, text="in time")
    with pytest.raises(Refusal):
        attempt(alice, case, "closed")
