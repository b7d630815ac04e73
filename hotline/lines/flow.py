"""What a caller hears next. Pure: the call's place in, an answer out; nothing is read, claimed or stored here.

The advice to dial 112 is in every greeting and every farewell. The way: greeting (with the choice of language, where
there is one), the offer to call back, who calls (where that is asked), the queue.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec

from django.utils.translation import gettext as _
from django.utils.translation import override

from hotline.lines.hours import LinePlan
from hotline.lines.prompts import DEFAULT_LANGUAGE, hear
from hotline.lines.waiting import WAIT_PAUSE_S, Expected, say_expected, say_position
from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    HangUp,
    LeaveQueue,
    Leg,
    Pause,
    Play,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.events import CallBackPart, Place, Step
from hotline.telephony.numbers import spoken

RING_S = 20
ROUNDS = 3
KEYING_TRIES = 3
KINDS = {"1": "private", "2": "professional"}
P = ParamSpec("P")


def _spoken_to_the_caller(
    step: Callable[Concatenate[LinePlan | None, Place, P], Sequence[Verb]],
) -> Callable[Concatenate[LinePlan | None, Place, P], Answer]:
    @wraps(step)
    def answer(plan: LinePlan | None, place: Place, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        language = language_of(plan, place)
        with override(language):
            return Answer(verbs=tuple(step(plan, place, *args, **kwargs)), language=language)

    return answer


def language_of(plan: LinePlan | None, place: Place) -> str:
    """Give the language the caller chose, where the line still offers it, else the line's own."""
    offered = plan.languages if plan else (DEFAULT_LANGUAGE, "en")
    return place.language if place.language in offered else offered[0]


def language_chosen(plan: LinePlan | None, digits: str) -> str:
    """Give the language whose key was pressed; none where none was."""
    offered = plan.languages if plan else ()
    chosen = [language for key, language in enumerate(offered, start=1) if digits == str(key)]
    return chosen[0] if len(offered) > 1 and chosen else ""


@lru_cache(maxsize=64)  # the same for every caller of a line
@_spoken_to_the_caller
def greet(plan: LinePlan | None, place: Place, *, is_open: bool, withheld: bool) -> list[Verb]:
    """Greet; while open offer the call-back at once and go on to the queue, else offer only that."""
    if plan and len(plan.languages) > 1:
        return _greet_in_all_languages(plan, place, is_open=is_open)
    if not is_open:
        texts = [hear(plan, slot, language_of(plan, place)) for slot in ("closed", "acute", "privacy")]
        return [*texts, *_offer(plan, place, withheld=withheld)]
    return _offer_instead_of_waiting(plan, place, ("greeting", "acute", "privacy", "offer"))


def _greet_in_all_languages(plan: LinePlan, place: Place, *, is_open: bool) -> list[Verb]:
    """Let everybody understand the advice and the choice; outside hours the keys lead on to the call-back."""
    heard: list[Say | Play] = []
    for key, language in enumerate(plan.languages, start=1):
        slots = ("greeting", "acute") if is_open else ("closed", "acute", "privacy")
        heard += [hear(plan, slot, language) for slot in slots]
        with override(language):
            # Translators: name your own language, not English.
            heard.append(Say(_("For English, press %(key)d.") % {"key": key}, language))
    following = Step.LANGUAGE if is_open else Step.CALLBACK
    ask = Ask(heard=tuple(heard), step=following, place=place, timeout_s=4)
    return [ask, GoTo(following, place)]


@_spoken_to_the_caller
def in_chosen_language(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Go on in the language chosen: the notice, and the offer to call back."""
    return _offer_instead_of_waiting(plan, place, ("privacy", "offer"))


def _offer_instead_of_waiting(plan: LinePlan | None, place: Place, slots: Sequence[str]) -> list[Verb]:
    heard = tuple(hear(plan, slot, language_of(plan, place)) for slot in slots)
    return [Ask(heard=heard, step=Step.MENU, place=place, timeout_s=3), GoTo(Step.MENU, place)]


@_spoken_to_the_caller
def menu(plan: LinePlan | None, place: Place, *, digits: str, withheld: bool) -> list[Verb]:
    """Lead on towards the queue, or to the call-back for those who chose it."""
    if digits == "1":
        return _offer(plan, place, withheld=withheld)
    if plan and plan.asks_who_calls:
        who = (hear(plan, "who", language_of(plan, place)),)
        return [Ask(heard=who, step=Step.WHO, place=place, timeout_s=5), GoTo(Step.WHO, place)]
    return _enqueue(plan, place)


@_spoken_to_the_caller
def enqueue(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Put the caller into the queue."""
    return _enqueue(plan, place)


@_spoken_to_the_caller
def overflow(plan: LinePlan | None, place: Place, *, withheld: bool) -> list[Verb]:
    """Say at once that nobody can answer, rather than let the caller wait for nothing, and offer the call-back."""
    return [hear(plan, "full", language_of(plan, place)), *_offer(plan, place, withheld=withheld)]


@_spoken_to_the_caller
def wait(
    _plan: LinePlan | None,
    place: Place,
    *,
    position: int | None,
    leaves: bool,
    expected: Expected | None = None,
) -> list[Verb]:
    """Leave the queue when a counsellor has been claimed or nobody will be; else say the position and wait on."""
    if leaves:
        return [LeaveQueue()]
    says = [Say(say_position(position))]
    if expected:
        says.append(Say(say_expected(expected)))
    following = GoTo(Step.WAIT, replace(place, turn=place.turn + 1))
    return [*says, Pause(WAIT_PAUSE_S), following]


def is_last_round(place: Place) -> bool:
    """Say whether nobody is rung any more for this caller."""
    return place.round + 1 >= ROUNDS


@_spoken_to_the_caller
def ring(plan: LinePlan | None, place: Place, *, legs: Sequence[Leg]) -> list[Verb]:
    """Ring the claimed counsellors, showing the line's number and nothing of the caller's."""
    if plan is None:
        return _farewell(plan, place)
    return [Ring(legs=tuple(legs), caller_id=plan.number, place=place, timeout_s=RING_S)]


@_spoken_to_the_caller
def after_ringing(
    plan: LinePlan | None, place: Place, *, accepted: bool, gives_up: bool, withheld: bool
) -> list[Verb]:
    """End after a talk; else back to the queue, and in the end to the call-back."""
    if accepted:
        return [HangUp()]
    if gives_up:
        return _nobody_came(plan, place, withheld=withheld)
    return _enqueue(plan, replace(place, round=place.round + 1, turn=0, duty=None))


@_spoken_to_the_caller
def nobody_came(plan: LinePlan | None, place: Place, *, withheld: bool) -> list[Verb]:
    """Say that nobody could answer and offer the call-back."""
    return _nobody_came(plan, place, withheld=withheld)


def caller_is_gone() -> Answer:
    """Say nothing: nobody is there."""
    return Answer()


def screen(*, digits: str, place: Place, is_late: bool = False) -> Answer:
    """Ask the one who picked up to press 1: a voicemail cannot, so it never gets to hear a caller."""
    with override(DEFAULT_LANGUAGE):
        if is_late:
            return Answer(verbs=(Say(_("A colleague has taken the call.")), HangUp()))
        if digits == "1":
            return Answer()
        if digits:
            return Answer(verbs=(HangUp(),))
        text = _("A call from the support line. Press 1 to take it.")
        if place.language == "en":
            text = _("A call from the support line, in English. Press 1 to take it.")
        ask = Ask(heard=(Say(text), Say(text)), step=Step.SCREEN, place=place, timeout_s=8)
        return Answer(verbs=(ask, HangUp()))


@_spoken_to_the_caller
def call_back_offer(plan: LinePlan | None, place: Place, *, withheld: bool) -> list[Verb]:
    """Offer to call back: to the number used, or for a withheld one to a number that is keyed in."""
    return _offer(plan, place, withheld=withheld)


@_spoken_to_the_caller
def call_back_ask_number(plan: LinePlan | None, place: Place, *, attempt: int) -> list[Verb]:
    """Ask for a number, at most three times."""
    if attempt >= KEYING_TRIES:
        return _farewell(plan, place)
    return _ask_number(plan, place, attempt)


@_spoken_to_the_caller
def call_back_read_back(plan: LinePlan | None, place: Place, *, number: str, attempt: int) -> list[Verb]:
    """Read a keyed number back and ask whether it is right."""
    heard = (
        Say(_("You have entered: %(number)s.") % {"number": spoken(number)}),
        Say(_("Press 1 if this is right. Press 2 to enter it again.")),
    )
    here = replace(place, part=CallBackPart.READ_BACK, turn=attempt)
    return [Ask(heard=heard, step=Step.CALLBACK, place=here, timeout_s=8), *_farewell(plan, place)]


@_spoken_to_the_caller
def call_back_confirmed(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Confirm that someone will call, and ask when; whoever hangs up now is called all the same."""
    text = _("Press 1 if we should call in the morning, 2 for the afternoon, 3 for any time.")
    here = Place(language=place.language, part=CallBackPart.SLOT)
    ask = Ask(heard=(Say(text),), step=Step.CALLBACK, place=here, timeout_s=6)
    return [hear(plan, "promised", language_of(plan, place)), ask, *_farewell(plan, place)]


@_spoken_to_the_caller
def call_back_ask_seen(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Ask whether a number of ours may be seen: somebody else may look at that telephone. Silence is a no."""
    text = _("Press 1 if the number of the support line may be seen on your telephone when we call.")
    here = Place(language=place.language, part=CallBackPart.SEEN)
    return [Ask(heard=(Say(text),), step=Step.CALLBACK, place=here, timeout_s=6), *_farewell(plan, place)]


@_spoken_to_the_caller
def call_back_not_possible(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Say that the number could not be kept, rather than promise a call that cannot come."""
    text = _("We could not note your number just now. Please call again later.")
    return [Say(text), *_farewell(plan, place)]


@_spoken_to_the_caller
def diverted(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Let a caller whom a supervisor has sent to a message hear that, and in every language when to dial 112."""
    others = plan.languages[1:] if plan else ()
    says = [hear(plan, "diverted", language_of(plan, place))]
    return [*says, *(hear(plan, "acute", language) for language in others), *_farewell(plan, place)]


@_spoken_to_the_caller
def farewell(plan: LinePlan | None, place: Place) -> list[Verb]:
    """End the call with the 112 advice."""
    return _farewell(plan, place)


@_spoken_to_the_caller
def when_all_else_fails(plan: LinePlan | None, place: Place) -> list[Verb]:
    """Answer although nothing of ours works: say so, with the 112 advice and the offer to call back."""
    text = _("You have reached the national support line. We cannot connect your call right now.")
    acute = hear(plan, "acute", language_of(plan, place))
    return [Say(text), acute, *_offer(plan, place, withheld=False)]


def _nobody_came(plan: LinePlan | None, place: Place, *, withheld: bool) -> list[Verb]:
    return [hear(plan, "nobody", language_of(plan, place)), *_offer(plan, place, withheld=withheld)]


def _offer(plan: LinePlan | None, place: Place, *, withheld: bool) -> list[Verb]:
    if withheld:
        return _ask_number(plan, place, 0)
    text = _("Press 1 to be called back at the number you are calling from. Press 2 to enter another number.")
    here = Place(language=place.language, part=CallBackPart.CHOICE)
    return [Ask(heard=(Say(text),), step=Step.CALLBACK, place=here, timeout_s=8), *_farewell(plan, place)]


def _ask_number(plan: LinePlan | None, place: Place, attempt: int) -> list[Verb]:
    text = _("Enter the number we should call and end with the hash key.")
    here = Place(language=place.language, part=CallBackPart.KEYED, turn=attempt)
    ask = Ask(heard=(Say(text),), step=Step.CALLBACK, place=here, digits=16, finish_on="#", timeout_s=10)
    return [ask, *_farewell(plan, place)]


def _enqueue(plan: LinePlan | None, place: Place) -> list[Verb]:
    return [Enqueue(name=plan.number if plan else "line", place=place)]


def _farewell(plan: LinePlan | None, place: Place) -> list[Verb]:
    language = language_of(plan, place)
    return [hear(plan, "goodbye", language), hear(plan, "acute", language), HangUp()]
