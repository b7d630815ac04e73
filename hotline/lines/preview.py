"""What a caller will hear, in order and in words: asked of the functions that answer calls, never written twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.lines import flow
from hotline.lines.hours import LinePlan, Wording
from hotline.lines.prompts import SLOTS, text_of
from hotline.lines.waiting import Expected
from hotline.telephony.answers import Answer, Ask, Enqueue, GoTo, HangUp, Pause, Play, Say, Verb
from hotline.telephony.events import Place, Step

A_POSITION = 2
AN_ESTIMATE = Expected(minutes=3)
STEPS_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing a caller hears; without a slot it belongs to the way of the call and is the same on every line.

    `waits_s` are the seconds of silence after it, in which a key may be pressed.
    """

    text: str
    language: str
    audio_url: str = ""
    slot: str = ""
    waits_s: int = 0

    @property
    def always_read(self) -> bool:
        """Tell whether no administrator can silence this."""
        return bool(self.slot) and SLOTS[self.slot].must_be_read


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the call: when it is heard, and what is."""

    title: Promise
    heard: Sequence[Heard]


def when_open(plan: LinePlan, language: str) -> list[Passage]:
    """Give what somebody hears who calls within opening hours, presses nothing but the language, and waits."""
    place = Place(language=language)
    return [
        *_walk(plan, language, flow.greet(plan, Place(), is_open=True, withheld=False)),
        _passage(plan, _("Instead, when the queue is full or nobody is on duty"), _overflow(plan, place)),
        _passage(plan, _("Instead, after the longest wait"), flow.nobody_came(plan, place, withheld=False)),
    ]


def when_closed(plan: LinePlan, language: str) -> list[Passage]:
    """Give what somebody hears who calls outside opening hours."""
    return list(_walk(plan, language, flow.greet(plan, Place(), is_open=False, withheld=False)))


def either_way(plan: LinePlan, language: str) -> list[Passage]:
    """Give what is heard open or closed: when a call-back is promised, and by whom a supervisor has diverted.

    The diverted hear it at once, before any choice of language.
    """
    place = Place(language=language)
    return [
        _passage(plan, _("When a call-back has been asked for"), flow.call_back_confirmed(plan, place)),
        _passage(plan, _("When a time of day has been chosen"), flow.call_back_ask_seen(plan, place)),
        _passage(plan, _("A caller whom a supervisor has sent to a message"), flow.diverted(plan, Place())),
    ]


def with_wording(plan: LinePlan, wording: Wording) -> LinePlan:
    """Give the plan as it would be with this text, which is not saved."""
    others = [
        each for each in plan.wordings if (each.slot, each.language) != (wording.slot, wording.language)
    ]
    return replace(plan, wordings=(*others, wording))


def _overflow(plan: LinePlan, place: Place) -> Answer:
    return flow.overflow(plan, place, withheld=False)


def _walk(plan: LinePlan, language: str, answer: Answer) -> Iterator[Passage]:
    """Follow the call from its first answer until it waits in the queue or ends."""
    title: Promise = _("First of all")
    for _step in range(STEPS_AT_MOST):
        passage = _passage(plan, title, answer)
        if passage.heard:
            yield passage
        following = next((each for each in answer.verbs if isinstance(each, GoTo | Enqueue | HangUp)), None)
        if not isinstance(following, GoTo | Enqueue):
            return
        title, answer = _next(plan, Place(language=language), following)
        if isinstance(following, Enqueue):
            yield _passage(plan, title, answer)
            return


def _next(plan: LinePlan, place: Place, verb: GoTo | Enqueue) -> tuple[Promise, Answer]:
    """Answer as a call would be answered whose caller pressed only the key of this language."""
    if isinstance(verb, Enqueue):
        waits = flow.wait(plan, place, position=A_POSITION, leaves=False, expected=AN_ESTIMATE)
        return _("In the queue (an example)"), waits
    match verb.step:
        case Step.LANGUAGE:
            return _("With the language chosen"), flow.in_chosen_language(plan, place)
        case Step.CALLBACK:
            return _("With the language chosen"), flow.call_back_offer(plan, place, withheld=False)
        case Step.MENU:
            return _("Then"), flow.menu(plan, place, digits="", withheld=False)
        case _:
            return _("Then"), flow.enqueue(plan, place)


def _passage(plan: LinePlan, title: Promise, answer: Answer) -> Passage:
    known = {(text_of(plan, slot, language), language): slot for slot in SLOTS for language in plan.languages}
    heard = [
        Heard(each.text, language, getattr(each, "url", ""), known.get((each.text, language), ""), waits_s)
        for each, waits_s in _heard(answer.verbs)
        for language in [each.language or answer.language]
    ]
    return Passage(title, heard)


def _heard(verbs: Sequence[Verb]) -> Iterator[tuple[Say | Play, int]]:
    """Give what is said or played, each with the seconds until what follows."""
    following = [*verbs[1:], None]
    for verb, after in zip(verbs, following, strict=True):
        if isinstance(verb, Ask):
            yield from ((each, 0) for each in verb.heard[:-1])
            yield verb.heard[-1], verb.timeout_s
        elif isinstance(verb, Say | Play):
            yield verb, after.seconds if isinstance(after, Pause) else 0
