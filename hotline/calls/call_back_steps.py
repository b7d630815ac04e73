"""The conversation in which a caller asks to be called back: offered, chosen, keyed in, read back, when, how."""

from collections.abc import Callable

from hotline.calls import callbacks
from hotline.calls.models import Call, CallBack
from hotline.calls.moment import Moment, in_language_chosen, ingest_own
from hotline.lines import flow
from hotline.telephony.answers import Answer
from hotline.telephony.events import CallBackPart, Kind
from hotline.telephony.numbers import e164

SLOTS = {"1": CallBack.Slot.MORNING, "2": CallBack.Slot.AFTERNOON, "3": CallBack.Slot.ANY}


def take_turn(moment: Moment) -> Answer:
    """Carry out one part of the conversation."""
    return _PARTS[moment.turn.place.part](moment)


def _offer(moment: Moment) -> Answer:
    return flow.call_back_offer(moment.plan, in_language_chosen(moment), withheld=moment.withheld)


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
    ingest_own(moment, Kind.CALLBACK_REQUESTED)
    return flow.call_back_confirmed(moment.plan, moment.place)


def _asking(moment: Moment) -> callbacks.Asking:
    if moment.ingested is None:
        raise Call.DoesNotExist
    return callbacks.Asking(
        call_id=moment.ingested.call_id, plan=moment.plan, at=moment.at, language=moment.language
    )


_PARTS: dict[CallBackPart, Callable[[Moment], Answer]] = {
    CallBackPart.OFFER: _offer,
    CallBackPart.CHOICE: _choice,
    CallBackPart.KEYED: _keyed,
    CallBackPart.READ_BACK: _read_back,
    CallBackPart.SLOT: _slot,
    CallBackPart.SEEN: _seen,
}
