"""Hand-overs: offered with a sealed note, acknowledged by the colleague, told of when nobody does."""

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from audit.actions import Action
from audit.context import system_actor
from cases import closing
from cases.access import basis_of
from cases.handover import services
from cases.handover.models import HandOver, HandOverState
from cases.handover.queries import unacknowledged, waiting_for
from cases.handover.states import MOVES, is_allowed
from cases.notices.models import Notice
from cases.record.grants import owner_of
from cases.record.models import Case
from cases.record.refusals import (
    AlreadyGoing,
    ColleagueWaiting,
    EmptyText,
    NoAccess,
    NotAColleague,
    NotForYou,
    NotYours,
    SettledAlready,
)
from tests.cases.factories import (
    actor_for,
    entries,
    hand_over,
    let_in,
    make_case,
    make_follow_up,
    make_user,
    protect,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

VERBS = {
    "acknowledged": services.acknowledge_hand_over,
    "declined": services.decline_hand_over,
    "withdrawn": services.withdraw_hand_over,
}


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture(scope="module")
def colleague(world: World) -> User:
    return world.make(lambda: make_user("bob"))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def bob(colleague: User) -> User:
    return copied(colleague)


def settle(offer: HandOver, state: str, user: User) -> HandOver:
    return VERBS[state](actor=actor_for(user), user=user, hand_over=offer)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("at").values_list("kind", flat=True))


def test_an_offer_opens_the_case_to_the_colleague_and_keeps_its_owner(
    alice: User, bob: User, case: Case
) -> None:
    offer = hand_over(case, alice, bob, "call the school on Monday")
    assert b"school" not in bytes(offer.note)
    assert (basis_of(bob, case), basis_of(alice, case)) == ("hand_over", "owner")
    assert services.read_hand_over(actor=actor_for(bob), user=bob, hand_over=offer) == (
        "call the school on Monday"
    )
    assert [entry.facts["basis"] for entry in entries(Action.HAND_OVER_READ)] == ["hand_over"]
    assert told(bob) == ["hand_over_offered"]
    assert list(waiting_for(bob)) == [offer]


def test_the_owner_changes_on_acknowledgement_and_the_promises_go_along(
    alice: User, bob: User, case: Case
) -> None:
    follow_up = make_follow_up(case, alice)
    let_in(bob, case)
    settle(hand_over(case, alice, bob), "acknowledged", bob)
    owner = owner_of(case)
    assert owner is not None
    assert owner.user == bob
    assert (basis_of(bob, case), basis_of(alice, case)) == ("owner", "")
    follow_up.refresh_from_db()
    assert (follow_up.assigned_to, follow_up.version) == (bob, 2)
    assert told(alice) == ["hand_over_acknowledged"]
    assert not Notice.objects.unseen_by(bob).exists()
    assert case.grants.filter(until__isnull=True).count() == 1
    assert len(entries(Action.HAND_OVER_ACKNOWLEDGED)) == 1


@pytest.mark.parametrize(
    ("state", "who", "hears"),
    [
        ("declined", "bob", ("alice", "hand_over_declined")),
        ("withdrawn", "alice", ("bob", "hand_over_withdrawn")),
    ],
)
def test_a_hand_over_that_comes_to_nothing_closes_the_colleagues_door(
    state: str, who: str, hears: tuple[str, str], alice: User, bob: User, case: Case
) -> None:
    people = {"alice": alice, "bob": bob}
    settle(hand_over(case, alice, bob), state, people[who])
    assert (basis_of(bob, case), basis_of(alice, case)) == ("", "owner")
    assert hears[1] in told(people[hears[0]])
    hand_over(case, alice, bob, "once more")


def test_the_dictionary_allows_exactly_these_pairs() -> None:
    assert set(MOVES) == set(HandOverState)
    for before, after in itertools.product(HandOverState.values, repeat=2):
        assert is_allowed(before, after) == (before == "offered" and after != "offered"), (before, after)


@pytest.mark.parametrize("before", VERBS)
def test_what_is_settled_stays_settled(before: str, alice: User, bob: User, case: Case) -> None:
    let_in(bob, case)
    offer = hand_over(case, alice, bob)
    let_in(alice, case)
    settle(offer, before, alice if before == "withdrawn" else bob)
    for after in VERBS:
        with pytest.raises(SettledAlready):
            settle(offer, after, alice if after == "withdrawn" else bob)
        offer.refresh_from_db()
        assert offer.state == before, after


def test_only_the_one_it_is_for_takes_it_and_only_its_giver_takes_it_back(
    alice: User, bob: User, case: Case
) -> None:
    carol, charlie = make_user("carol"), make_user("charlie")
    let_in(carol, case)
    offer = hand_over(case, alice, bob)
    for state, user, refusal in (
        ("acknowledged", carol, NotForYou),
        ("acknowledged", alice, NotForYou),
        ("withdrawn", bob, NotForYou),
        ("acknowledged", charlie, NoAccess),
    ):
        with pytest.raises(refusal):
            settle(offer, state, user)
    offer.refresh_from_db()
    assert offer.state == "offered"


def test_what_cannot_be_offered(alice: User, bob: User, case: Case) -> None:
    let_in(bob, case)
    rut = make_user("rut", "recipient")
    with pytest.raises(NotYours):
        hand_over(case, bob, alice)
    for colleague in (alice, rut):
        with pytest.raises(NotAColleague):
            hand_over(case, alice, colleague)
    with pytest.raises(EmptyText):
        hand_over(case, alice, bob, "  ")
    with pytest.raises(NoAccess):
        hand_over(case, make_user("charlie"), bob)
    hand_over(case, alice, bob)
    with pytest.raises(AlreadyGoing):
        hand_over(case, alice, make_user("carol"))
    assert HandOver.objects.count() == 1


def test_a_second_press_offers_once(alice: User, bob: User, case: Case) -> None:
    offer = hand_over(case, alice, bob)
    again = services.offer_hand_over(
        actor=actor_for(alice), user=alice, case=case, colleague=bob, note="twice", record=offer.pk
    )
    assert again == offer
    assert told(bob) == ["hand_over_offered"]


def test_supervisors_are_told_once_when_nobody_acknowledged_by_the_end_of_the_shift(
    alice: User, bob: User, case: Case
) -> None:
    sara, now = make_user("sara", "supervisor"), timezone.now()
    offer = hand_over(case, alice, bob)
    actor = system_actor("handover")
    assert services.tell_of_unacknowledged(actor=actor, at=now) == 0
    late = offer.acknowledge_by + timedelta(minutes=1)
    assert services.tell_of_unacknowledged(actor=actor, at=late) == 1
    assert services.tell_of_unacknowledged(actor=actor, at=late) == 0
    assert told(sara) == ["hand_over_unanswered"]
    assert len(entries(Action.HAND_OVER_ESCALATED)) == 1
    assert list(unacknowledged(late)) == [offer]
    with time_machine.travel(late):
        settle(offer, "acknowledged", bob)
    assert not unacknowledged(late).exists()


def test_a_protected_case_is_handed_over_and_opens_to_the_next_owner(
    alice: User, bob: User, case: Case
) -> None:
    protect(case, alice)
    offer = hand_over(case, alice, bob)
    assert basis_of(bob, case) == "hand_over"
    settle(offer, "acknowledged", bob)
    assert (basis_of(bob, case), basis_of(alice, case)) == ("owner", "")


def test_a_case_on_its_way_does_not_close(alice: User, bob: User, case: Case) -> None:
    offer = hand_over(case, alice, bob)
    closing.request_closing(actor=actor_for(alice), user=alice, case=case, outcome="unchanged")
    with pytest.raises(ColleagueWaiting):
        closing.close_case(actor=actor_for(alice), user=alice, case=case)
    settle(offer, "declined", bob)
    closing.close_case(actor=actor_for(alice), user=alice, case=case)
