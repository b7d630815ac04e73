"""What every provider's messages are translated into; the caller's number lives here, in memory, and nowhere else."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What happened to the call."""

    OFFERED = "offered"
    IN_MENU = "in_menu"
    QUEUED = "queued"
    LEFT_QUEUE = "left_queue"
    RINGING = "ringing"
    LEG_ANSWERED = "leg_answered"  # proves nothing: a voicemail answers too
    LEG_ENDED = "leg_ended"
    ACCEPTED = "accepted"
    DIALLED = "dialled"
    CALLBACK_REQUESTED = "callback_requested"
    GAVE_UP = "gave_up"
    ENDED = "ended"
    ON_RECORD = "on_record"  # the provider has it on its record: reconciled


class Step(StrEnum):
    """Where in the call's way the provider asks us what to do, or tells us something."""

    VOICE = "voice"
    LANGUAGE = "language"
    WHO = "who"
    MENU = "menu"
    WAIT = "wait"
    QUEUE = "queue"
    DIAL = "dial"
    SCREEN = "screen"
    CALLBACK = "callback"
    STATUS = "status"
    BRIDGE = "bridge"
    FALLBACK = "fallback"


class CallBackPart(StrEnum):
    """How far the conversation about a call-back has come."""

    OFFER = "offer"
    CHOICE = "choice"
    KEYED = "keyed"
    READ_BACK = "read_back"
    SLOT = "slot"
    SEEN = "seen"


class QueueResult(StrEnum):
    """Why the caller is no longer in the queue."""

    LEFT = "left"
    HUNG_UP = "hung_up"
    REFUSED = "refused"
    OVER = "over"


class DialResult(StrEnum):
    """What came of ringing a caller back."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One thing a provider says has happened. `at` is the provider's clock, where it gave one."""

    provider: str
    call_id: str = field(repr=False)
    kind: Kind
    endpoint: str
    mark: str = ""
    leg_id: str = field(default="", repr=False)
    at: datetime | None = None
    caller: str = field(default="", repr=False)
    withheld: bool = False
    line_number: str = ""
    duty: UUID | None = None
    cause: str = ""
    ended: bool = False
    failed: bool = False
    rings: int = 0
    wait_s: int | None = None
    talk_s: int | None = None
    duration_s: int | None = None
    is_test: bool = False
    language: str = ""
    caller_kind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the call stands; it travels in the signed address, so that no step reads a session."""

    round: int = 0
    waited_s: int = 0
    turn: int = 0
    part: CallBackPart = CallBackPart.OFFER
    duty: UUID | None = None
    language: str = ""
    attempt: UUID | None = None
    box: str = field(
        default="", repr=False
    )  # a number keyed in while no database was there, sealed for the worker
    since: int = (
        0  # when the wait began, in seconds since 1970: for providers that do not tell how long it was
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """A verified message: what happened (if anything), and what is asked for. Keyed digits may be a number."""

    step: Step
    provider: str
    call_id: str = field(repr=False)
    place: Place
    event: CallEvent | None = None
    line_number: str = ""
    caller: str = field(default="", repr=False)
    digits: str = field(default="", repr=False)
    position: int | None = None
    queued_s: int | None = None
    queue_result: QueueResult | None = None
    bridged: bool | None = None
    dial_result: DialResult | None = None
    over: bool = False
    recording: bool = False
