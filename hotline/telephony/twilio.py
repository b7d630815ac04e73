"""Twilio: its webhooks verified and translated, its answers as TwiML. Pure: bytes in, frozen dataclass out.

Source: twilio.com/docs/usage/security and /docs/voice/twiml; TwiML requests carry no time stamp.
"""

import logging
import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from hotline.telephony.answers import Answer
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallEvent, DialResult, Kind, QueueResult, Step, Turn
from hotline.telephony.forms import Form, one, seconds
from hotline.telephony.links import Links, read_place
from hotline.telephony.numbers import caller_number, e164, our_number
from hotline.telephony.providers import Delivery, Reply, Secrets
from hotline.telephony.twilio_signature import Signed, read_form, verify
from hotline.telephony.twiml import render

logger = logging.getLogger(__name__)
PROVIDER = "twilio"
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
DIAL_RESULTS = {
    "completed": DialResult.ANSWERED,
    "answered": DialResult.ANSWERED,
    "failed": DialResult.FAILED,
} | dict.fromkeys(("busy", "no-answer", "canceled"), DialResult.NO_ANSWER)
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


class Twilio:
    """Recognised by the signature over address and fields, made with the account's token."""

    name = PROVIDER
    settings: tuple[str, ...] = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS")
    max_body = 16 * 1024
    secret_in_path = False

    def is_configured(self, secrets: Secrets) -> bool:
        """Ask for an account and a token."""
        return bool(secrets["TWILIO_ACCOUNT_SID"] and secrets["TWILIO_AUTH_TOKEN"])

    def read(self, delivery: Delivery, secrets: Secrets) -> Turn:
        """Turn away what bears no signature before any of it is read; then verify, then translate."""
        signed = Signed(
            url=delivery.url,
            body=delivery.body,
            content_type=delivery.content_type,
            signature=delivery.headers.get("X-Twilio-Signature", ""),
            algorithm=delivery.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
        )
        if not signed.signature:
            raise WebhookRefused(reason="missing_signature")
        form = read_form(signed)
        _verify(signed, form, secrets)
        return parse(delivery.step, form, delivery.query, account=secrets["TWILIO_ACCOUNT_SID"])

    def write(self, turn: Turn, answer: Answer, links: Links, secrets: Secrets) -> Reply:  # noqa: ARG002 - the protocol
        """Answer with TwiML; a status callback wants no document."""
        if turn.step is Step.STATUS:
            return Reply()
        document = _greeting(answer, links) if turn.step is Step.VOICE else render(answer, links)
        return Reply(200, document, "text/xml; charset=utf-8")


@lru_cache(maxsize=64)
def _greeting(answer: Answer, links: Links) -> str:
    """Write what all callers of a line hear first, once; later answers may hold a number and are never kept."""
    return render(answer, links)


def _verify(signed: Signed, form: Form, secrets: Secrets) -> None:
    """Verify; of what is refused the names we know are logged, which show a rewriting proxy, and never a value."""
    tokens = secrets["TWILIO_AUTH_TOKEN"], secrets["TWILIO_AUTH_TOKEN_PREVIOUS"]
    try:
        verify(signed, form, tokens=tokens)
    except WebhookRefused as refused:
        known = " ".join(sorted(KNOWN_FIELDS & form.keys()))
        logger.info("A webhook was refused: %s; of %d fields known: %s", refused.reason, len(form), known)
        raise


def parse(step: Step, form: Form, query: str, *, account: str) -> Turn:
    """Translate a verified form, over all its parameters, into what happened and what is asked.

    Errors: WebhookRefused (another account), Malformed, UnknownKind.
    """
    if not account or one(form, "AccountSid") != account:
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
        line_number="" if is_leg else _line_number(form),
        caller="" if is_leg else caller_number(one(form, "From") or one(form, "Caller")),
        digits=one(form, "Digits")[:32],
        position=seconds(form, "QueuePosition"),
        queued_s=seconds(form, "QueueTime"),
        queue_result=_queue_result(form) if step is Step.QUEUE else None,
        bridged={"true": True, "false": False}.get(one(form, "DialBridged").lower()),
        dial_result=DIAL_RESULTS.get(one(form, "DialCallStatus")),
        over=not is_leg and one(form, "CallStatus") in OVER,
        recording=any(name.startswith("Recording") for name in form),
    )
    if turn.recording and step is Step.STATUS:
        return turn
    return replace(turn, event=_EVENTS[step](turn, form, call_sid if is_leg else ""))


def _voice(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.OFFERED, leg)


def _fallback(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    """An answer of ours did not reach Twilio, or made no sense to it: offered, and failed unless more comes of it."""
    if leg:
        raise UnknownKind
    return replace(_event(turn, Kind.OFFERED, leg, cause=one(form, "ErrorCode")[:24]), failed=True)


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
    queued_s = seconds(form, "QueueTime")
    event = _event(turn, Kind.LEFT_QUEUE, leg, mark=f"{turn.place.round}:{result}", cause=result.value)
    return replace(
        event,
        wait_s=None if queued_s is None else turn.place.waited_s + queued_s,
        ended=turn.over or result is QueueResult.HUNG_UP,
        failed=result is QueueResult.REFUSED,
    )


def _dial(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    status = one(form, "DialCallStatus")
    if status not in DIAL_STATUSES:
        raise UnknownKind
    talked = status in {"completed", "answered"} and turn.bridged is not False
    event = _event(turn, Kind.DIALLED, leg, mark=str(turn.place.round), cause=status)
    return replace(
        event,
        rings=turn.place.round + 1,
        talk_s=seconds(form, "DialCallDuration") if talked else None,
        ended=turn.over or (talked and turn.bridged is True),
    )


def _screen(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    if turn.digits != "1":
        return None
    return replace(_event(turn, Kind.ACCEPTED, leg), rings=turn.place.round + 1)


def _callback(turn: Turn, _form: Form, leg: str) -> CallEvent | None:
    return _event(turn, Kind.IN_MENU, leg, mark=f"{turn.place.part}:{turn.place.turn}")


def _status(turn: Turn, form: Form, leg: str) -> CallEvent | None:
    status = one(form, "CallStatus")
    sequence = one(form, "SequenceNumber")[:8]
    at = _timestamp(form)
    if leg:
        if status not in LEG_KINDS:
            raise UnknownKind
        event = _event(turn, LEG_KINDS[status], leg, mark=sequence or status, cause=status)
        return replace(event, at=at, rings=turn.place.round + 1)
    if status not in OVER or one(form, "Direction").startswith("outbound"):
        raise UnknownKind
    event = _event(turn, Kind.ENDED, leg, mark=sequence or status, cause=status)
    duration_s = seconds(form, "CallDuration")
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
    Step.FALLBACK: _fallback,
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
    return QUEUE_RESULTS.get(one(form, "QueueResult"), QueueResult.REFUSED)


def _line_number(form: Form) -> str:
    """Give the number that was called; of a call that we made it is somebody's, and is not remembered."""
    read = e164 if one(form, "Direction").startswith("outbound") else our_number
    return read(one(form, "To") or one(form, "Called"))


def _sid(form: Form, name: str) -> str:
    value = one(form, name)
    if value and not re.fullmatch(r"[A-Za-z0-9]{2,64}", value):
        raise Malformed
    return value


def _timestamp(form: Form) -> datetime | None:
    """Read RFC 2822; what is not a moment with a zone is no time stamp."""
    try:
        at = parsedate_to_datetime(one(form, "Timestamp"))
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else None
