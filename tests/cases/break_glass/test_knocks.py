"""A typed reference: a closed door says whom to ask; everything else says nothing, and trying ends soon."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.actions import Action
from cases.break_glass.knocks import (
    KNOCKS_OF_ALL,
    KNOCKS_OF_ONE,
    ClosedDoor,
    case_reference_in,
    knock,
    look_again,
)
from cases.break_glass.models import Knock
from cases.break_glass.refusals import TooManyKnocks
from cases.record.models import Case, CaseState
from tests.cases.factories import actor_for, entries, let_in, make_case, make_user, protect
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOWHERE = "A-222222"


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("A-7KQ2MX", "A-7KQ2MX"),
        (" a7kq2mx ", "A-7KQ2MX"),
        ("a - 7kq 2mx", "A-7KQ2MX"),
        ("A-7KQ2M", ""),
        ("A-7KQ2MX2", ""),
        ("A-7KQ2M0", ""),
        ("N-7KQ2MX", ""),
        ("", ""),
        ("A-7KQ2M\0", ""),
    ],
)
def test_a_reference_is_read_as_people_type_it_and_only_whole(typed: str, reference: str) -> None:
    assert case_reference_in(typed) == reference


def test_a_closed_door_says_who_owns_the_case_and_is_recorded_before_it_is_shown(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    door = knock(actor=actor_for(bob), user=bob, reference=case.reference)
    assert isinstance(door, ClosedDoor)
    assert (door.case, door.owner) == (case, alice)
    (entry,) = entries(Action.DOOR_SHOWN)
    assert (entry.actor_label, entry.subject_reference) == ("bob", case.reference)
    case.grants.all().delete()
    unowned = knock(actor=actor_for(bob), user=bob, reference=case.reference)
    assert isinstance(unowned, ClosedDoor)
    assert unowned.owner is None


def test_what_may_not_be_known_of_is_like_what_is_not_there(case: Case) -> None:
    alice, bob, sam = case.opened_by, make_user("bob"), make_user("sam", "supervisor")
    kept, (protected, merged, purged) = case, (make_case(alice) for _case in range(3))
    protect(protected, alice)
    Case.objects.filter(pk=merged.pk).update(merged_into=kept)
    closed = {"state": CaseState.PURGED, "outcome_id": "outcome:unknown", "closed_at": timezone.now()}
    Case.objects.filter(pk=purged.pk).update(**closed)
    for hidden in (protected, merged, purged):
        assert knock(actor=actor_for(bob), user=bob, reference=hidden.reference) is None
        assert look_again(actor=actor_for(bob), user=bob, case=Case.objects.get(pk=hidden.pk)) is None
    assert knock(actor=actor_for(bob), user=bob, reference=NOWHERE) is None
    assert not entries(Action.DOOR_SHOWN)
    assert {entry.subject_reference for entry in entries(Action.CASE_REFUSED)} == {
        each.reference for each in (protected, merged, purged)
    }
    assert [entry.facts for entry in entries(Action.DOOR_MISSED)] == [{"limit": False}]
    assert isinstance(knock(actor=actor_for(sam), user=sam, reference=protected.reference), ClosedDoor)
    assert knock(actor=actor_for(sam), user=sam, reference=merged.reference) is None


def test_a_merged_case_leads_to_the_one_that_was_kept_where_that_is_open(case: Case) -> None:
    alice, bob = case.opened_by, make_user("bob")
    kept, merged = case, make_case(alice)
    Case.objects.filter(pk=merged.pk).update(merged_into=kept)
    let_in(bob, merged)
    assert knock(actor=actor_for(alice), user=alice, reference=merged.reference) == kept
    assert knock(actor=actor_for(bob), user=bob, reference=merged.reference) == merged


def test_trying_ends_soon_for_one_and_for_all_but_never_for_ones_own_cases(case: Case) -> None:
    alice, bob, carol = case.opened_by, make_user("bob"), make_user("carol")
    theirs, mine = case, make_case(bob)
    Knock.objects.bulk_create(Knock(user=bob) for _knock in range(KNOCKS_OF_ONE - 1))
    assert knock(actor=actor_for(bob), user=bob, reference=NOWHERE) is None
    for reference in (NOWHERE, theirs.reference):
        with pytest.raises(TooManyKnocks):
            knock(actor=actor_for(bob), user=bob, reference=reference)
    assert knock(actor=actor_for(bob), user=bob, reference=mine.reference) == mine
    assert [entry.facts["limit"] for entry in entries(Action.DOOR_MISSED)] == [False, True, True]
    Knock.objects.bulk_create(Knock(user=alice) for _knock in range(KNOCKS_OF_ALL))
    with pytest.raises(TooManyKnocks):
        knock(actor=actor_for(carol), user=carol, reference=theirs.reference)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        assert isinstance(knock(actor=actor_for(bob), user=bob, reference=theirs.reference), ClosedDoor)
