"""The facts of a call and how two bodies of facts about it become one: a join, so order and repetition do not matter.

The same table of rules makes the SQL of the intake and the pure twin below; a test compares them event by event.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import Enum
from functools import reduce
from typing import Any
from uuid import UUID

from hotline.telephony.events import Kind


class Rule(Enum):
    """How one fact is merged; each is commutative, associative and idempotent, and what is unknown never counts."""

    SMALLEST = "LEAST"
    LARGEST = "GREATEST"
    EITHER = "OR"


RULES = {
    "line_id": Rule.SMALLEST,
    "offered_at": Rule.SMALLEST,
    "in_menu_at": Rule.SMALLEST,
    "queued_at": Rule.SMALLEST,
    "ringing_at": Rule.SMALLEST,
    "accepted_at": Rule.SMALLEST,
    "callback_requested_at": Rule.SMALLEST,
    "failed_at": Rule.SMALLEST,
    "gave_up_at": Rule.SMALLEST,
    "ended_at": Rule.SMALLEST,
    "rings": Rule.LARGEST,
    "wait_s": Rule.LARGEST,
    "talk_s": Rule.LARGEST,
    "duration_s": Rule.LARGEST,
    "withheld": Rule.EITHER,
    "outside_hours": Rule.EITHER,
    "is_test": Rule.EITHER,
    "language": Rule.SMALLEST,
    "caller_kind": Rule.SMALLEST,
    "end_cause": Rule.SMALLEST,
}
_MOMENT_OF = {
    Kind.IN_MENU: "in_menu_at",
    Kind.QUEUED: "queued_at",
    Kind.RINGING: "ringing_at",
    Kind.ACCEPTED: "accepted_at",
    Kind.CALLBACK_REQUESTED: "callback_requested_at",
    Kind.GAVE_UP: "gave_up_at",
}


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a call. Two pairs belong together: the earliest acceptance and who made it, period and print."""

    offered_at: datetime
    line_id: UUID | None = None
    in_menu_at: datetime | None = None
    queued_at: datetime | None = None
    ringing_at: datetime | None = None
    accepted_at: datetime | None = None
    callback_requested_at: datetime | None = None
    failed_at: datetime | None = None
    gave_up_at: datetime | None = None
    ended_at: datetime | None = None
    rings: int = 0
    wait_s: int | None = None
    talk_s: int | None = None
    duration_s: int | None = None
    withheld: bool = False
    outside_hours: bool = False
    is_test: bool = False
    language: str | None = None
    caller_kind: str | None = None
    end_cause: str | None = None
    accepted_by_id: int | None = None
    fingerprint: bytes | None = None
    fingerprint_period: UUID | None = None


def moments(kind: Kind, at: datetime, *, ended: bool, failed: bool) -> dict[str, datetime]:
    """Name the moments that one event of this kind proves."""
    proved = {_MOMENT_OF[kind]: at} if kind in _MOMENT_OF else {}
    if ended:
        proved["ended_at"] = at
    if failed:
        proved["failed_at"] = at
    return proved


def join(one: CallFacts, other: CallFacts) -> CallFacts:
    """Merge two bodies of facts about the same call."""
    merged: dict[str, Any] = {
        name: _merge(rule, getattr(one, name), getattr(other, name)) for name, rule in RULES.items()
    }
    fingerprint_period, fingerprint = _first_print(one, other)
    return replace(
        one,
        **merged,
        accepted_by_id=_first_acceptor(one, other),
        fingerprint=fingerprint,
        fingerprint_period=fingerprint_period,
    )


def fold(contributions: list[CallFacts]) -> CallFacts:
    """Merge any number of bodies of facts, in any order."""
    return reduce(join, contributions)


def names() -> tuple[str, ...]:
    """List the facts in the order of the table."""
    return tuple(each.name for each in fields(CallFacts))


def _merge(rule: Rule, one: object, other: object) -> object:
    if rule is Rule.EITHER:
        return bool(one) or bool(other)
    known = [each for each in (one, other) if each is not None]
    if not known:
        return None
    return min(known) if rule is Rule.SMALLEST else max(known)  # type: ignore[type-var]


def _first_acceptor(one: CallFacts, other: CallFacts) -> int | None:
    accepted = [each for each in (one, other) if each.accepted_at]
    first = min((each.accepted_at for each in accepted if each.accepted_at), default=None)
    known = [
        each.accepted_by_id
        for each in accepted
        if each.accepted_at == first and each.accepted_by_id is not None
    ]
    return min(known, default=None)


def _first_print(one: CallFacts, other: CallFacts) -> tuple[UUID | None, bytes | None]:
    prints = [
        (each.fingerprint_period, each.fingerprint)
        for each in (one, other)
        if each.fingerprint is not None and each.fingerprint_period is not None
    ]
    return min(prints, default=(None, None))
