"""What a caller hears: the 112 advice, Swedish, and never a dead end."""

from collections.abc import Callable
from datetime import time
from uuid import uuid4

import pytest
from django.utils.translation import override

from hotline.lines import flow
from hotline.lines.hours import LinePlan
from hotline.telephony.answers import Answer, Ask, Enqueue, GoTo, HangUp, LeaveQueue, Ring, Say
from hotline.telephony.events import CallBackPart, Place, Step

PLAN = LinePlan(
    id=uuid4(),
    number="+4620100200",
    language="sv",
    mode="always",
    closed_on_holidays=True,
    hours=((0, time(9), time(15)),),
)
FAREWELLS: dict[str, Callable[[], Answer]] = {
    "greeting": lambda: flow.greet(PLAN, is_open=True, withheld=False),
    "closed": lambda: flow.greet(PLAN, is_open=False, withheld=False),
    "closed to a withheld number": lambda: flow.greet(PLAN, is_open=False, withheld=True),
    "unknown line": lambda: flow.greet(None, is_open=False, withheld=False),
    "nobody came": lambda: flow.nobody_came(PLAN, withheld=False),
    "call-back": lambda: flow.call_back_offer(PLAN, withheld=False),
    "confirmed": lambda: flow.call_back_confirmed(PLAN),
    "not possible": lambda: flow.call_back_not_possible(None),
    "tried thrice": lambda: flow.call_back_ask_number(PLAN, attempt=flow.KEYING_TRIES),
    "farewell": lambda: flow.farewell(PLAN),
    "nothing works": flow.when_all_else_fails,
}


def heard(answer: Answer) -> str:
    texts = [
        (verb.text,) if isinstance(verb, Say) else verb.texts
        for verb in answer.verbs
        if isinstance(verb, Say | Ask)
    ]
    return " ".join(text for each in texts for text in each)


@pytest.mark.parametrize("name", FAREWELLS)
def test_greetings_and_farewells_carry_the_112_advice(name: str) -> None:
    assert "1 1 2" in heard(FAREWELLS[name]())


@pytest.mark.parametrize("name", FAREWELLS)
def test_no_answer_leaves_the_caller_in_silence(name: str) -> None:
    assert isinstance(FAREWELLS[name]().verbs[-1], HangUp | GoTo | Enqueue)


def test_a_swedish_line_speaks_swedish_whatever_the_process_speaks() -> None:
    with override("en"):
        answer = flow.greet(PLAN, is_open=True, withheld=False)
    assert answer.language == "sv"
    assert "Välkommen till den nationella stödtelefonen." in heard(answer)


def test_an_english_line_speaks_english() -> None:
    english = LinePlan(
        id=uuid4(), number="+4620100201", language="en", mode="always", closed_on_holidays=True
    )
    answer = flow.greet(english, is_open=True, withheld=False)
    assert answer.language == "en"
    assert "Welcome to the national support line." in heard(answer)


def test_the_greeting_offers_the_call_back_and_promises_no_recording() -> None:
    text = heard(flow.greet(PLAN, is_open=True, withheld=False))
    assert "Tryck 1" in text
    assert "spelas inte in" in text


def test_the_wait_tells_the_position_and_asks_again() -> None:
    answer = flow.wait(PLAN, place=Place(round=1, turn=2), position=3, someone_is_free=False)
    assert "3" in heard(answer)
    assert answer.verbs[-1] == GoTo(Step.WAIT, Place(round=1, turn=3))


@pytest.mark.parametrize(("turn", "free"), [(0, True), (flow.WAIT_TURNS, False)])
def test_the_wait_ends_for_a_free_counsellor_or_when_it_was_long_enough(turn: int, *, free: bool) -> None:
    answer = flow.wait(PLAN, place=Place(turn=turn), position=1, someone_is_free=free)
    assert answer.verbs == (LeaveQueue(),)


def test_a_ring_shows_the_lines_number() -> None:
    (ring,) = flow.ring(PLAN, place=Place(), phone="+46846500401").verbs
    assert isinstance(ring, Ring)
    assert ring.caller_id == PLAN.number


def test_an_unanswered_round_leads_back_to_the_queue_with_the_wait_so_far() -> None:
    (enqueue,) = flow.after_ringing(
        PLAN, place=Place(round=0, waited_s=40), accepted=False, withheld=False
    ).verbs
    assert isinstance(enqueue, Enqueue)
    assert enqueue.place == Place(round=1, waited_s=40)


def test_a_withheld_caller_is_asked_for_a_number_at_once() -> None:
    ask = flow.call_back_offer(PLAN, withheld=True).verbs[0]
    assert isinstance(ask, Ask)
    assert (ask.place.part, ask.finish_on) == (CallBackPart.KEYED, "#")


@pytest.mark.parametrize(("digits", "verbs"), [("1", 0), ("2", 1), ("", 2)])
def test_only_pressing_one_connects_the_one_who_picked_up(digits: str, verbs: int) -> None:
    assert len(flow.screen(digits=digits, place=Place()).verbs) == verbs
