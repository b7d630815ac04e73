"""What we ask of a provider by ourselves, in words that every provider can carry out or say that it cannot.

Numbers and call ids live here in memory only: they are hidden from every `repr`, and no error names one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ApiError(Exception):
    """The provider's programming interface did not do what was asked."""


class Unavailable(ApiError):
    """The provider cannot be reached, or has trouble of its own: ask again later."""


class Refused(ApiError):
    """The provider understood and refused; asking again changes nothing."""


class NotOffered(ApiError):
    """This provider has no such service."""


class Status(StrEnum):
    """How a call or a leg stands at the provider."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


OVER = frozenset({Status.COMPLETED, Status.BUSY, Status.FAILED, Status.NO_ANSWER, Status.CANCELED})


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    LEG = "leg"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call or a leg as the provider has it on record. `caller` is empty where the number was withheld."""

    call_id: str = field(repr=False)
    direction: Direction
    status: Status
    line_number: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_s: int | None = None
    caller: str = field(default="", repr=False)
    withheld: bool = False

    @property
    def is_over(self) -> bool:
        """Tell whether the provider will add nothing more."""
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where the provider sends what happens on a number of ours."""

    voice_url: str = ""
    status_callback: str = ""
    fallback_url: str = ""


class ProviderApi(Protocol):
    """The verbs. Each raises Unavailable, Refused or NotOffered, and nothing of the library's own."""

    def list_calls(self, *, line_number: str, since: datetime, until: datetime) -> Iterator[CallRecord]:
        """Yield the calls that came in on a line and began in this time, page by page."""

    def list_calls_made(self, *, line_number: str, since: datetime, until: datetime) -> Iterator[CallRecord]:
        """Yield what was rung from a line in this time: call-backs, and the legs to a phone or a caller."""

    def create_call(self, *, to: str, from_: str, url: str, status_callback: str) -> str:
        """Ring a number; what happens once somebody answers is asked at the address. Gives the call's id."""

    def delete_call(self, call_id: str) -> bool:
        """Delete the provider's record of a call; says whether there was one."""

    def number_of(self, line_number: str) -> Configuration | None:
        """Read how a number of ours is configured; none where the account has no such number."""

    def configure_number(self, line_number: str, configuration: Configuration) -> None:
        """Let the provider send what happens on a number of ours to these addresses, by POST."""
