"""Turn what a provider says into what may be kept: keys instead of call ids, a fingerprint instead of a number."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError

from cases.vault import pseudonyms
from cases.vault.pseudonyms import Pseudonym
from hotline.calls.fold import CallFacts, moments
from hotline.telephony.events import CallEvent, Kind

LATE_AT_MOST = timedelta(days=7)
AHEAD_AT_MOST = timedelta(minutes=1)
SHORT_AT_MOST = 24
logger = logging.getLogger(__name__)
Recognise = Callable[[str], Pseudonym | None]


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


def recognise(caller: str) -> Pseudonym | None:
    """Give the caller's pseudonym; without the keys database it comes from memory, or the call goes without."""
    try:
        return pseudonyms.pseudonym(caller)
    except (OperationalError, InterfaceError) as error:
        logger.error("A caller could not be made recognisable: %s", type(error).__name__)  # noqa: TRY400
        return pseudonyms.remembered_pseudonym(caller)


def from_memory(caller: str) -> Pseudonym | None:
    """Give the caller's pseudonym without asking any database."""
    return pseudonyms.remembered_pseudonym(caller)


def print_before(event: CallEvent) -> bytes | None:
    """Give what a new caller is looked up by in the period before; it is asked about once, and never stored."""
    if event.kind is not Kind.OFFERED or not event.caller:
        return None
    try:
        return pseudonyms.fingerprint_before(event.caller)
    except (OperationalError, InterfaceError):  # the count is a courtesy; the call is taken in all the same
        return None


def minimise(event: CallEvent, *, received_at: datetime, by: Recognise = recognise) -> Minimised:
    """Keep the facts and forget the caller; `by` says how a number becomes a pseudonym."""
    at = _plausible(event.at, received_at)
    call = pseudonyms.call_key(event.provider, event.call_id)
    proved = _moments(event, at)
    facts = CallFacts(
        offered_at=min([at, *proved.values()]),
        rings=event.rings,
        wait_s=event.wait_s,
        talk_s=event.talk_s,
        duration_s=event.duration_s,
        withheld=event.withheld,
        is_test=event.is_test or bool(event.caller and event.caller == settings.TEST_CALL_NUMBER),
        language=event.language or None,
        caller_kind=event.caller_kind or None,
        end_cause=event.cause[:SHORT_AT_MOST] or None if event.ended else None,
        **proved,  # type: ignore[arg-type]
    )
    return Minimised(
        event_key=event_key(event, call),
        call_key=call,
        provider=event.provider,
        kind=event.kind,
        received_at=received_at,
        facts=_with_print(facts, by(event.caller)) if event.caller else facts,
        line_number=event.line_number,
        duty=event.duty,
        cause=event.cause[:SHORT_AT_MOST],
    )


def event_key(event: CallEvent, call: bytes) -> bytes:
    """Tell one event from every other: its call, leg, endpoint, kind and sequence or status.

    The call's key is itself keyed, so nobody without the keyring can make or recognise one from a call id.
    """
    parts = (event.leg_id, event.endpoint, event.kind.value, event.mark)
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(call, message, hashlib.sha256).digest()


def _moments(event: CallEvent, at: datetime) -> dict[str, datetime]:
    """Name the moments an event proves; one that tells of a whole talk only when it is over tells when it began."""
    proved = moments(event.kind, at, ended=event.ended, failed=event.failed)
    if event.ended and event.talk_s and "accepted_at" in proved:
        proved["accepted_at"] -= timedelta(seconds=event.talk_s)
    return proved


def _with_print(facts: CallFacts, pseudonym: Pseudonym | None) -> CallFacts:
    if pseudonym is None:
        return facts
    return replace(facts, fingerprint=pseudonym.fingerprint, fingerprint_period=pseudonym.period)


def _plausible(at: datetime | None, received_at: datetime) -> datetime:
    """Believe the provider's clock within bounds; where it gave none, the time of receipt is the time."""
    if at is None or not received_at - LATE_AT_MOST <= at <= received_at + AHEAD_AT_MOST:
        return received_at
    return at
