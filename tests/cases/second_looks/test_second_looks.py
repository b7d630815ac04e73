"""Second looks: one sealed question, a door for a while, one sealed answer that stays."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from audit.actions import Action
from cases.access import basis_of
from cases.notices.models import Notice
from cases.record.models import Case
from cases.record.refusals import (
    CaseIsProtected,
    EmptyText,
    NoAccess,
    NotAColleague,
    NotForYou,
    SettledAlready,
)
from cases.second_looks import services
from cases.second_looks.models import SecondLook, SecondLookState
from cases.second_looks.queries import open_looks, open_to
from cases.second_looks.states import MOVES, is_allowed
from tests.cases.factories import actor_for, ask, entries, let_in, make_case, make_user, protect
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def opened(world: World) -> Case:
    return world.make(lambda: make_case(make_user("alice")))


@pytest.fixture
def case(opened: Case) -> Case:
    return copied(opened)


@pytest.fixture
def alice(case: Case) -> User:
    return case.opened_by


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def answer(look: SecondLook, user: User, text: str = "I would call the school") -> SecondLook:
    return services.answer_second_look(actor=actor_for(user), user=user, look=look, answer=text)


def take(look: SecondLook, user: User) -> SecondLook:
    return services.take_second_look(actor=actor_for(user), user=user, look=look)


def test_a_question_opens_the_case_for_a_while_and_the_answer_closes_it(
    alice: User, bob: User, case: Case
) -> None:
    look = ask(case, alice, bob, "do you read this as I do?")
    assert basis_of(bob, case) == "second_review"
    read: dict[str, Any] = {"actor": actor_for(bob), "user": bob}
    assert services.read_second_look(**read, look=look).question == "do you read this as I do?"
    answered = answer(look, bob)
    assert basis_of(bob, case) == ""
    texts = services.read_second_look(actor=actor_for(alice), user=alice, look=answered)
    assert (texts.question, texts.answer) == ("do you read this as I do?", "I would call the school")
    assert b"school" not in bytes(answered.answer or b"") + bytes(answered.question)
    assert [entry.facts["basis"] for entry in entries(Action.SECOND_LOOK_READ)] == ["second_review", "owner"]
    kinds = list(Notice.objects.order_by("at").values_list("user__username", "kind"))
    assert kinds == [("bob", "second_look_asked"), ("alice", "second_look_answered")]
    assert not Notice.objects.unseen_by(bob).exists()
    assert Notice.objects.unseen_by(alice).count() == 1


def test_the_door_closes_by_itself_and_can_be_opened_again(alice: User, bob: User, case: Case) -> None:
    look = ask(case, alice, bob)
    assert vars(open_looks().get())["opens"]
    with time_machine.travel(timezone.now() + services.OPEN_FOR + timedelta(minutes=1)):
        assert basis_of(bob, case) == ""
        assert not vars(open_looks().get())["opens"]
        with pytest.raises(NoAccess):
            answer(look, bob)
        take(look, bob)
        assert answer(look, bob).state == "answered"


def test_anyone_but_the_asker_takes_an_open_question_and_the_first_has_it(
    alice: User, bob: User, case: Case
) -> None:
    carol = make_user("carol")
    look = ask(case, alice)
    assert list(open_to(bob)) == list(open_to(carol)) == [look]
    assert not open_to(alice).exists()
    assert basis_of(bob, case) == ""
    take(look, bob)
    with pytest.raises(NotForYou):
        take(look, carol)
    with pytest.raises(NotAColleague):
        take(look, alice)
    assert not open_to(carol).exists()
    services.give_back_second_look(actor=actor_for(bob), user=bob, look=look)
    assert basis_of(bob, case) == ""
    assert answer(take(look, carol), carol).asked_of == carol


def test_only_the_one_who_is_asked_answers_and_only_the_asker_withdraws(
    alice: User, bob: User, case: Case
) -> None:
    carol = make_user("carol")
    let_in(carol, case)
    look = ask(case, alice, bob)
    for user, refusal in ((alice, NotForYou), (carol, NotForYou), (make_user("charlie"), NoAccess)):
        with pytest.raises(refusal):
            answer(look, user)
    for user in (bob, carol):
        with pytest.raises(NotForYou):
            services.withdraw_second_look(actor=actor_for(user), user=user, look=look)
    with pytest.raises(EmptyText):
        answer(look, bob, " ")
    services.withdraw_second_look(actor=actor_for(alice), user=alice, look=look)
    assert basis_of(bob, case) == ""


def test_the_dictionary_allows_exactly_these_pairs() -> None:
    assert set(MOVES) == set(SecondLookState)
    for before, after in itertools.product(SecondLookState.values, repeat=2):
        assert is_allowed(before, after) == (before == "asked" and after != "asked"), (before, after)


@pytest.mark.parametrize("settled", ["answered", "withdrawn"])
def test_what_is_settled_stays_settled(settled: str, alice: User, bob: User, case: Case) -> None:
    let_in(bob, case)
    look = ask(case, alice, bob)
    withdraw: dict[str, Any] = {"actor": actor_for(alice), "user": alice, "look": look}
    answer(look, bob) if settled == "answered" else services.withdraw_second_look(**withdraw)
    with pytest.raises(SettledAlready):
        answer(look, bob)
    with pytest.raises(SettledAlready):
        services.withdraw_second_look(**withdraw)
    with pytest.raises(SettledAlready):
        take(look, bob)
    look.refresh_from_db()
    assert look.state == settled


def test_one_answer_leaves_the_door_open_for_the_other_question(alice: User, bob: User, case: Case) -> None:
    first, second = ask(case, alice, bob), ask(case, alice, bob, "and this?")
    answer(first, bob)
    assert basis_of(bob, case) == "second_review"
    answer(second, bob)
    assert basis_of(bob, case) == ""


def test_nobody_is_asked_about_a_protected_case(alice: User, bob: User, case: Case) -> None:
    look = ask(case, alice)
    protect(case, alice)
    assert not open_to(bob).exists()
    with pytest.raises(CaseIsProtected):
        ask(case, alice, bob)
    with pytest.raises(CaseIsProtected):
        take(look, bob)
    assert basis_of(bob, case) == ""


def test_supervisors_see_what_is_open_oldest_first(alice: User, bob: User, case: Case) -> None:
    first, second = ask(case, alice, bob), ask(case, alice)
    assert list(open_looks()) == [first, second]
    answer(first, bob)
    assert list(open_looks()) == [second]


def test_a_second_press_asks_once(alice: User, bob: User, case: Case) -> None:
    look = ask(case, alice, bob)
    again = services.ask_second_look(
        actor=actor_for(alice), user=alice, case=case, question="twice", colleague=bob, record=look.pk
    )
    assert again == look
    assert SecondLook.objects.count() == 1
