"""What a caller hears: the 112 advice, their own language, and never a dead end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from uuid import uuid4

import pytest
from django.utils.translation import override

from hotline.lines import flow, waiting
from hotline.lines.hours import LinePlan, Wording
from hotline.lines.waiting import Expected
from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    HangUp,
    LeaveQueue,
    Leg,
    Play,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import CallBackPart, Place, Step

PLAN = LinePlan(
    id=uuid4(),
    number="+4620100200",
    language="sv",
    mode="always",
    closed_on_holidays=True,
    hours=((0, time(9), time(15)),),
)
BOTH = replace(PLAN, other_languages=("en",))
HERE = Place()
ENGLISH = Place(language="en", round=1, waited_s=30)
Way = Callable[[LinePlan, Place], Answer]
GREETINGS: dict[str, Way] = {
    "greeting": lambda plan, place: flow.greet(plan, place, is_open=True, withheld=False),
    "closed": lambda plan, place: flow.greet(plan, place, is_open=False, withheld=False),
    "closed to a withheld number": lambda plan, place: flow.greet(plan, place, is_open=False, withheld=True),
}
FAREWELLS: dict[str, Way] = GREETINGS | {
    "unknown line": lambda _plan, place: flow.greet(None, place, is_open=False, withheld=False),
    "nobody came": lambda plan, place: flow.nobody_came(plan, place, withheld=False),
    "overflow": lambda plan, place: flow.overflow(plan, place, withheld=True),
    "diverted": flow.diverted,
    "call-back": lambda plan, place: flow.call_back_offer(plan, place, withheld=False),
    "confirmed": flow.call_back_confirmed,
    "not possible": flow.call_back_not_possible,
    "tried thrice": lambda plan, place: flow.call_back_ask_number(plan, place, attempt=flow.KEYING_TRIES),
    "farewell": flow.farewell,
    "nothing works": flow.when_all_else_fails,
}
MOVES: dict[str, Way] = FAREWELLS | {
    "chosen": flow.in_chosen_language,
    "menu": lambda plan, place: flow.menu(plan, place, digits="", withheld=False),
    "menu, call-back": lambda plan, place: flow.menu(plan, place, digits="1", withheld=False),
    "who": lambda plan, place: flow.menu(
        replace(plan, asks_who_calls=True), place, digits="", withheld=False
    ),
    "enqueue": flow.enqueue,
    "wait": lambda plan, place: flow.wait(plan, place, position=1, leaves=False),
    "again": lambda plan, place: flow.after_ringing(
        plan, place, accepted=False, gives_up=False, withheld=False
    ),
    "read back": lambda plan, place: flow.call_back_read_back(plan, place, number="+46846500455", attempt=0),
}


def heard_in(answer: Answer) -> list[tuple[str, str]]:
    """Give the language and the text of all that is heard, in order."""
    every: list[Verb] = []
    for verb in answer.verbs:
        every += verb.heard if isinstance(verb, Ask) else [verb]
    return [(verb.language or answer.language, verb.text) for verb in every if isinstance(verb, Say | Play)]


def heard(answer: Answer) -> str:
    return " ".join(text for _language, text in heard_in(answer))


def places(answer: Answer) -> list[Place]:
    return [verb.place for verb in answer.verbs if isinstance(verb, Ask | GoTo | Enqueue | Ring)]


@pytest.mark.parametrize("plan", [PLAN, BOTH], ids=["one language", "two"])
@pytest.mark.parametrize("name", FAREWELLS)
def test_greetings_and_farewells_carry_the_112_advice(name: str, plan: LinePlan) -> None:
    assert "1 1 2" in heard(FAREWELLS[name](plan, HERE))


@pytest.mark.parametrize("name", FAREWELLS)
def test_no_answer_leaves_the_caller_in_silence(name: str) -> None:
    assert isinstance(FAREWELLS[name](PLAN, HERE).verbs[-1], HangUp | GoTo | Enqueue)


@pytest.mark.parametrize("name", [*GREETINGS, "diverted"])
def test_a_line_of_two_languages_tells_both_when_to_dial_112(name: str) -> None:
    told = {language for language, text in heard_in(FAREWELLS[name](BOTH, HERE)) if "1 1 2" in text}
    assert told == {"sv", "en"}


@pytest.mark.parametrize("name", MOVES)
def test_the_language_chosen_travels_in_every_later_link(name: str) -> None:
    answer = MOVES[name](BOTH, ENGLISH)
    assert {place.language for place in places(answer)} <= {"en"}
    assert answer.language == "en"


def test_a_swedish_line_speaks_swedish_whatever_the_process_speaks() -> None:
    with override("en"):
        answer = flow.greet(PLAN, HERE, is_open=True, withheld=False)
    assert answer.language == "sv"
    assert "Välkommen till den nationella stödtelefonen." in heard(answer)


def test_an_english_line_speaks_english() -> None:
    english = replace(PLAN, language="en")
    answer = flow.greet(english, HERE, is_open=True, withheld=False)
    assert answer.language == "en"
    assert "Welcome to the national support line." in heard(answer)


def test_a_language_the_line_no_longer_offers_gives_way_to_its_own() -> None:
    assert flow.farewell(PLAN, ENGLISH).language == "sv"


def test_the_greeting_offers_the_call_back_and_promises_no_recording() -> None:
    text = heard(flow.greet(PLAN, HERE, is_open=True, withheld=False))
    assert "Tryck 1" in text
    assert "spelas inte in" in text


def test_each_language_is_offered_in_itself_and_by_its_own_key() -> None:
    answer = flow.greet(BOTH, HERE, is_open=True, withheld=False)
    offers = [
        (language, text)
        for language, text in heard_in(answer)
        if text.endswith((" 1.", " 2.")) and "1 1 2" not in text
    ]
    assert offers == [("sv", "För svenska, tryck 1."), ("en", "For English, press 2.")]
    assert (answer.verbs[0].step, answer.verbs[1]) == (Step.LANGUAGE, GoTo(Step.LANGUAGE, HERE))  # type: ignore[union-attr]
    assert [flow.language_chosen(BOTH, digits) for digits in ("1", "2", "3", "")] == ["sv", "en", "", ""]
    assert flow.language_chosen(PLAN, "1") == ""


def test_outside_hours_the_language_leads_to_the_call_back() -> None:
    answer = flow.greet(BOTH, HERE, is_open=False, withheld=False)
    assert answer.verbs[-1] == GoTo(Step.CALLBACK, HERE)
    assert "closed right now" in heard(answer)
    assert "Just nu har vi stängt" in heard(answer)


def test_after_the_choice_come_the_notice_and_the_offer_in_that_language() -> None:
    answer = flow.in_chosen_language(BOTH, ENGLISH)
    assert "not recorded" in heard(answer)
    assert answer.verbs[-1] == GoTo(Step.MENU, ENGLISH)


def test_who_calls_is_asked_before_the_queue_and_not_of_those_who_want_to_be_called() -> None:
    asking = replace(PLAN, asks_who_calls=True)
    answer = flow.menu(asking, HERE, digits="", withheld=False)
    assert "privatperson" in heard(answer)
    assert answer.verbs[-1] == GoTo(Step.WHO, HERE)
    chosen = flow.menu(asking, HERE, digits="1", withheld=False)
    assert places(chosen)[0].part is CallBackPart.CHOICE


def test_the_wait_tells_the_position_and_asks_again() -> None:
    answer = flow.wait(PLAN, Place(round=1, turn=2), position=3, leaves=False)
    assert "3" in heard(answer)
    assert answer.verbs[-1] == GoTo(Step.WAIT, Place(round=1, turn=3))


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (Expected(1), "Någon brukar svara inom ungefär 1 minut."),
        (Expected(4), "inom ungefär 4 minuter."),
        (Expected(3, is_beyond_the_limit=True), "dröja mer än 3 minuter. Då erbjuder vi oss att ringa upp"),
    ],
)
def test_the_expected_wait_is_told_in_whole_minutes(expected: Expected, words: str) -> None:
    assert words in heard(flow.wait(PLAN, HERE, position=1, leaves=False, expected=expected))


def test_whoever_leaves_the_queue_hears_nothing_in_between() -> None:
    assert flow.wait(PLAN, HERE, position=1, leaves=True).verbs == (LeaveQueue(),)


@pytest.mark.parametrize(
    ("place", "queued_s", "enough"),
    [
        (Place(), 179, False),
        (Place(), 180, True),
        (Place(waited_s=100), 80, True),
        (Place(turn=12), None, True),
        (Place(turn=waiting.WAIT_TURNS), 0, True),
    ],
)
def test_the_wait_is_as_long_as_the_line_says(place: Place, queued_s: int | None, *, enough: bool) -> None:
    assert waiting.has_waited_enough(PLAN, place, queued_s) is enough
    assert waiting.has_waited_enough(None, Place(), 0)


def test_a_ring_shows_the_lines_number() -> None:
    (ring,) = flow.ring(PLAN, HERE, legs=[Leg("+46846500401", HERE)]).verbs
    assert isinstance(ring, Ring)
    assert ring.caller_id == PLAN.number


def test_an_unanswered_round_leads_back_to_the_queue_with_the_wait_so_far() -> None:
    place = Place(round=0, waited_s=40)
    (enqueue,) = flow.after_ringing(PLAN, place, accepted=False, gives_up=False, withheld=False).verbs
    assert isinstance(enqueue, Enqueue)
    assert enqueue.place == Place(round=1, waited_s=40)


def test_a_withheld_caller_is_asked_for_a_number_at_once() -> None:
    ask = flow.call_back_offer(PLAN, HERE, withheld=True).verbs[0]
    assert isinstance(ask, Ask)
    assert (ask.place.part, ask.finish_on) == (CallBackPart.KEYED, "#")


@pytest.mark.parametrize(("digits", "verbs"), [("1", 0), ("2", 1), ("", 2)])
def test_only_pressing_one_connects_the_one_who_picked_up(digits: str, verbs: int) -> None:
    assert len(flow.screen(digits=digits, place=HERE).verbs) == verbs


def test_the_counsellor_hears_in_which_language_the_caller_waits() -> None:
    assert "på engelska" in heard(flow.screen(digits="", place=ENGLISH))
    late = flow.screen(digits="1", place=HERE, is_late=True)
    assert "kollega" in heard(late)
    assert late.verbs[-1] == HangUp()


def test_an_administrators_words_and_audio_take_the_built_in_ones_place() -> None:
    own = replace(
        PLAN,
        wordings=(
            Wording("greeting", "sv", "Hej, stödtelefonen.", ""),
            Wording("offer", "sv", "Tryck 1.", "https://audio.example.test/offer.mp3"),
        ),
    )
    answer = flow.greet(own, HERE, is_open=True, withheld=False)
    assert "Hej, stödtelefonen." in heard(answer)
    assert "Välkommen" not in heard(answer)
    assert Play("https://audio.example.test/offer.mp3", "Tryck 1.", "sv") in answer.verbs[0].heard  # type: ignore[union-attr]
    assert "1 1 2" in heard(answer)


@pytest.mark.parametrize("text", ["", "Ring någon annan.", "Ring 1122."])
def test_an_advice_that_does_not_name_112_is_not_read(text: str) -> None:
    spoiled = replace(PLAN, wordings=(Wording("acute", "sv", text, "https://audio.example.test/a.mp3"),))
    assert "1 1 2" in heard(flow.farewell(spoiled, HERE))
