"""What we ask a provider to do next, in words that every provider can carry out."""

from dataclasses import dataclass, field

from hotline.telephony.events import Place, Step


@dataclass(frozen=True, slots=True)
class Say:
    """Read a text aloud."""

    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Read texts aloud while waiting for keys; the keys arrive at the step. Without any, the next verb follows."""

    texts: tuple[str, ...]
    step: Step
    place: Place
    digits: int = 1
    finish_on: str = ""
    timeout_s: int = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """Stay silent."""

    seconds: int


@dataclass(frozen=True, slots=True)
class GoTo:
    """Ask us again at another step."""

    step: Step
    place: Place


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put the caller into the line's queue."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take the caller out of the queue; what happened to the queue is told to its action."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a counsellor. `caller_id` is the line's own number: else the caller's would show on that phone."""

    phone: str = field(repr=False)
    caller_id: str
    place: Place
    timeout_s: int = 20


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Verb = Say | Ask | Pause | GoTo | Enqueue | LeaveQueue | Ring | HangUp


@dataclass(frozen=True, slots=True)
class Answer:
    """What happens next, in order. No verbs at all: carry on, or there is nobody left to tell."""

    verbs: tuple[Verb, ...] = ()
    language: str = "sv"
