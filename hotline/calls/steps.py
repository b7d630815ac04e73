"""Carry out one step of a call: take in what happened, claim or release a counsellor, and decide what is heard next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from cases.vault import pseudonyms
from hotline.calls import bridge, call_back_steps, queueing, without_database
from hotline.calls.intake import count_intake, ingest_event
from hotline.calls.models import Call, IntakeCount
from hotline.calls.moment import Moment, in_language_chosen, ingest_own
from hotline.lines import diversions, duty, endpoints, flow, staffing, waiting
from hotline.lines.duty import Claim
from hotline.lines.hours import is_open
from hotline.lines.models import Duty, Line
from hotline.lines.waiting import Expected
from hotline.telephony.answers import Answer
from hotline.telephony.events import Kind, QueueResult, Step, Turn

SENT_ASIDE = "aside"  # sorts before every cause a provider names, so that it is the one the call keeps
WAITED_ENOUGH = "waited_enough"
NOBODY_ACCEPTED = "nobody_accepted"


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
        ingest_own(moment, Kind.GAVE_UP, cause=SENT_ASIDE, ended=True)
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
    return flow.in_chosen_language(moment.plan, in_language_chosen(moment))


def _menu(moment: Moment) -> Answer:
    if moment.turn.digits != "1" and (answer := _overflow(moment)):
        return answer
    return flow.menu(moment.plan, moment.place, digits=moment.turn.digits, withheld=moment.withheld)


def _who(moment: Moment) -> Answer:
    if kind := flow.KINDS.get(moment.turn.digits):
        ingest_own(moment, Kind.IN_MENU, caller_kind=kind)
    return _overflow(moment) or flow.enqueue(moment.plan, moment.place)


def _overflow(moment: Moment) -> Answer | None:
    """Turn to the call-back at once where waiting would be for nothing; that is our giving up, not the caller's."""
    why = queueing.why_not_queue(moment.plan, moment.language, call_key=moment.claim.call, at=moment.at)
    if not why:
        return None
    ingest_own(moment, Kind.GAVE_UP, cause=why)
    return flow.overflow(moment.plan, moment.place, withheld=moment.withheld)


def _wait(moment: Moment) -> Answer:
    if moment.turn.over or _has_ended(moment.claim):
        return flow.caller_is_gone()
    if _claim(moment):
        return flow.wait(moment.plan, moment.place, position=None, leaves=True)
    if why := _why_wait_no_longer(moment):
        ingest_own(moment, Kind.GAVE_UP, cause=why)
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
    if waiting.has_waited_enough(moment.plan, moment.place, moment.turn.queued_s):
        return WAITED_ENOUGH
    nobody = moment.plan is None or not staffing.ready_on(moment.plan.id, moment.language)
    return queueing.NOBODY if nobody else ""


def _expected(moment: Moment) -> Expected | None:
    if moment.plan is None or not waiting.tells_expected_wait(moment.place):
        return None
    waited_s = waiting.waited_s(moment.place, moment.turn.queued_s)
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
            ingest_own(moment, Kind.GAVE_UP, cause=queueing.NOBODY)
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
        ingest_own(moment, Kind.GAVE_UP, cause=why)
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
    Step.CALLBACK: call_back_steps.take_turn,
    Step.STATUS: _status,
    Step.LANGUAGE: _language,
    Step.WHO: _who,
    Step.BRIDGE: _bridge,
    Step.FALLBACK: _fallback,
}
