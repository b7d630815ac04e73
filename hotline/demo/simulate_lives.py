"""What a simulated caller intends: drawn from a seed, so that the same seed always tells the same story."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# Set aside by PTS for fiction; nobody is ever called by accident.
FICTITIOUS = (
    *(f"+467017406{n:02d}" for n in range(5, 100)),
    *(f"+468465004{n:02d}" for n in range(100)),
    *(f"+463139006{n:02d}" for n in range(100)),
    *(f"+464062804{n:02d}" for n in range(100)),
    *(f"+46980319{n}" for n in range(200, 300)),
)
WITHHELD = (
    "anonymous",
    "Anonymous",
    "RESTRICTED",
    "unavailable",
    "+266696687",
    "266696687",
    "+86282452253",
    "",
)
REPEAT_SHARE = 0.25
# Of those who only talk, and of those who ask to be called back and then key their number in.
WITHHELD_SHARE = (0.12, 0.4)


class Intent(StrEnum):
    """How the call would go if everything worked."""

    TALK = "talk"
    RING_OUT = "ring_out"
    VOICEMAIL = "voicemail"
    LEAVE_GREETING = "leave_greeting"
    LEAVE_QUEUE = "leave_queue"
    LEAVE_RINGING = "leave_ringing"
    CALL_BACK = "call_back"
    CLOSED = "closed"
    CLOSED_CALL_BACK = "closed_call_back"


WEIGHTS = {
    Intent.TALK: 46,
    Intent.RING_OUT: 6,
    Intent.VOICEMAIL: 3,
    Intent.LEAVE_GREETING: 7,
    Intent.LEAVE_QUEUE: 8,
    Intent.LEAVE_RINGING: 4,
    Intent.CALL_BACK: 12,
    Intent.CLOSED: 9,
    Intent.CLOSED_CALL_BACK: 5,
}
ON_THE_CLOSED_LINE = {Intent.CLOSED, Intent.CLOSED_CALL_BACK}
WANTS_CALL_BACK = {Intent.CALL_BACK, Intent.CLOSED_CALL_BACK}


@dataclass(frozen=True, slots=True)
class Life:
    """One call as its caller will live it. `sender` is what the provider puts into From."""

    number: int
    call_sid: str
    intent: Intent
    sender: str = field(repr=False)
    keyed: str = field(repr=False)
    miskeys: bool
    talk_s: int
    patience: int

    @property
    def wants_call_back(self) -> bool:
        """Tell whether the caller asks to be called wherever it is offered."""
        return self.intent in WANTS_CALL_BACK

    @property
    def language_key(self) -> str:
        """Say what the caller presses where languages are offered: some English, some nothing at all."""
        return {3: "2", 5: ""}.get(self.number % 7, "1")

    @property
    def kind_key(self) -> str:
        """Say what the caller presses when asked whether they call at work: some do, some say nothing."""
        return {1: "2", 2: ""}.get(self.number % 5, "1")


def lives(*, calls: int, seed: int, run: str) -> Iterator[Life]:
    """Draw the callers of a run; only the call ids differ between runs of one seed."""
    draw = random.Random(f"{seed}:lives")  # noqa: S311 - a story, not a secret
    known: list[str] = []
    for number in range(1, calls + 1):
        caller = _caller(draw, known)
        intent = draw.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
        withheld = draw.random() < WITHHELD_SHARE[intent in WANTS_CALL_BACK]
        yield Life(
            number=number,
            call_sid=sid("CA", run, seed, number),
            intent=intent,
            sender=draw.choice(WITHHELD) if withheld else caller,
            keyed="0" + caller.removeprefix("+46"),
            miskeys=draw.random() < REPEAT_SHARE,
            talk_s=int(draw.lognormvariate(6.4, 0.7)),
            patience=draw.randint(0, 3),
        )


def sid(prefix: str, *parts: object) -> str:
    """Make an id shaped as the provider's."""
    return prefix + hashlib.sha256(":".join(str(part) for part in parts).encode()).hexdigest()[:32]


def _caller(draw: random.Random, known: list[str]) -> str:
    if known and draw.random() < REPEAT_SHARE:
        return draw.choice(known)
    known.append(draw.choice(FICTITIOUS))
    return known[-1]
