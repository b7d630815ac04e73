"""46elks: its forms believed after three checks, its answers as JSON actions.

Source: 46elks.se/docs/receive-call, /call-actions, /verify-callback-origin. Nothing is signed, so the address has a
part that only 46elks knows, the sender has one of their addresses, and their interface confirms what was told.
What it cannot do is in `docs/telephony.md`: no text to speech, no queue, no screening of whoever picks up.
"""

import hmac
import ipaddress
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from hotline.telephony.answers import Answer
from hotline.telephony.elks_actions import render
from hotline.telephony.elks_api import ADDRESS, ElksApi, NoSuchCall, Record, Unavailable
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallEvent, Kind, Place, QueueResult, Step, Turn
from hotline.telephony.forms import Form, one, read_urlencoded, seconds
from hotline.telephony.links import MAX_NUMBER, Links, read_place
from hotline.telephony.numbers import our_number
from hotline.telephony.providers import Delivery, Reply, Secrets

logger = logging.getLogger(__name__)
PROVIDER = "46elks"
UNCONFIRMED = "unconfirmed"
INBOUND = "incoming"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
FAILED = frozenset({"failed", "busy"})


@dataclass(frozen=True, slots=True)
class Told:
    """What was told, when, and what 46elks has on record of it where that could be asked."""

    turn: Turn
    form: Form
    at: datetime
    record: Record | None = None


class Elks:
    """Recognised by the secret in the address, by where it comes from, and by asking back."""

    name = PROVIDER
    settings: tuple[str, ...] = (
        "ELKS_PATH_SECRET",
        "ELKS_SOURCES",
        "ELKS_API_USER",
        "ELKS_API_PASSWORD",
        "ELKS_API_URL",
        "ELKS_DEFAULT_SOUND",
        "ELKS_HOLD_SOUND",
    )
    max_body = 8 * 1024
    secret_in_path = True

    def is_configured(self, secrets: Secrets) -> bool:
        """Ask for everything but the interface's address, which is known; and for sources that are addresses."""
        needed = (secrets[name] for name in self.settings if name != "ELKS_API_URL")
        return all(needed) and bool(_networks(secrets["ELKS_SOURCES"]))

    def read(self, delivery: Delivery, secrets: Secrets) -> Turn:
        """Check where it comes from before reading it; ask back only about what would be taken in."""
        _recognise(delivery, secrets)
        told = _told(delivery, read_urlencoded(delivery.body))
        if told.turn.recording or not _is_inbound(told.form):
            return told.turn
        means = _EVENTS[delivery.step]
        if "to" in told.form and means(told) is None:
            return told.turn
        told = _confirmed(told, secrets)
        event = means(told)
        return replace(told.turn, event=_completed(event, told) if event else None)

    def write(self, turn: Turn, answer: Answer, links: Links, secrets: Secrets) -> Reply:
        """Answer with nested actions; the end of the call is told at every turn where we want to hear of it."""
        if turn.step is Step.STATUS:
            return Reply()
        return Reply(200, render(turn, answer, links, secrets), "application/json")


def _recognise(delivery: Delivery, secrets: Secrets) -> None:
    if not hmac.compare_digest(delivery.in_path.encode(), secrets["ELKS_PATH_SECRET"].encode()):
        raise WebhookRefused(reason="wrong_path")
    allowed = _networks(secrets["ELKS_SOURCES"])
    if not delivery.source or not any(ipaddress.ip_address(delivery.source) in each for each in allowed):
        raise WebhookRefused(reason="wrong_source")


@lru_cache(maxsize=4)
def _networks(text: str) -> tuple[Network, ...]:
    """Read the allowed addresses and networks; where one is none, there are none at all."""
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in text.split(","))
    except ValueError:
        return ()


def _is_inbound(form: Form) -> bool:
    return one(form, "direction") in {"", INBOUND}


def _told(delivery: Delivery, form: Form) -> Told:
    """Translate what is the same at every step. Anything that is not E.164 is a withheld number."""
    call_id, result = one(form, "callid") or one(form, "id"), one(form, "result")
    if not re.fullmatch(r"[A-Za-z0-9-]{2,64}", call_id):
        raise Malformed
    place = read_place(delivery.query)
    if delivery.step not in {Step.WAIT, Step.QUEUE}:
        place = replace(place, since=int(delivery.at.timestamp()))
    turn = Turn(
        step=delivery.step,
        provider=PROVIDER,
        call_id=call_id,
        place=place,
        queued_s=_since(place, delivery.at),
        line_number=our_number(one(form, "to")) if _is_inbound(form) else "",
        caller=_number(one(form, "from")),
        digits=result[:32] if re.fullmatch(r"[0-9*#]+", result) else "",
        queue_result=QueueResult.LEFT if delivery.step is Step.QUEUE else None,
        bridged=result == "success" if delivery.step is Step.DIAL else None,
        over=delivery.step is Step.STATUS,
        recording="wav" in form or "recording" in form,
    )
    return Told(turn, form, delivery.at)


def _confirmed(told: Told, secrets: Secrets) -> Told:
    """Ask whether the call is as told. Where nobody answers it is believed all the same: a caller is waiting.

    Errors: WebhookRefused with the reason not_confirmed.
    """
    api = ElksApi(secrets["ELKS_API_USER"], secrets["ELKS_API_PASSWORD"], secrets["ELKS_API_URL"] or ADDRESS)
    try:
        record = api.call(told.turn.call_id)
    except NoSuchCall:
        raise WebhookRefused(reason="not_confirmed") from None
    except Unavailable:
        logger.warning("46elks could not be asked about a call; what it told is taken in and marked.")
        return told
    known = {"direction": record.direction, "from": record.caller, "to": record.called}
    if record.direction != INBOUND or any(one(told.form, name) not in {"", known[name]} for name in known):
        raise WebhookRefused(reason="not_confirmed")
    turn = replace(told.turn, line_number=our_number(record.called), caller=_number(record.caller))
    return replace(told, turn=turn, record=record)


def _completed(event: CallEvent, told: Told) -> CallEvent:
    """Add what only the record says: how long the talk was, from which follows when it began."""
    if told.record is None:
        return replace(event, cause=f"{event.cause} {UNCONFIRMED}".strip())
    talk_s = told.record.talk_s
    if event.kind is Kind.ENDED and talk_s is not None:
        return replace(event, kind=Kind.ACCEPTED, talk_s=talk_s, failed=False)
    if event.kind is Kind.ACCEPTED:
        return replace(event, talk_s=talk_s, at=told.at - timedelta(seconds=talk_s or 0))
    return event


def _number(text: str) -> str:
    return text if re.fullmatch(r"\+[1-9][0-9]{6,14}", text) else ""


def _event(told: Told, kind: Kind, *, mark: str = "", cause: str = "") -> CallEvent:
    turn = told.turn
    return CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        mark=mark,
        caller=turn.caller,
        withheld=not turn.caller and ("from" in told.form or told.record is not None),
        line_number=turn.line_number,
        duty=turn.place.duty,
        cause=cause,
    )


def _voice(told: Told) -> CallEvent | None:
    return replace(_event(told, Kind.OFFERED), at=_moment(told.form, "created"))


def _menu(told: Told) -> CallEvent | None:
    place = told.turn.place
    return _event(told, Kind.IN_MENU, mark=f"{place.part}:{place.turn}")


def _wait(told: Told) -> CallEvent | None:
    place = told.turn.place
    return _event(told, Kind.QUEUED, mark=str(place.round)) if place.turn == 0 else None


def _queue(told: Told) -> CallEvent | None:
    """46elks has no queue and tells no wait: it is the time since the caller was put there."""
    place = told.turn.place
    event = _event(told, Kind.LEFT_QUEUE, mark=str(place.round), cause=QueueResult.LEFT.value)
    return replace(event, wait_s=place.waited_s + _since(place, told.at))


def _since(place: Place, at: datetime) -> int:
    return min(max(0, int(at.timestamp()) - place.since), MAX_NUMBER) if place.since else 0


def _dial(told: Told) -> CallEvent | None:
    """Whoever or whatever picked up has the call: 46elks does not let us ask them first."""
    result, place = one(told.form, "result"), told.turn.place
    if result not in FAILED | {"success"}:
        raise UnknownKind
    kind = Kind.ACCEPTED if told.turn.bridged else Kind.DIALLED
    return replace(_event(told, kind, mark=str(place.round), cause=result), rings=place.round + 1)


def _status(told: Told) -> CallEvent | None:
    state, duration_s = one(told.form, "state")[:10], seconds(told.form, "duration")
    event = _event(told, Kind.ENDED, mark="end", cause=state)
    return replace(event, ended=True, failed=state in FAILED, duration_s=duration_s)


def _fallback(told: Told) -> CallEvent | None:
    return replace(_event(told, Kind.OFFERED), failed=True)


def _nothing(_told: Told) -> CallEvent | None:
    return None


_EVENTS: dict[Step, Callable[[Told], CallEvent | None]] = {
    Step.VOICE: _voice,
    Step.LANGUAGE: _menu,
    Step.WHO: _menu,
    Step.MENU: _menu,
    Step.WAIT: _wait,
    Step.QUEUE: _queue,
    Step.DIAL: _dial,
    Step.SCREEN: _nothing,
    Step.CALLBACK: _menu,
    Step.STATUS: _status,
    Step.BRIDGE: _nothing,
    Step.FALLBACK: _fallback,
}


def _moment(form: Form, name: str) -> datetime | None:
    """Read 46elks' time, which is in UTC and does not say so."""
    try:
        return datetime.fromisoformat(one(form, name)).replace(tzinfo=UTC)
    except ValueError:
        return None
