"""Carry out one step of a call: take in what happened, claim or release a counsellor, and decide what is heard next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from cases.vault import pseudonyms
from hotline.calls import bridge, callbacks, queueing, without_database
from hotline.calls.intake import Ingested, count_intake, ingest_event
from hotline.calls.models import Call, CallBack, IntakeCount
from hotline.lines import diversions, duty, endpoints, flow, staffing
from hotline.lines.duty import Claim
from hotline.lines.hours import LinePlan, find_plan, is_open
from hotline.lines.models import Duty, Line
from hotline.lines.waiting import Expected
from hotline.telephony.answers import Answer
from hotline.telephony.events import CallBackPart, CallEvent, Kind, Place, QueueResult, Step, Turn
from hotline.telephony.numbers import e164

SENT_ASIDE = "aside"  # sorts before every cause a provider names, so that it is the one the call keeps
WAITED_ENOUGH = "waited_enough"
NOBODY_ACCEPTED = "nobody_accepted"
SLOTS = {"1": CallBack.Slot.MORNING, "2": CallBack.Slot.AFTERNOON, "3": CallBack.Slot.ANY}


@dataclass(frozen=True)
class Moment:
    """A turn as it is being served: when, on which line, and what the intake made of it."""

    turn: Turn
    at: datetime
    ingested: Ingested | None

    @cached_property
    def plan(self) -> LinePlan | None:
        """Give the line that was called, read when first needed: a status callback needs none."""
        return find_plan(self.turn.line_number)

    @property
    def place(self) -> Place:
        """Give where the call stands."""
        return self.turn.place

    @property
    def language(self) -> str:
        """Give the language in which the caller is spoken to and answered."""
        return flow.language_of(self.plan, self.place)

    @property
    def withheld(self) -> bool:
        """Tell whether there is no number to call back."""
        return not self.turn.caller

    @cached_property
    def claim(self) -> Claim:
        """Give what a counsellor is claimed for."""
        return Claim(pseudonyms.call_key(self.turn.provider, self.turn.call_id), self.turn.place.round)

    @property
    def actor(self) -> Actor:
        """Attribute what the caller does to the provider that told us."""
        return Actor(label=f"provider:{self.turn.provider}", role="provider")


@transaction.atomic
def take(turn: Turn, *, at: datetime) -> Answer:
    """Serve one turn in one transaction."""
    if turn.recording:
        _alarm(turn)
    if turn.step is Step.SCREEN and turn.digits == "1" and turn.place.duty:
        return _accept(turn, turn.place.duty, at)
    return _carry_out(turn, at)


def _carry_out(turn: Turn, at: datetime) -> Answer:
    ingested = ingest_event(turn.event, received_at=at) if turn.event else None
    return _STEPS[turn.step](Moment(turn=turn, at=at, ingested=ingested))


def _voice(moment: Moment) -> Answer:
    if _is_diverted(moment):
        _ingest_own(moment, Kind.GAVE_UP, cause=SENT_ASIDE, ended=True)
        return flow.diverted(moment.plan, moment.place)
    lets_in = moment.plan is not None and is_open(moment.plan, moment.at)
    return flow.greet(moment.plan, moment.place, is_open=lets_in, withheld=moment.withheld)


def _is_diverted(moment: Moment) -> bool:
    if moment.withheld:
        return False
    try:
        fingerprints = pseudonyms.fingerprints(moment.turn.caller)
    except (InterfaceError, OperationalError):  # without the keys database everybody is let through
        return False
    return diversions.is_diverted(fingerprints, moment.at)


def _language(moment: Moment) -> Answer:
    return flow.in_chosen_language(moment.plan, _in_language_chosen(moment))


def _in_language_chosen(moment: Moment) -> Place:
    """Note the language whose key was pressed, and let it travel on."""
    chosen = flow.language_chosen(moment.plan, moment.turn.digits)
    if not chosen:
        return moment.place
    _ingest_own(moment, Kind.IN_MENU, language=chosen)
    return replace(moment.place, language=chosen)


def _menu(moment: Moment) -> Answer:
    if moment.turn.digits != "1" and (answer := _overflow(moment)):
        return answer
    return flow.menu(moment.plan, moment.place, digits=moment.turn.digits, withheld=moment.withheld)


def _who(moment: Moment) -> Answer:
    if kind := flow.KINDS.get(moment.turn.digits):
        _ingest_own(moment, Kind.IN_MENU, caller_kind=kind)
    return _overflow(moment) or flow.enqueue(moment.plan, moment.place)


def _overflow(moment: Moment) -> Answer | None:
    """Turn to the call-back at once where waiting would be for nothing; that is our giving up, not the caller's."""
    why = queueing.why_not_queue(moment.plan, moment.language, call_key=moment.claim.call, at=moment.at)
    if not why:
        return None
    _ingest_own(moment, Kind.GAVE_UP, cause=why)
    return flow.overflow(moment.plan, moment.place, withheld=moment.withheld)


def _wait(moment: Moment) -> Answer:
    if moment.turn.over or _has_ended(moment.claim):
        return flow.caller_is_gone()
    if _claim(moment):
        return flow.wait(moment.plan, moment.place, position=None, leaves=True)
    if why := _why_wait_no_longer(moment):
        _ingest_own(moment, Kind.GAVE_UP, cause=why)
    return flow.wait(
        moment.plan,
        moment.place,
        position=moment.turn.position,
        leaves=bool(why),
        expected=None if why else _expected(moment),
    )


def _claim(moment: Moment) -> list[Duty]:
    if moment.plan is None:
        return []
    at_most = duty.AT_ONCE if moment.plan.ringing == Line.Ringing.ALL else 1
    return duty.claim_counsellors(
        moment.plan.id, moment.claim, language=moment.language, at_most=at_most, at=moment.at
    )


def _why_wait_no_longer(moment: Moment) -> str:
    if flow.has_waited_enough(moment.plan, moment.place, moment.turn.queued_s):
        return WAITED_ENOUGH
    nobody = moment.plan is None or not staffing.ready_on(moment.plan.id, moment.language)
    return queueing.NOBODY if nobody else ""


def _expected(moment: Moment) -> Expected | None:
    if moment.plan is None or not flow.tells_expected_wait(moment.place):
        return None
    waited_s = flow.waited_s(moment.place, moment.turn.queued_s)
    position = moment.turn.position
    return queueing.expected(moment.plan, moment.language, position=position, waited_s=waited_s, at=moment.at)


def _queue(moment: Moment) -> Answer:
    result = moment.turn.queue_result
    if moment.turn.over or result in {QueueResult.HUNG_UP, QueueResult.OVER}:
        duty.release(moment.claim, at=moment.at)
        return flow.caller_is_gone()
    waited_s = moment.turn.event.wait_s if moment.turn.event else None
    place = replace(moment.place, turn=0, waited_s=waited_s or moment.place.waited_s)
    chosen = duty.claimed(moment.claim) if result is QueueResult.LEFT else []
    legs = endpoints.legs(chosen, place)
    if not legs:
        duty.release(moment.claim, at=moment.at)
        if result is QueueResult.LEFT:
            _ingest_own(moment, Kind.GAVE_UP, cause=queueing.NOBODY)
        return flow.nobody_came(moment.plan, moment.place, withheld=moment.withheld)
    alone = legs[0].place.duty if len(legs) == 1 else None
    return flow.ring(moment.plan, replace(place, duty=alone), legs=legs)


def _dial(moment: Moment) -> Answer:
    turn = moment.turn
    accepted = bool(turn.bridged) or (moment.ingested is not None and moment.ingested.accepted)
    if accepted or turn.over:
        duty.release(moment.claim, at=moment.at)
    else:
        duty.release_unanswered(moment.claim, at=moment.at)
    if turn.over:
        return flow.caller_is_gone()
    why = "" if accepted else _why_ring_no_longer(moment)
    if why:
        _ingest_own(moment, Kind.GAVE_UP, cause=why)
    return flow.after_ringing(
        moment.plan, moment.place, accepted=accepted, gives_up=bool(why), withheld=moment.withheld
    )


def _why_ring_no_longer(moment: Moment) -> str:
    if flow.is_last_round(moment.place):
        return NOBODY_ACCEPTED
    return _why_wait_no_longer(moment)


def _accept(turn: Turn, by: UUID, at: datetime) -> Answer:
    """Connect the first who presses 1. Decided before the event is taken in: who was late has accepted nothing."""
    moment = Moment(turn=turn, at=at, ingested=None)
    _lock_call(moment.claim)
    if duty.accept(moment.claim, by, at=at):
        return _carry_out(turn, at)
    if turn.event:
        ingest_event(replace(turn.event, kind=Kind.LEG_ANSWERED, cause="too_late", rings=0), received_at=at)
    return flow.screen(digits=turn.digits, place=turn.place, is_late=True)


def _screen(moment: Moment) -> Answer:
    return flow.screen(digits=moment.turn.digits, place=moment.place)


def _status(_moment: Moment) -> Answer:
    return flow.caller_is_gone()


def _bridge(moment: Moment) -> Answer:
    return bridge.take_turn(moment.turn, at=moment.at)


def _fallback(moment: Moment) -> Answer:
    return without_database.decide(moment.turn, at=moment.at).answer


def _callback(moment: Moment) -> Answer:
    return _PARTS[moment.turn.place.part](moment)


def _offer(moment: Moment) -> Answer:
    return flow.call_back_offer(moment.plan, _in_language_chosen(moment), withheld=moment.withheld)


def _choice(moment: Moment) -> Answer:
    digits = moment.turn.digits
    if digits == "2" or (digits == "1" and moment.withheld):
        return flow.call_back_ask_number(moment.plan, moment.place, attempt=0)
    if digits != "1":
        return flow.farewell(moment.plan, moment.place)
    callbacks.request_call_back(actor=moment.actor, asking=_asking(moment), number=moment.turn.caller)
    return _requested(moment)


def _keyed(moment: Moment) -> Answer:
    attempt = moment.place.turn
    number = e164(moment.turn.digits)
    if not number or (moment.plan and number == moment.plan.number):
        return flow.call_back_ask_number(moment.plan, moment.place, attempt=attempt + 1)
    callbacks.key_in_number(actor=moment.actor, asking=_asking(moment), number=number)
    return flow.call_back_read_back(moment.plan, moment.place, number=number, attempt=attempt)


def _read_back(moment: Moment) -> Answer:
    if moment.turn.digits != "1":
        return flow.call_back_ask_number(moment.plan, moment.place, attempt=moment.place.turn + 1)
    if not callbacks.confirm_call_back(actor=moment.actor, asking=_asking(moment)):
        return flow.call_back_ask_number(moment.plan, moment.place, attempt=0)
    return _requested(moment)


def _slot(moment: Moment) -> Answer:
    slot = SLOTS.get(moment.turn.digits)
    if slot:
        callbacks.note_wishes(actor=moment.actor, call_id=_asking(moment).call_id, slot=slot.value)
    return flow.call_back_ask_seen(moment.plan, moment.place)


def _seen(moment: Moment) -> Answer:
    may_show = moment.turn.digits == "1"
    callbacks.note_wishes(actor=moment.actor, call_id=_asking(moment).call_id, line_number_may_show=may_show)
    return flow.farewell(moment.plan, moment.place)


def _requested(moment: Moment) -> Answer:
    _ingest_own(moment, Kind.CALLBACK_REQUESTED)
    return flow.call_back_confirmed(moment.plan, moment.place)


def _asking(moment: Moment) -> callbacks.Asking:
    if moment.ingested is None:
        raise Call.DoesNotExist
    return callbacks.Asking(
        call_id=moment.ingested.call_id, plan=moment.plan, at=moment.at, language=moment.language
    )


def _ingest_own(moment: Moment, kind: Kind, **facts: Any) -> None:
    """Take in what follows from our own decision, under the same call."""
    turn = moment.turn
    event = CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        mark="ours",
        line_number=turn.line_number,
        **facts,
    )
    ingest_event(event, received_at=moment.at)


def _lock_call(claim: Claim) -> datetime | None:
    """Serve one delivery of a call at a time; gives when the call ended."""
    locked = Call.objects.select_for_update(no_key=True).filter(call_key=claim.call)
    return locked.values_list("ended_at", flat=True).first()


def _has_ended(claim: Claim) -> bool:
    return _lock_call(claim) is not None


def _alarm(turn: Turn) -> None:
    """Note that somebody switched recording on; what was recorded is never fetched."""
    count_intake(IntakeCount.Kind.RECORDING)
    actor = Actor(label=f"provider:{turn.provider}", role="provider")
    record(actor=actor, action=Action.RECORDING_ALARM, step=turn.step.value, line=turn.line_number)


_STEPS: dict[Step, Callable[[Moment], Answer]] = {
    Step.VOICE: _voice,
    Step.MENU: _menu,
    Step.WAIT: _wait,
    Step.QUEUE: _queue,
    Step.DIAL: _dial,
    Step.SCREEN: _screen,
    Step.CALLBACK: _callback,
    Step.STATUS: _status,
    Step.LANGUAGE: _language,
    Step.WHO: _who,
    Step.BRIDGE: _bridge,
    Step.FALLBACK: _fallback,
}
_PARTS: dict[CallBackPart, Callable[[Moment], Answer]] = {
    CallBackPart.OFFER: _offer,
    CallBackPart.CHOICE: _choice,
    CallBackPart.KEYED: _keyed,
    CallBackPart.READ_BACK: _read_back,
    CallBackPart.SLOT: _slot,
    CallBackPart.SEEN: _seen,
}
