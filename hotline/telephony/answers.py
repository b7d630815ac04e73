"""What we ask a provider to do next, in words that every provider can carry out."""

from dataclasses import dataclass, field

from hotline.telephony.events import Place, Step


@dataclass(frozen=True, slots=True)
class Say:
    """Read a text aloud; in the answer's language where none is named."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Play:
    """Play hosted audio; `text` says the same for a provider that cannot."""

    url: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Let callers hear something and wait for keys, which arrive at the step. Without any, the next verb follows."""

    heard: tuple[Say | Play, ...]
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
class Leg:
    """One telephone that is rung; its place names the counsellor's duty."""

    phone: str = field(repr=False)
    place: Place


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring counsellors, all at once; the first to accept has the call, and the others stop ringing.

    `caller_id` is the line's own number: else the caller's would show on those phones.
    """

    legs: tuple[Leg, ...]
    caller_id: str
    place: Place
    timeout_s: int = 20


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Ring the caller who asked to be called back. `caller_id` is a number of ours, never the counsellor's."""

    phone: str = field(repr=False)
    caller_id: str
    place: Place
    timeout_s: int = 25


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Verb = Say | Play | Ask | Pause | GoTo | Enqueue | LeaveQueue | Ring | PutThrough | HangUp


@dataclass(frozen=True, slots=True)
class Answer:
    """What happens next, in order. No verbs at all: carry on, or there is nobody left to tell."""

    verbs: tuple[Verb, ...] = ()
    language: str = "sv"
