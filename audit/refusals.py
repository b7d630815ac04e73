"""Counts refused strangers in memory, one entry per minute, reason and neighbourhood of the source.

An undeletable table must not be fillable by anyone who can reach us; the number of entries is bounded however
many requests come. Each process counts for itself.
"""

import atexit
import ipaddress
import logging
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from audit.actions import Action
from audit.context import system_actor
from audit.services import Subject, record_durably

logger = logging.getLogger(__name__)

MAX_PER_MINUTE = 60
MAX_KEPT = 600
FLUSH_SECONDS = 20
_V4_PREFIX, _V6_PREFIX = 24, 48


@dataclass(frozen=True, order=True)
class Bucket:
    """What refusals are counted together by; `minute` is whole minutes since 1970."""

    minute: int
    reason: str
    source: str


class RefusalCounter:
    """A bounded count that survives a database which is away: what could not be written is tried again."""

    def __init__(self) -> None:
        """Start empty."""
        self._counts: Counter[Bucket] = Counter()
        self._lock = threading.Lock()

    def add(self, *, reason: str, source: str, times: int = 1) -> None:
        """Count a refusal now; beyond the bounds it is still counted, but no longer told apart."""
        bucket = Bucket(minute=_this_minute(), reason=reason, source=source_prefix(source))
        with self._lock:
            self._counts[self._within_bounds(bucket)] += times

    def flush(self, *, everything: bool = False) -> int:
        """Write the finished minutes (or everything) to the trail and say how many entries that made."""
        now = _this_minute()
        with self._lock:
            due = sorted(bucket for bucket in self._counts if everything or bucket.minute < now)
            taken = [(bucket, self._counts.pop(bucket)) for bucket in due]
        for written, (bucket, times) in enumerate(taken):
            try:
                _record(bucket, times)
            except (DatabaseError, InterfaceError):
                logger.exception("Refusals could not be recorded; they are kept for the next try")
                self._put_back(taken[written:])
                return written
        return len(taken)

    def _put_back(self, kept: list[tuple[Bucket, int]]) -> None:
        with self._lock:
            for bucket, times in kept:
                self._counts[self._within_bounds(bucket)] += times

    def _within_bounds(self, bucket: Bucket) -> Bucket:
        if bucket in self._counts:
            return bucket
        if len(self._counts) >= MAX_KEPT:
            return Bucket(minute=0, reason="various", source="various")
        of_this_minute = sum(1 for each in self._counts if each.minute == bucket.minute)
        if of_this_minute >= MAX_PER_MINUTE:
            return Bucket(minute=bucket.minute, reason="various", source="various")
        return bucket


_counter = RefusalCounter()
_stop = threading.Event()
_started = threading.Lock()


def count_refusal(*, reason: str, source: str) -> None:
    """Count a request that was refused before anyone was identified; never touches the database."""
    _counter.add(reason=reason, source=source)


def flush(*, everything: bool = True) -> int:
    """Write what has been counted to the trail and say how many entries that made."""
    return _counter.flush(everything=everything)


def start_flushing() -> None:
    """Begin writing finished minutes in the background, and the rest at exit; called once by a serving process."""
    if not _started.acquire(blocking=False):
        return
    threading.Thread(target=_flush_regularly, name="refusals", daemon=True).start()
    atexit.register(_flush_at_exit)


def source_prefix(source: str) -> str:
    """Coarsen an address to its neighbourhood: an IPv4 /24, an IPv6 /48, else `unknown`."""
    try:
        address = ipaddress.ip_address(source.strip())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    length = _V6_PREFIX if isinstance(address, ipaddress.IPv6Address) else _V4_PREFIX
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _record(bucket: Bucket, times: int) -> None:
    minute = (
        datetime.fromtimestamp(bucket.minute * 60, tz=UTC).strftime("%Y-%m-%dT%H:%MZ")
        if bucket.minute
        else ""
    )
    record_durably(
        actor=system_actor("refusals"),
        action=Action.REQUESTS_REFUSED,
        subject=Subject(kind="source", reference=bucket.source),
        reason=bucket.reason,
        minute=minute,
        times=times,
    )


def _flush_regularly() -> None:
    while not _stop.wait(FLUSH_SECONDS):
        _flush_quietly(everything=False)


def _flush_at_exit() -> None:
    _stop.set()
    _flush_quietly(everything=True)


def _flush_quietly(*, everything: bool) -> None:
    try:
        _counter.flush(everything=everything)
    except Exception:  # a thread that dies would stop the counting of every later refusal
        logger.exception("Refusals could not be written")
    finally:
        connection.close()


def _this_minute() -> int:
    return int(timezone.now().timestamp()) // 60
