"""Carry out one step of a call: take in what happened, claim or release a counsellor, and decide what is heard next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from cases.vault import pseudonyms
from hotline.calls import callbacks
from hotline.calls.intake import Ingested, count_intake, ingest_event
from hotline.calls.models import Call, IntakeCount
from hotline.lines import duty, endpoints, flow
from hotline.lines.duty import Claim
from hotline.lines.hours import LinePlan, find_plan, is_open
from hotline.telephony.answers import Answer
from hotline.telephony.events import CallBackPart, CallEvent, Kind, QueueResult, Step, Turn
from hotline.telephony.numbers import e164


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
    ingested = ingest_event(turn.event, received_at=at) if turn.event else None
    return _STEPS[turn.step](Moment(turn=turn, at=at, ingested=ingested))


def without_database(turn: Turn) -> Answer:
    """Answer a turn when nothing can be read or written: whoever is talking stays connected, others can be called."""
    if turn.step is Step.SCREEN:
        return flow.screen(digits=turn.digits, place=turn.place)
    if turn.over or turn.step is Step.STATUS:
        return flow.caller_is_gone()
    if turn.step is Step.WAIT:
        return flow.wait(None, place=turn.place, position=None, someone_is_free=True)
    if turn.step is Step.DIAL and turn.bridged:
        return flow.farewell(None)
    if turn.step is Step.CALLBACK and turn.place.part is not CallBackPart.OFFER:
        return flow.call_back_not_possible(None)
    return flow.when_all_else_fails()


def _voice(moment: Moment) -> Answer:
    lets_in = moment.plan is not None and is_open(moment.plan, moment.at)
    return flow.greet(moment.plan, is_open=lets_in, withheld=moment.withheld)


def _menu(moment: Moment) -> Answer:
    return flow.menu(moment.plan, digits=moment.turn.digits, withheld=moment.withheld)


def _wait(moment: Moment) -> Answer:
    place = moment.turn.place
    if moment.turn.over or _has_ended(moment.claim):
        return flow.caller_is_gone()
    free = duty.claim_free(moment.plan.id, moment.claim, at=moment.at) if moment.plan else None
    if free is None and flow.is_last_turn(place):
        _ingest_own(moment, Kind.GAVE_UP)
    position = moment.turn.position
    return flow.wait(moment.plan, place=place, position=position, someone_is_free=free is not None)


def _queue(moment: Moment) -> Answer:
    result = moment.turn.queue_result
    if moment.turn.over or result in {QueueResult.HUNG_UP, QueueResult.OVER}:
        duty.release(moment.claim, at=moment.at)
        return flow.caller_is_gone()
    chosen = duty.claimed(moment.claim) if result is QueueResult.LEFT else None
    if chosen is None or chosen.endpoint is None:
        return flow.nobody_came(moment.plan, withheld=moment.withheld)
    waited_s = moment.turn.event.wait_s if moment.turn.event else None
    place = replace(moment.turn.place, duty=chosen.id, waited_s=waited_s or moment.turn.place.waited_s)
    return flow.ring(moment.plan, place=place, phone=endpoints.phone_of(chosen.endpoint))


def _dial(moment: Moment) -> Answer:
    turn = moment.turn
    accepted = bool(turn.bridged) or (moment.ingested is not None and moment.ingested.accepted)
    if accepted or turn.over:
        duty.release(moment.claim, at=moment.at)
    else:
        duty.release_unanswered(moment.claim, at=moment.at)
    if turn.over:
        return flow.caller_is_gone()
    if not accepted and flow.is_last_round(turn.place):
        _ingest_own(moment, Kind.GAVE_UP)
    return flow.after_ringing(moment.plan, place=turn.place, accepted=accepted, withheld=moment.withheld)


def _screen(moment: Moment) -> Answer:
    if moment.turn.digits == "1":
        duty.hold(moment.claim, at=moment.at)
    return flow.screen(digits=moment.turn.digits, place=moment.turn.place)


def _status(_moment: Moment) -> Answer:
    return flow.caller_is_gone()


def _fallback(moment: Moment) -> Answer:
    return without_database(moment.turn)


def _callback(moment: Moment) -> Answer:
    return _PARTS[moment.turn.place.part](moment)


def _offer(moment: Moment) -> Answer:
    return flow.call_back_offer(moment.plan, withheld=moment.withheld)


def _choice(moment: Moment) -> Answer:
    digits = moment.turn.digits
    if digits == "2" or (digits == "1" and moment.withheld):
        return flow.call_back_ask_number(moment.plan, attempt=0)
    if digits != "1":
        return flow.farewell(moment.plan)
    callbacks.request_call_back(actor=moment.actor, asking=_asking(moment), number=moment.turn.caller)
    return _requested(moment)


def _keyed(moment: Moment) -> Answer:
    attempt = moment.turn.place.turn
    number = e164(moment.turn.digits)
    if not number or (moment.plan and number == moment.plan.number):
        return flow.call_back_ask_number(moment.plan, attempt=attempt + 1)
    callbacks.key_in_number(actor=moment.actor, asking=_asking(moment), number=number)
    return flow.call_back_read_back(moment.plan, number=number, attempt=attempt)


def _read_back(moment: Moment) -> Answer:
    if moment.turn.digits != "1":
        return flow.call_back_ask_number(moment.plan, attempt=moment.turn.place.turn + 1)
    if not callbacks.confirm_call_back(actor=moment.actor, asking=_asking(moment)):
        return flow.call_back_ask_number(moment.plan, attempt=0)
    return _requested(moment)


def _requested(moment: Moment) -> Answer:
    _ingest_own(moment, Kind.CALLBACK_REQUESTED)
    return flow.call_back_confirmed(moment.plan)


def _asking(moment: Moment) -> callbacks.Asking:
    if moment.ingested is None:
        raise Call.DoesNotExist
    return callbacks.Asking(call_id=moment.ingested.call_id, plan=moment.plan, at=moment.at)


def _ingest_own(moment: Moment, kind: Kind) -> None:
    """Take in what follows from our own decision, under the same call."""
    turn = moment.turn
    event = CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        line_number=turn.line_number,
    )
    ingest_event(event, received_at=moment.at)


def _has_ended(claim: Claim) -> bool:
    return Call.objects.filter(call_key=claim.call, ended_at__isnull=False).exists()


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
    Step.LANGUAGE: _menu,
    Step.WHO: _menu,
    Step.BRIDGE: _status,
    Step.FALLBACK: _fallback,
}
_PARTS: dict[CallBackPart, Callable[[Moment], Answer]] = {
    CallBackPart.OFFER: _offer,
    CallBackPart.CHOICE: _choice,
    CallBackPart.KEYED: _keyed,
    CallBackPart.READ_BACK: _read_back,
}
