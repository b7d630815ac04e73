"""Working a call-back: one hand at a time, never twice, and the number gone as soon as it is not needed."""

from datetime import timedelta
from itertools import product
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User

from cases.vault.services import Unreadable
from hotline.calls import attempts, call_back_work, callbacks
from hotline.calls.attempts import Result
from hotline.calls.call_back_work import (
    CallBackOver,
    CanBeConnected,
    ClaimedByColleague,
    NoDutyTelephone,
    NotClaimed,
    NothingTried,
    SayWhatCameOfIt,
    WouldShow,
)
from hotline.calls.models import CallBack, CallBackAttempt
from hotline.lines.models import Line
from tests.hotline.calls.work import ACTOR, NOON, SOON, asked_for, claimed
from tests.hotline.factories import CALLER, actor_for, make_counsellor, make_line, trail
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
LATER = NOON + timedelta(minutes=40)
GivenUp = CallBack.GivenUp


class House(NamedTuple):
    """A line and its two counsellors."""

    line: Line
    alice: User
    bob: User


@pytest.fixture(scope="module")
def begin(world: World) -> House:
    return world.make(
        lambda: House(make_line(), make_counsellor("alice"), make_counsellor("bob", "+46846500402"))
    )


@pytest.fixture
def line(begin: House) -> Line:
    return copied(begin.line)


@pytest.fixture
def alice(begin: House) -> User:
    return copied(begin.alice)


@pytest.fixture
def bob(begin: House) -> User:
    return copied(begin.bob)


def work(name: str, user: User, call_back: CallBack, at: object = SOON, **more: object) -> object:
    """Do one thing as this person."""
    verb = getattr(call_back_work, name)
    return verb(actor=actor_for(user), user=user, reference=call_back.reference, at=at, **more)


def fresh(call_back: CallBack) -> CallBack:
    return CallBack.objects.get(pk=call_back.pk)


def done(call_back: CallBack) -> list[str]:
    return [action.removeprefix("call:call_back:") for action, _facts in trail(call_back.reference)]


def over(call_back: CallBack, result: CallBackAttempt.Result) -> None:
    """Let the attempt under way end as the provider tells it."""
    attempt = attempts.find_open(call_back.tries.get(result=Result.RINGING).pk)
    assert attempt is not None
    attempts.conclude_attempt(actor=ACTOR, attempt=attempt, result=result, at=SOON)


def test_what_alice_has_taken_on_bob_cannot(line: Line, alice: User, bob: User) -> None:
    call_back = claimed(asked_for(line), alice)
    assert (call_back.state, call_back.claimed_by) == ("claimed", alice)
    with pytest.raises(ClaimedByColleague):
        work("claim_call_back", bob, call_back)
    with pytest.raises(NotClaimed):
        work("connect_call_back", bob, call_back)


def test_a_claim_lapses_by_itself_and_passes_to_whoever_takes_it(line: Line, alice: User, bob: User) -> None:
    call_back = claimed(asked_for(line), alice)
    with pytest.raises(NotClaimed):
        work("connect_call_back", alice, call_back, LATER)
    work("claim_call_back", bob, call_back, LATER)
    assert fresh(call_back).claimed_by == bob


def test_what_was_taken_on_and_left_is_put_back(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    assert call_back_work.lapse_claims(actor=ACTOR, at=SOON) == 0
    assert call_back_work.lapse_claims(actor=ACTOR, at=LATER) == 1
    assert (fresh(call_back).state, fresh(call_back).claimed_by) == ("requested", None)
    assert trail(call_back.reference)[-1] == ("call:call_back:released", {"because": "lapsed"})


def test_alice_puts_it_back_by_hand(line: Line, alice: User, bob: User) -> None:
    call_back = claimed(asked_for(line), alice)
    work("release_call_back", alice, call_back)
    assert claimed(call_back, bob, at=SOON).claimed_by == bob


def test_reached_the_number_is_destroyed_at_once(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    work("connect_call_back", alice, call_back)
    work("report_attempt", alice, call_back, result=Result.REACHED)
    call_back = fresh(call_back)
    assert (call_back.state, call_back.number_sealed, call_back.key) == ("reached", None, None)
    with pytest.raises(Unreadable):
        callbacks.number_of(call_back)
    assert done(call_back)[-3:] == ["try_ended", "reached", "vault:destruction:ordered"]
    with pytest.raises(CallBackOver):
        work("claim_call_back", alice, call_back)


def test_somebody_else_answering_keeps_the_number_for_another_attempt(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    for number in (1, 2):
        work("connect_call_back", alice, call_back)
        work("report_attempt", alice, call_back, result=Result.OTHER_PERSON)
        assert (fresh(call_back).state, fresh(call_back).attempts) == ("attempted", number)
    assert callbacks.number_of(fresh(call_back)) == CALLER


def test_nothing_more_is_done_before_somebody_says_what_came_of_it(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    work("connect_call_back", alice, call_back)
    for verb, more in (
        ("connect_call_back", {}),
        ("show_number", {}),
        ("release_call_back", {}),
        ("give_up_call_back", {"because": GivenUp.NO_ANSWER}),
    ):
        with pytest.raises(SayWhatCameOfIt):
            work(verb, alice, call_back, **more)


def test_an_attempt_under_way_keeps_the_claim_however_long_they_talk(
    line: Line, alice: User, bob: User
) -> None:
    call_back = claimed(asked_for(line), alice)
    begun = work("connect_call_back", alice, call_back)
    assert isinstance(begun, CallBackAttempt)
    CallBackAttempt.objects.filter(pk=begun.pk).update(rung_at=SOON)
    assert call_back_work.lapse_claims(actor=ACTOR, at=LATER) == 0
    with pytest.raises(ClaimedByColleague):
        work("claim_call_back", bob, call_back, LATER)


def test_an_attempt_nobody_heard_of_again_fails_and_is_put_back(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    work("connect_call_back", alice, call_back)
    call_back_work.lapse_claims(actor=ACTOR, at=LATER)
    assert call_back.tries.get().result == "failed"
    call_back_work.lapse_claims(actor=ACTOR, at=LATER + timedelta(minutes=30))
    assert fresh(call_back).claimed_by is None


def test_what_a_colleague_left_unsaid_does_not_count_as_reached(line: Line, alice: User, bob: User) -> None:
    call_back = claimed(asked_for(line), alice)
    work("connect_call_back", alice, call_back)
    attempts.hang_up_attempt(attempt=call_back.tries.get(), at=SOON)
    work("claim_call_back", bob, call_back, LATER)
    assert call_back.tries.get().result == "other_person"
    assert callbacks.number_of(fresh(call_back)) == CALLER


def test_giving_up_needs_an_attempt_and_destroys_the_number(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    with pytest.raises(NothingTried):
        work("give_up_call_back", alice, call_back, because=GivenUp.NO_ANSWER)
    work("connect_call_back", alice, call_back)
    over(call_back, Result.NO_ANSWER)
    work("give_up_call_back", alice, call_back, because=GivenUp.WRONG_NUMBER)
    call_back = fresh(call_back)
    assert (call_back.state, call_back.given_up_because, call_back.key) == ("given_up", "wrong_number", None)
    facts = {"because": "wrong_number", "attempts": 1}
    assert ("call:call_back:given_up", facts) in trail(call_back.reference)


def test_digits_are_shown_only_when_connecting_failed_and_every_look_is_recorded(
    line: Line, alice: User
) -> None:
    call_back = claimed(asked_for(line), alice)
    with pytest.raises(CanBeConnected):
        work("show_number", alice, call_back)
    work("connect_call_back", alice, call_back)
    over(call_back, Result.FAILED)
    assert [work("show_number", alice, call_back) for _look in range(2)] == [CALLER, CALLER]
    assert done(call_back)[-3:] == ["tried", "number_read", "number_read"]
    assert [each.way for each in call_back.tries.order_by("number")] == ["bridged", "shown"]
    work("report_attempt", alice, call_back, result=Result.REACHED)
    assert fresh(call_back).key is None


def test_without_leave_the_lines_number_is_not_shown_on_the_callers_telephone(
    line: Line, alice: User
) -> None:
    call_back = claimed(asked_for(line, seen=False), alice)
    assert attempts.caller_id(call_back) == ""
    with pytest.raises(WouldShow):
        work("connect_call_back", alice, call_back)
    assert work("show_number", alice, call_back) == CALLER
    line.discreet_number = "+46846500477"
    line.save()
    assert attempts.caller_id(fresh(call_back)) == "+46846500477"


def test_without_a_telephone_nobody_is_rung(line: Line) -> None:
    dora = User.objects.create_user("dora")
    call_back = claimed(asked_for(line), dora)
    with pytest.raises(NoDutyTelephone):
        work("connect_call_back", dora, call_back)
    assert work("show_number", dora, call_back) == CALLER


def test_an_expired_number_is_gone_for_who_had_claimed_it(line: Line, alice: User) -> None:
    call_back = claimed(asked_for(line), alice)
    callbacks.expire_call_backs(actor=ACTOR, at=call_back.expires_at)
    with pytest.raises(CallBackOver):
        work("show_number", alice, call_back)
    assert fresh(call_back).state == "expired"


def test_only_the_tables_moves_are_made() -> None:
    for start, to in product(CallBack.State, repeat=2):
        call_back = CallBack(state=start)
        if to in callbacks.MOVES[start] or to == start:
            callbacks.move(call_back, to)
            assert call_back.state == to, (start, to)
        else:
            with pytest.raises(callbacks.MoveRefused):
                callbacks.move(call_back, to)
