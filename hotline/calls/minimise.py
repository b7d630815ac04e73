"""Turn what a provider says into what may be kept: keys instead of call ids, a fingerprint instead of a number."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from cases.vault import pseudonyms
from hotline.calls.fold import CallFacts, moments
from hotline.telephony.events import CallEvent, Kind

LATE_AT_MOST = timedelta(days=7)
AHEAD_AT_MOST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Minimised:
    """An event without anything that leads to the caller; this is what is stored, and what waits in the spool."""

    event_key: bytes
    call_key: bytes
    provider: str
    kind: Kind
    received_at: datetime
    facts: CallFacts
    line_number: str = ""
    duty: UUID | None = None
    cause: str = ""


def minimise(event: CallEvent, *, received_at: datetime, recognisable: bool = True) -> Minimised:
    """Keep the facts and forget the caller. `recognisable=False` does without the keys database."""
    at = _plausible(event.at, received_at)
    call = pseudonyms.call_key(event.provider, event.call_id)
    facts = CallFacts(
        offered_at=at,
        rings=event.rings,
        wait_s=event.wait_s,
        talk_s=event.talk_s,
        duration_s=event.duration_s,
        withheld=event.withheld,
        is_test=event.is_test,
        language=event.language or None,
        caller_kind=event.caller_kind or None,
        end_cause=event.cause[:24] or None if event.ended else None,
        **moments(event.kind, at, ended=event.ended, failed=event.failed),  # type: ignore[arg-type]
    )
    return Minimised(
        event_key=event_key(event, call),
        call_key=call,
        provider=event.provider,
        kind=event.kind,
        received_at=received_at,
        facts=_with_print(facts, event.caller) if recognisable and event.caller else facts,
        line_number=event.line_number,
        duty=event.duty,
        cause=event.cause,
    )


def event_key(event: CallEvent, call: bytes) -> bytes:
    """Tell one event from every other: its call, leg, endpoint, kind and sequence or status.

    The call's key is itself keyed, so nobody without the keyring can make or recognise one from a call id.
    """
    parts = (event.leg_id, event.endpoint, event.kind.value, event.mark)
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(call, message, hashlib.sha256).digest()


def _with_print(facts: CallFacts, caller: str) -> CallFacts:
    period, fingerprint = pseudonyms.pseudonym(caller)
    return replace(facts, fingerprint=fingerprint, fingerprint_period=period)


def _plausible(at: datetime | None, received_at: datetime) -> datetime:
    """Believe the provider's clock within bounds; where it gave none, the time of receipt is the time."""
    if at is None or not received_at - LATE_AT_MOST <= at <= received_at + AHEAD_AT_MOST:
        return received_at
    return at
