"""Decide what is heard when no database can be asked: whoever is talking stays connected, others can be called back.

Nothing is read but the snapshot of the lines and nothing is written; what has to be kept is named for whoever keeps it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from hotline.calls import asked
from hotline.calls.asked import Asked
from hotline.calls.snapshot import plan_without_database
from hotline.lines import flow
from hotline.lines.hours import LinePlan, is_open
from hotline.lines.prompts import hear
from hotline.telephony.answers import Answer, Ask, GoTo, Say
from hotline.telephony.events import CallBackPart, Place, Step, Turn
from hotline.telephony.numbers import e164

NO_DATABASE = "no_database"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is heard, and whether we thereby gave up. Where what was asked for cannot be kept, the other answer is."""

    answer: Answer
    gives_up: bool = False
    asked: Asked | None = None
    otherwise: Answer | None = None


def decide(turn: Turn, *, at: datetime) -> Decision:
    """Decide a turn."""
    plan = plan_without_database(turn.line_number)
    settled = _settled(turn, plan)
    if settled is not None:
        return Decision(settled)
    if turn.step is Step.CALLBACK:
        return _PARTS[turn.place.part](turn, plan)
    return _greet(turn, plan, at)


def _settled(turn: Turn, plan: LinePlan | None) -> Answer | None:
    """Give the answer of a step that has only one."""
    if turn.step is Step.SCREEN:
        return flow.screen(digits=turn.digits, place=turn.place)
    if turn.over or turn.step in {Step.STATUS, Step.BRIDGE}:
        return flow.caller_is_gone()
    if turn.step is Step.WAIT:
        return flow.wait(plan, turn.place, position=None, leaves=True)
    if turn.step is Step.DIAL and turn.bridged:
        return flow.farewell(plan, turn.place)
    if turn.step is Step.MENU and turn.digits == "1":
        return flow.call_back_offer(plan, turn.place, withheld=not turn.caller)
    return None


def _greet(turn: Turn, plan: LinePlan | None, at: datetime) -> Decision:
    """Greet as the line greets; that nobody can be rung is our giving up, unless the line is closed anyway."""
    withheld = not turn.caller
    if plan is None:
        return Decision(flow.when_all_else_fails(None, turn.place), gives_up=True)
    if not is_open(plan, at):
        return Decision(flow.greet(plan, turn.place, is_open=False, withheld=withheld))
    if turn.step in {Step.VOICE, Step.FALLBACK} and len(plan.languages) > 1:
        return Decision(_in_all_languages(plan, turn.place), gives_up=True)
    place = _in_language_chosen(turn, plan)
    slots = ("greeting", "acute", "privacy") if turn.step in {Step.VOICE, Step.FALLBACK} else ()
    heard = [hear(plan, slot, flow.language_of(plan, place)) for slot in slots]
    offer = flow.overflow(plan, place, withheld=withheld)
    return Decision(replace(offer, verbs=(*heard, *offer.verbs)), gives_up=True)


def _in_all_languages(plan: LinePlan, place: Place) -> Answer:
    """Let everybody understand that nobody can answer, the advice, and the choice; the keys lead to the call-back."""
    heard = []
    for key, language in enumerate(plan.languages, start=1):
        heard += [hear(plan, slot, language) for slot in ("greeting", "full", "acute", "privacy")]
        with override(language):
            heard.append(Say(_("For English, press %(key)d.") % {"key": key}, language))
    ask = Ask(heard=tuple(heard), step=Step.CALLBACK, place=place, timeout_s=4)
    return Answer(verbs=(ask, GoTo(Step.CALLBACK, place)), language=plan.language)


def _in_language_chosen(turn: Turn, plan: LinePlan | None) -> Place:
    chosen = flow.language_chosen(plan, turn.digits)
    return replace(turn.place, language=chosen) if chosen else turn.place


def _offer(turn: Turn, plan: LinePlan | None) -> Decision:
    place = _in_language_chosen(turn, plan)
    return Decision(flow.call_back_offer(plan, place, withheld=not turn.caller))


def _choice(turn: Turn, plan: LinePlan | None) -> Decision:
    if turn.digits == "2" or (turn.digits == "1" and not turn.caller):
        return Decision(flow.call_back_ask_number(plan, turn.place, attempt=0))
    if turn.digits != "1":
        return Decision(flow.farewell(plan, turn.place))
    box = _box(turn, turn.caller)
    return _promise(turn, plan, box) if box else Decision(flow.call_back_not_possible(plan, turn.place))


def _keyed(turn: Turn, plan: LinePlan | None) -> Decision:
    """Read a keyed number back; until it is confirmed it travels, sealed, in the address of the next step."""
    number, place = e164(turn.digits), turn.place
    if not number or (plan and number == plan.number):
        return Decision(flow.call_back_ask_number(plan, place, attempt=place.turn + 1))
    box = _box(turn, number)
    if not box:
        return Decision(flow.call_back_not_possible(plan, place))
    here = replace(place, box=asked.as_text(box))
    return Decision(flow.call_back_read_back(plan, here, number=number, attempt=place.turn))


def _read_back(turn: Turn, plan: LinePlan | None) -> Decision:
    if turn.digits != "1":
        return Decision(flow.call_back_ask_number(plan, turn.place, attempt=turn.place.turn + 1))
    return _promise(turn, plan, asked.from_text(turn.place.box))


def _goodbye(turn: Turn, plan: LinePlan | None) -> Decision:
    """Wishes for a call-back that is promised already cannot be noted now: it is for any time, and discreet."""
    return Decision(flow.farewell(plan, turn.place))


def _promise(turn: Turn, plan: LinePlan | None, box: bytes) -> Decision:
    """Promise a call, and ask for no wishes, which nobody could note."""
    language, goodbye = flow.language_of(plan, turn.place), flow.farewell(plan, turn.place)
    return Decision(
        replace(goodbye, verbs=(hear(plan, "promised", language), *goodbye.verbs)),
        asked=Asked(box=box, language=language),
        otherwise=flow.call_back_not_possible(plan, turn.place),
    )


def _box(turn: Turn, number: str) -> bytes:
    try:
        return asked.box_for(number, provider=turn.provider, call_id=turn.call_id)
    except asked.NoKey:
        return b""


def _wishes(turn: Turn, plan: LinePlan | None) -> Decision:
    """Let go who has been promised a call: what was wished beyond that is not kept."""
    return Decision(flow.farewell(plan, turn.place))


_PARTS: dict[CallBackPart, Callable[[Turn, LinePlan | None], Decision]] = {
    CallBackPart.OFFER: _offer,
    CallBackPart.CHOICE: _choice,
    CallBackPart.KEYED: _keyed,
    CallBackPart.READ_BACK: _read_back,
    CallBackPart.SLOT: _goodbye,
    CallBackPart.SEEN: _goodbye,
    CallBackPart.SLOT: _wishes,
    CallBackPart.SEEN: _wishes,
}
