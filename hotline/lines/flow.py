"""What a caller hears next. Pure: the call's place in, an answer out; nothing is read, claimed or stored here.

The advice to dial 112 is in every greeting and every farewell.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec

from django.utils.translation import gettext as _
from django.utils.translation import override

from hotline.lines.hours import LinePlan
from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    HangUp,
    LeaveQueue,
    Pause,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import CallBackPart, Place, Step
from hotline.telephony.numbers import spoken

DEFAULT_LANGUAGE = "sv"
WAIT_TURNS = 10
WAIT_PAUSE_S = 15
RING_S = 20
ROUNDS = 3
KEYING_TRIES = 3
OFFER = Place()
P = ParamSpec("P")


def _spoken_in_the_lines_language(
    step: Callable[Concatenate[LinePlan | None, P], list[Verb]],
) -> Callable[Concatenate[LinePlan | None, P], Answer]:
    @wraps(step)
    def answer(plan: LinePlan | None, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        language = plan.language if plan else DEFAULT_LANGUAGE
        with override(language):
            return Answer(verbs=tuple(step(plan, *args, **kwargs)), language=language)

    return answer


@_spoken_in_the_lines_language
def greet(_plan: LinePlan | None, *, is_open: bool, withheld: bool) -> list[Verb]:
    """Greet; within opening hours offer the call-back at once and go on to the queue, else offer only that."""
    if not is_open:
        closed = _("You have reached the national support line. We are closed right now.")
        return [Say(closed), Say(_acute()), Say(_privacy()), *_offer(withheld=withheld)]
    texts = (
        _("Welcome to the national support line."),
        _acute(),
        _privacy(),
        _("Press 1 if you would rather be called back. Otherwise stay on the line."),
    )
    return [Ask(texts=texts, step=Step.MENU, place=OFFER, timeout_s=3), GoTo(Step.MENU, OFFER)]


@_spoken_in_the_lines_language
def menu(plan: LinePlan | None, *, digits: str, withheld: bool) -> list[Verb]:
    """Lead on to the queue, or to the call-back for those who chose it."""
    if digits == "1":
        return _offer(withheld=withheld)
    return _enqueue(plan, Place())


@_spoken_in_the_lines_language
def wait(_plan: LinePlan | None, *, place: Place, position: int | None, someone_is_free: bool) -> list[Verb]:
    """Leave the queue when a counsellor has been claimed or nobody will be; else say the position and wait on."""
    if someone_is_free or is_last_turn(place):
        return [LeaveQueue()]
    following = GoTo(Step.WAIT, replace(place, turn=place.turn + 1))
    return [Say(_position(position)), Pause(WAIT_PAUSE_S), following]


def is_last_turn(place: Place) -> bool:
    """Say whether the caller has waited as long as we let anyone wait."""
    return place.turn >= WAIT_TURNS


def is_last_round(place: Place) -> bool:
    """Say whether nobody is rung any more for this caller."""
    return place.round + 1 >= ROUNDS


@_spoken_in_the_lines_language
def ring(plan: LinePlan | None, *, place: Place, phone: str) -> list[Verb]:
    """Ring the claimed counsellor, showing the line's number and nothing of the caller's."""
    if plan is None:
        return _farewell()
    return [Ring(phone=phone, caller_id=plan.number, place=place, timeout_s=RING_S)]


@_spoken_in_the_lines_language
def after_ringing(plan: LinePlan | None, *, place: Place, accepted: bool, withheld: bool) -> list[Verb]:
    """End after a talk; else back to the queue, and after the last round to the call-back."""
    if accepted:
        return [HangUp()]
    if is_last_round(place):
        return [Say(_nobody_free()), *_offer(withheld=withheld)]
    return _enqueue(plan, Place(round=place.round + 1, waited_s=place.waited_s))


@_spoken_in_the_lines_language
def nobody_came(_plan: LinePlan | None, *, withheld: bool) -> list[Verb]:
    """Say that nobody could answer and offer the call-back."""
    return [Say(_nobody_free()), *_offer(withheld=withheld)]


def caller_is_gone() -> Answer:
    """Say nothing: nobody is there."""
    return Answer()


def screen(*, digits: str, place: Place) -> Answer:
    """Ask the one who picked up to press 1: a voicemail cannot, so it never gets to hear a caller."""
    with override(DEFAULT_LANGUAGE):
        if digits == "1":
            return Answer()
        if digits:
            return Answer(verbs=(HangUp(),))
        text = _("A call from the support line. Press 1 to take it.")
        ask = Ask(texts=(text, text), step=Step.SCREEN, place=place, timeout_s=8)
        return Answer(verbs=(ask, HangUp()))


@_spoken_in_the_lines_language
def call_back_offer(_plan: LinePlan | None, *, withheld: bool) -> list[Verb]:
    """Offer to call back: to the number used, or for a withheld one to a number that is keyed in."""
    return _offer(withheld=withheld)


@_spoken_in_the_lines_language
def call_back_ask_number(_plan: LinePlan | None, *, attempt: int) -> list[Verb]:
    """Ask for a number, at most three times."""
    if attempt >= KEYING_TRIES:
        return _farewell()
    return _ask_number(attempt)


@_spoken_in_the_lines_language
def call_back_read_back(_plan: LinePlan | None, *, number: str, attempt: int) -> list[Verb]:
    """Read a keyed number back and ask whether it is right."""
    texts = (
        _("You have entered: %(number)s.") % {"number": spoken(number)},
        _("Press 1 if this is right. Press 2 to enter it again."),
    )
    place = Place(part=CallBackPart.READ_BACK, turn=attempt)
    return [Ask(texts=texts, step=Step.CALLBACK, place=place, timeout_s=8), *_farewell()]


@_spoken_in_the_lines_language
def call_back_confirmed(_plan: LinePlan | None) -> list[Verb]:
    """Confirm that someone will call."""
    text = _("Thank you. We will call you back. We will not say who we are until we know that it is you.")
    return [Say(text), *_farewell()]


@_spoken_in_the_lines_language
def call_back_not_possible(_plan: LinePlan | None) -> list[Verb]:
    """Say that the number could not be kept, rather than promise a call that cannot come."""
    return [Say(_("We could not note your number just now. Please call again later.")), *_farewell()]


@_spoken_in_the_lines_language
def farewell(_plan: LinePlan | None) -> list[Verb]:
    """End the call with the 112 advice."""
    return _farewell()


@_spoken_in_the_lines_language
def _unable(_plan: LinePlan | None) -> list[Verb]:
    text = _("You have reached the national support line. We cannot connect your call right now.")
    return [Say(text), Say(_acute()), *_offer(withheld=False)]


def when_all_else_fails() -> Answer:
    """Answer although nothing of ours works: say so, with the 112 advice and the offer to call back."""
    return _unable(None)


def _offer(*, withheld: bool) -> list[Verb]:
    if withheld:
        return _ask_number(0)
    text = _("Press 1 to be called back at the number you are calling from. Press 2 to enter another number.")
    place = Place(part=CallBackPart.CHOICE)
    return [Ask(texts=(text,), step=Step.CALLBACK, place=place, timeout_s=8), *_farewell()]


def _ask_number(attempt: int) -> list[Verb]:
    text = _("Enter the number we should call and end with the hash key.")
    place = Place(part=CallBackPart.KEYED, turn=attempt)
    ask = Ask(texts=(text,), step=Step.CALLBACK, place=place, digits=16, finish_on="#", timeout_s=10)
    return [ask, *_farewell()]


def _enqueue(plan: LinePlan | None, place: Place) -> list[Verb]:
    return [Enqueue(name=plan.number if plan else "line", place=place)]


def _farewell() -> list[Verb]:
    return [Say(_("Goodbye.")), Say(_acute()), HangUp()]


def _acute() -> str:
    return _("If someone is in immediate danger, hang up and dial 1 1 2.")


def _privacy() -> str:
    return _("The call is not recorded, and your number is not stored unless you ask to be called back.")


def _nobody_free() -> str:
    return _("Nobody could take your call this time. We are sorry.")


def _position(position: int | None) -> str:
    if not position or position == 1:
        return _("You are next in the queue. Please stay on the line.")
    return _("You are number %(position)d in the queue. Please stay on the line.") % {"position": position}
