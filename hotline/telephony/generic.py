"""Any exchange that signs JSON as Standard Webhooks says: Asterisk, FreeSWITCH, a municipality's own. Events only.

Source: standardwebhooks.com. The exchange runs its own queue, so it is told nothing; `docs/telephony.md` has the kinds.
"""

import base64
import binascii
import hmac
import re
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.telephony.answers import Answer
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallEvent, Kind, Place, Step, Turn
from hotline.telephony.forms import read_object
from hotline.telephony.links import MAX_NUMBER, Links
from hotline.telephony.numbers import caller_number, our_number
from hotline.telephony.providers import Delivery, Reply, Secrets

PROVIDER = "generic"
WINDOW = timedelta(minutes=5)
SHORTEST_KEY = 24  # bytes; the standard's own bound
MAX_SEQUENCE = 10**15
OF_A_CALL = {
    "offered": Kind.OFFERED,
    "in_menu": Kind.IN_MENU,
    "queued": Kind.QUEUED,
    "left_queue": Kind.LEFT_QUEUE,
    "gave_up": Kind.GAVE_UP,
    "failed": Kind.ENDED,
    "ended": Kind.ENDED,
}
# Of a queue member's telephone. It ends without ending the call, and its answer alone proves nothing.
OF_A_LEG = {
    "ringing": Kind.RINGING,
    "answered": Kind.LEG_ANSWERED,
    "accepted": Kind.ACCEPTED,
    "failed": Kind.LEG_ENDED,
    "ended": Kind.LEG_ENDED,
}
NAME = r"[a-z0-9-]{1,32}"
IDENTIFIER = r"[\x21-\x7e]{1,100}"


class Generic:
    """Recognised by a signature over id, time and body, made with a secret that the exchange shares with us."""

    name = PROVIDER
    settings: tuple[str, ...] = ("GENERIC_WEBHOOK_SECRET", "GENERIC_WEBHOOK_SECRET_PREVIOUS")
    max_body = 8 * 1024
    secret_in_path = False

    def is_configured(self, secrets: Secrets) -> bool:
        """Ask for a secret of sufficient length."""
        return bool(keys_of(secrets))

    def read(self, delivery: Delivery, secrets: Secrets) -> Turn:
        """Verify the signature, then translate the event; what the exchange dialled itself is none of ours."""
        verify(delivery, keys_of(secrets))
        return parse(read_object(delivery.body))

    def write(self, turn: Turn, answer: Answer, links: Links, secrets: Secrets) -> Reply:  # noqa: ARG002 - the protocol
        """Acknowledge."""
        return Reply()


def keys_of(secrets: Secrets) -> list[bytes]:
    """Decode the secrets, `whsec_` and base64; one that is too short counts as none."""
    decoded = (_key(secrets[name]) for name in Generic.settings)
    return [key for key in decoded if len(key) >= SHORTEST_KEY]


def verify(delivery: Delivery, keys: list[bytes]) -> None:
    """Let through what one of the keys signed within the last five minutes.

    Errors: WebhookRefused with the reason missing_signature, stale_timestamp or wrong_signature.
    """
    headers = delivery.headers
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")[:1024]
    # An id with a full stop in it could be read as an id and a time.
    if not signatures or not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", name):
        raise WebhookRefused(reason="missing_signature")
    if not re.fullmatch(r"[0-9]{1,11}", stamp):
        raise WebhookRefused(reason="missing_signature")
    if abs(delivery.at.timestamp() - int(stamp)) > WINDOW.total_seconds():
        raise WebhookRefused(reason="stale_timestamp")
    message = f"{name}.{stamp}.".encode() + delivery.body
    if not any(_is_signed(message, key, signatures) for key in keys):
        raise WebhookRefused(reason="wrong_signature")


def parse(fields: dict[str, object]) -> Turn:
    """Translate a neutral event.

    Errors: Malformed, UnknownKind.
    """
    exchange, linked = _text(fields, "provider", NAME), _text(fields, "call_id", IDENTIFIER)
    kind = _text(fields, "kind", r"[a-z_]{1,24}")
    leg = _text(fields, "leg_id", IDENTIFIER, needed=False)
    leg = "" if leg == linked else leg
    number = _text(fields, "from", r".{0,64}", needed=False)
    is_outbound = _text(fields, "direction", r"[a-z]{1,16}", needed=False).startswith("out")
    turn = Turn(
        step=Step.STATUS,
        provider=PROVIDER,
        call_id=f"{exchange}:{linked}",
        place=Place(),
        line_number="" if leg or is_outbound else our_number(_text(fields, "to", r".{0,64}", needed=False)),
        caller="" if leg else caller_number(number),
    )
    if is_outbound:
        return turn
    if kind not in (OF_A_LEG if leg else OF_A_CALL | OF_A_LEG):
        raise UnknownKind
    return _with_event(turn, fields, kind, leg)


def _with_event(turn: Turn, fields: dict[str, object], kind: str, leg: str) -> Turn:
    meaning = OF_A_LEG[kind] if leg else (OF_A_LEG | OF_A_CALL)[kind]
    over = meaning is Kind.ENDED
    event = CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=meaning,
        endpoint=kind,
        mark=str(_count(fields, "sequence", most=MAX_SEQUENCE) or 0),
        leg_id=leg,
        at=_moment(fields),
        caller=turn.caller,
        withheld=not leg and not turn.caller and meaning is Kind.OFFERED,
        line_number=turn.line_number,
        ended=over,
        failed=over and kind == "failed",
        rings=1 if meaning in {Kind.RINGING, Kind.ACCEPTED} else 0,
        wait_s=_count(fields, "wait_s"),
        talk_s=_count(fields, "talk_s"),
        cause=kind if over else "",
    )
    return replace(turn, event=event)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return b""


def _is_signed(message: bytes, key: bytes, signatures: str) -> bool:
    expected = base64.b64encode(hmac.digest(key, message, "sha256"))
    given = [each.removeprefix("v1,") for each in signatures.split() if each.startswith("v1,")]
    return any(hmac.compare_digest(expected, each.encode()) for each in given)


def _text(fields: dict[str, object], name: str, shape: str, *, needed: bool = True) -> str:
    value = fields.get(name)
    if not needed and (value is None or value == ""):
        return ""
    if not isinstance(value, str) or not re.fullmatch(shape, value):
        raise Malformed
    return value


def _count(fields: dict[str, object], name: str, *, most: int = MAX_NUMBER) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Malformed
    return value


def _moment(fields: dict[str, object]) -> datetime:
    """Read the time of the event, ISO 8601 with its zone: an exchange's clock without one could mean anything."""
    try:
        at = datetime.fromisoformat(_text(fields, "at", r"[0-9T:.+Z -]{10,40}"))
    except ValueError:
        raise Malformed from None
    if at.tzinfo is None:
        raise Malformed
    return at
