"""Recognise a caller for a while without ever storing a number: keyed fingerprints under keys that are thrown away.

A period key lives for sixty days: thirty in which fingerprints are written under it, thirty in which they are still
looked up. Periods lie on a fixed grid, so that processes that make one at the same moment make the same one.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from audit.context import Actor
from cases.vault import envelope, shredding
from cases.vault.datakeys import Owner, context_of
from cases.vault.keyring import keyring
from cases.vault.models import KEYS, Destruction, OwnerKind, PeriodKey, Purpose
from cases.vault.providers import Wrapped, provider

PERIOD = timedelta(days=30)
LIFE = 2 * PERIOD
GRID = datetime(2026, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
FINGERPRINT_BYTES = 16
E164 = re.compile(r"\+[1-9]\d{6,14}")


class Pseudonym(NamedTuple):
    """What is stored of a caller's number: the period it belongs to, and 128 bits that mean nothing outside it."""

    period: UUID
    fingerprint: bytes


class Period(NamedTuple):
    """A period key in this process's memory."""

    id: UUID
    key: bytes


_remembered: dict[datetime, Period | None] = {}
_lock = Lock()


def pseudonym(e164: str) -> Pseudonym:
    """Give the fingerprint to store and the period to store with it. Errors: ValueError, which repeats no number."""
    period = _current()
    return Pseudonym(period.id, _fingerprint(period, e164))


def remembered_pseudonym(e164: str) -> Pseudonym | None:
    """Give the same without asking any database; none where this process does not have the current key in memory."""
    with _lock:
        period = _remembered.get(_start(timezone.now()))
    return Pseudonym(period.id, _fingerprint(period, e164)) if period else None


def fingerprint(e164: str) -> bytes:
    """Give the 16 bytes under the current period key: HMAC-SHA256(period key, "caller" ‖ E.164), cut to 128 bits."""
    return pseudonym(e164).fingerprint


def fingerprints(e164: str) -> list[bytes]:
    """Give what to look for: the fingerprint under the current key, then under the previous one while it exists."""
    before = fingerprint_before(e164)
    return [fingerprint(e164), *([before] if before else [])]


def fingerprint_before(e164: str) -> bytes | None:
    """Give the fingerprint under the previous key while it exists: to look up with, never to store beside the other."""
    previous = _period(_start(timezone.now()) - PERIOD, make=False)
    return _fingerprint(previous, e164) if previous else None


def current_period() -> UUID:
    """Name the period that fingerprints are written under now."""
    return _current().id


def call_key(provider_name: str, call_id: str) -> bytes:
    """Give the 32 bytes by which a provider's call is recognised again; under a key that is never purged.

    A captured request can be replayed at any time, so its call must be known for ever; the call's id itself must not
    be, as it leads back to the number with the provider's password.
    """
    message = envelope.length_prefixed(provider_name.encode(), call_id.encode())
    return hmac.digest(keyring().static_key("call-ids"), message, "sha256")


def warm_period_keys() -> None:
    """Take the keys into memory, and a day ahead the next one, so that calls are taken while the database is away."""
    now = timezone.now()
    _period(_start(now) - PERIOD, make=False)
    for moment in (now, now + AHEAD):
        _period(_start(moment), make=True)


def forget_period_keys() -> None:
    """Drop what this process remembers."""
    with _lock:
        _remembered.clear()


@transaction.atomic
def expire_period_keys(*, actor: Actor) -> list[UUID]:
    """Destroy the keys of periods that began more than sixty days ago; give their ids.

    `VAULT_FINGERPRINT_HOLDERS` names functions that set to NULL the fingerprints of the periods they are given: all
    that were ever destroyed, so that nothing stays behind where an earlier run was cut off.
    """
    expired = list(
        PeriodKey.objects.filter(starts_at__lte=timezone.now() - LIFE).values_list("id", flat=True)
    )
    for period in expired:
        owner = Owner(OwnerKind.PERIOD, period)
        shredding.order_destruction(
            actor=actor, owner=owner, keys=[period], reason="period over", reference=str(period)
        )
    shredding.forget_fingerprints(destroyed_periods())
    return expired


def destroyed_periods() -> list[UUID]:
    """List every period whose key is destroyed or about to be; no fingerprint may be kept with one."""
    return list(Destruction.objects.filter(owner_kind=OwnerKind.PERIOD).values_list("key_id", flat=True))


def _fingerprint(period: Period, e164: str) -> bytes:
    if not E164.fullmatch(e164):
        message = "Only a number in E.164 form has a fingerprint; a withheld one has none."
        raise ValueError(message)
    return hmac.digest(period.key, b"caller" + e164.encode(), "sha256")[:FINGERPRINT_BYTES]


def _start(moment: datetime) -> datetime:
    return GRID + (moment - GRID) // PERIOD * PERIOD


def _current() -> Period:
    period = _period(_start(timezone.now()), make=True)
    if period is None:
        raise PeriodKey.DoesNotExist
    return period


def _period(start: datetime, *, make: bool) -> Period | None:
    """Give a period key from memory, else from the database, and forget those of periods that are over."""
    with _lock:
        if _remembered.get(start) or (start in _remembered and not make):
            return _remembered[start]
    row = _find_or_make(start) if make else PeriodKey.objects.filter(starts_at=start).first()
    period = _open(row) if row else None
    with _lock:
        for over in [known for known in _remembered if known < _start(timezone.now()) - PERIOD]:
            del _remembered[over]
        _remembered[start] = period
    return period


def _find_or_make(start: datetime) -> PeriodKey:
    """Read the row, or insert it: of two processes that do, the unique start lets one in, and both read that."""
    row = PeriodKey.objects.filter(starts_at=start).first()
    if row:
        return row
    key_id = uuid4()
    wrapped = provider().wrap(Purpose.FINGERPRINTS, envelope.new_key(), context_of(key_id))
    made = PeriodKey(
        id=key_id,
        wrapped=wrapped.wrapped,
        wrapping_version=wrapped.version,
        starts_at=start,
        ends_at=start + PERIOD,
    )
    with transaction.atomic(using=KEYS, durable=True):
        PeriodKey.objects.bulk_create([made], ignore_conflicts=True)
    return PeriodKey.objects.get(starts_at=start)


def _open(row: PeriodKey) -> Period:
    wrapped = Wrapped(row.wrapping_version, bytes(row.wrapped))
    return Period(row.id, provider().unwrap(Purpose.FINGERPRINTS, wrapped, context_of(row.id)))
