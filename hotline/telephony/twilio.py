"""Twilio's webhooks: verify the signature, then translate the form. Pure: bytes in, frozen dataclass out.

Source: twilio.com/docs/usage/security and /docs/voice/twiml; TwiML requests carry no time stamp.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, parse_qsl, urldefrag, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallEvent, Kind, QueueResult, Step, Turn
from hotline.telephony.links import read_place, small_number
from hotline.telephony.numbers import caller_number, e164

PROVIDER = "twilio"
MAX_BODY = 16 * 1024
MAX_FIELDS = 200
ALGORITHMS = frozenset({HMAC_SHA1, HMAC_SHA256})
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
FAILED = frozenset({"busy", "failed"})
LEG_KINDS = {"ringing": Kind.RINGING, "in-progress": Kind.LEG_ANSWERED, "answered": Kind.LEG_ANSWERED}
LEG_KINDS |= dict.fromkeys(OVER, Kind.LEG_ENDED)
QUEUE_RESULTS = {
    "leave": QueueResult.LEFT,
    "hangup": QueueResult.HUNG_UP,
    "bridged": QueueResult.OVER,
    "redirected": QueueResult.OVER,
    "redirected-from-bridged": QueueResult.OVER,
}
DIAL_STATUSES = OVER | {"answered"}
KNOWN_FIELDS = frozenset(
    [
        "AccountSid",
        "ApiVersion",
        "CallDuration",
        "CallSid",
        "CallStatus",
        "Called",
        "Caller",
        "DialBridged",
        "DialCallDuration",
        "DialCallStatus",
        "Digits",
        "Direction",
        "From",
        "ParentCallSid",
        "QueuePosition",
        "QueueResult",
        "QueueTime",
        "SequenceNumber",
        "Timestamp",
        "To",
    ]
)


Form = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature covers, and the signature. `url` is rebuilt from our own public address, never from Host."""

    url: str
    body: bytes
    content_type: str
    signature: str
    algorithm: str = ""


def read_form(signed: Signed) -> dict[str, list[str]]:
    """Read the body's fields, blank values included, within bounds.

    Errors: Malformed.
    """
    try:
        text = signed.body.decode("utf-8")
        if _is_json(signed):
            return {str(name): [_as_text(value)] for name, value in _object(text).items()}
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (ValueError, RecursionError):
        raise Malformed from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def verify(signed: Signed, form: Form, *, token: str) -> None:
    """Let through only what the provider signed.

    Errors: WebhookRefused with the reason missing_signature, unknown_algorithm or wrong_signature.
    """
    algorithm = get_signature_algorithm(signed.algorithm).upper()
    if not signed.signature or not token:
        raise WebhookRefused(reason="missing_signature")
    if algorithm not in ALGORITHMS:
        raise WebhookRefused(reason="unknown_algorithm")
    url, _fragment = urldefrag(signed.url)
    if _is_json(signed) and "bodySHA256" not in parse_qs(urlsplit(url).query):
        raise WebhookRefused(reason="wrong_signature")
    params = signed.body.decode("utf-8") if _is_json(signed) else _Fields(form)
    validator = RequestValidator(token)
    if not validator.validate(url, params, signed.signature, algorithm):
        raise WebhookRefused(reason="wrong_signature")


def parse(step: Step, form: Form, query: str, *, account: str) -> Turn:
    """Translate a verified form, over all its parameters, into what happened and what is asked.

    Errors: WebhookRefused (another account), Malformed, UnknownKind.
    """
    if not account or _one(form, "AccountSid") != account:
        raise WebhookRefused(reason="unknown_account")
    call_sid = _sid(form, "CallSid")
    if not call_sid:
        raise Malformed
    parent = _sid(form, "ParentCallSid")
    is_leg = bool(parent)
    turn = Turn(
        step=step,
        provider=PROVIDER,
        call_id=parent or call_sid,
        place=read_place(query),
        line_number="" if is_leg else e164(_one(form, "To") or _one(form, "Called")),
        caller="" if is_leg else caller_number(_one(form, "From") or _one(form, "Caller")),
        digits=_one(form, "Digits")[:32],
        position=_seconds(form, "QueuePosition"),
        queue_result=_queue_result(form) if step is Step.QUEUE else None,
        bridged={"true": True, "false": False}.get(_one(form, "DialBridged").lower()),
        over=not is_leg and _one(form, "CallStatus") in OVER,
        recording=any(name.startswith("Recording") for name in form),
    )
    if turn.recording and step is Step.STATUS:
        return turn
    return replace(turn, event=_EVENTS[step](turn, form, call_sid if is_leg else ""))


class _Fields:
    """The form as the library's validator wants it: every value of a name."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def __iter__(self) -> object:
        return iter(self._form)

    def getlist(self, name: str) -> list[str]:
        return self._form[name]


def _voice(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.OFFERED, leg)


def _menu(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.IN_MENU, leg)


def _asked(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.IN_MENU, leg, mark=turn.step.value)


def _nothing(_turn: Turn, _form: Form, _leg: str) -> CallEvent | None:
    return None


def _wait(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    first = turn.place.turn == 0
    return _event(turn, Kind.QUEUED, leg, mark=str(turn.place.round)) if first else None


def _queue(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    result = turn.queue_result or QueueResult.REFUSED
    queued_s = _seconds(form, "QueueTime")
    event = _event(turn, Kind.LEFT_QUEUE, leg, mark=f"{turn.place.round}:{result}", cause=result.value)
    return replace(
        event,
        wait_s=None if queued_s is None else turn.place.waited_s + queued_s,
        ended=turn.over or result is QueueResult.HUNG_UP,
        failed=result is QueueResult.REFUSED,
    )


def _dial(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    status = _one(form, "DialCallStatus")
    if status not in DIAL_STATUSES:
        raise UnknownKind
    talked = status in {"completed", "answered"} and turn.bridged is not False
    event = _event(turn, Kind.DIALLED, leg, mark=str(turn.place.round), cause=status)
    return replace(
        event,
        rings=turn.place.round + 1,
        talk_s=_seconds(form, "DialCallDuration") if talked else None,
        ended=turn.over or (talked and turn.bridged is True),
    )


def _screen(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    if turn.digits != "1":
        return None
    return replace(_event(turn, Kind.ACCEPTED, leg), rings=turn.place.round + 1)


def _callback(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.IN_MENU, leg, mark=f"{turn.place.part}:{turn.place.turn}")


def _status(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    status = _one(form, "CallStatus")
    sequence = _one(form, "SequenceNumber")[:8]
    at = _timestamp(form)
    if leg:
        if status not in LEG_KINDS:
            raise UnknownKind
        event = _event(turn, LEG_KINDS[status], leg, mark=sequence or status, cause=status)
        return replace(event, at=at, rings=turn.place.round + 1)
    if status not in OVER or _one(form, "Direction").startswith("outbound"):
        raise UnknownKind
    event = _event(turn, Kind.ENDED, leg, mark=sequence or status, cause=status)
    duration_s = _seconds(form, "CallDuration")
    return replace(event, at=at, duration_s=duration_s, ended=True, failed=status in FAILED)


_EVENTS = {
    Step.VOICE: _voice,
    Step.LANGUAGE: _asked,
    Step.WHO: _asked,
    Step.MENU: _menu,
    Step.WAIT: _wait,
    Step.QUEUE: _queue,
    Step.DIAL: _dial,
    Step.SCREEN: _screen,
    Step.CALLBACK: _callback,
    Step.STATUS: _status,
    Step.BRIDGE: _nothing,
    Step.FALLBACK: _voice,
}


def _event(turn: Turn, kind: Kind, leg: str, *, mark: str = "", cause: str = "") -> CallEvent:
    return CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        mark=mark,
        leg_id=leg,
        caller=turn.caller,
        withheld=not leg and not turn.caller,
        line_number=turn.line_number,
        duty=turn.place.duty,
        cause=cause,
        ended=turn.over,
    )


def _queue_result(form: Form) -> QueueResult:
    return QUEUE_RESULTS.get(_one(form, "QueueResult"), QueueResult.REFUSED)


def _one(form: Form, name: str) -> str:
    """Give a field's value; two different ones under one name are Malformed."""
    values = set(form.get(name, [""]))
    if len(values) != 1:
        raise Malformed
    return values.pop()


def _sid(form: Form, name: str) -> str:
    value = _one(form, name)
    if value and not re.fullmatch(r"[A-Za-z0-9]{2,64}", value):
        raise Malformed
    return value


def _seconds(form: Form, name: str) -> int | None:
    value = _one(form, name)
    if not value:
        return None
    try:
        return small_number(value)
    except ValueError:
        raise Malformed from None


def _timestamp(form: Form) -> datetime | None:
    """Read RFC 2822; what is not a moment with a zone is no time stamp."""
    try:
        at = parsedate_to_datetime(_one(form, "Timestamp"))
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else None


def _is_json(signed: Signed) -> bool:
    return signed.content_type.partition(";")[0].strip().lower() == "application/json"


def _object(text: str) -> dict[str, object]:
    content = json.loads(text)
    if not isinstance(content, dict) or len(content) > MAX_FIELDS:
        raise Malformed
    return content


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
