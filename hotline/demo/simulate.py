"""Simulated callers: whole call lives over signed webhooks, each with its true outcome, and a history."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from hotline.demo.fake_calls_payloads import CallRecord
from hotline.demo.simulate_lives import ON_THE_CLOSED_LINE, Intent, Life, lives
from hotline.demo.simulate_phone import PhoneCall
from hotline.demo.simulate_provider import Provider
from hotline.demo.simulate_transport import Form, SimulationStopped, Transport
from hotline.telephony.events import CallEvent, Kind
from hotline.telephony.numbers import caller_number

DUPLICATE, SHUFFLE, DROP = "duplicate", "shuffle", "drop"
FAULTS = (DUPLICATE, SHUFFLE, DROP)
HELD_BACK = 12
DROPPED_SHARE = 0.35
RECOGNISABLE_DAYS = 25


@dataclass(slots=True)
class FaultyCallbacks:
    """Delivers status callbacks as a bad network would: twice, late, in any order, or never."""

    transport: Transport
    faults: frozenset[str]
    draw: random.Random
    sent: int = 0
    held: list[tuple[str, Form]] = field(default_factory=list)

    def send(self, url: str, form: Form) -> None:
        """Deliver now, or hold back and let others overtake; where some are dropped, no copy of theirs arrives."""
        if DROP in self.faults and self.draw.random() < DROPPED_SHARE:
            return
        twice = DUPLICATE in self.faults and self.draw.random() < 0.4  # noqa: PLR2004 - a share
        self.held += [(url, form)] * (2 if twice else 1)
        while len(self.held) > (HELD_BACK if SHUFFLE in self.faults else 0):
            self._deliver(self.draw.randrange(len(self.held)) if SHUFFLE in self.faults else 0)

    def flush(self) -> None:
        """Deliver everything that was held back."""
        while self.held:
            self._deliver(self.draw.randrange(len(self.held)) if SHUFFLE in self.faults else 0)

    def _deliver(self, index: int) -> None:
        url, form = self.held.pop(index)
        self.sent += 1
        reply = self.transport.post(url, form)
        if reply.status != 204:  # noqa: PLR2004 - what a pure callback is answered with
            message = f"A status callback was answered {reply.status}"
            raise SimulationStopped(message)


@dataclass(frozen=True, slots=True)
class Lines:
    """The two numbers that are called."""

    open: str
    closed: str


@dataclass(slots=True)
class Report:
    """What was sent, what each caller experienced, and what the provider has on its record."""

    sent: int = 0
    calls: list[tuple[int, str]] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Give the report as the command prints it; every simulated call ends."""
        return {
            "sent": self.sent,
            "calls": [{"call": number, "outcome": outcome} for number, outcome in self.calls],
            "outcomes": dict(sorted(Counter(outcome for _number, outcome in self.calls).items())),
            "under_way": 0,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """How many callers, drawn from which seed, under which name, over what kind of network."""

    calls: int
    seed: int
    name: str
    faults: frozenset[str] = frozenset()


def simulate(run: Run, *, transport: Transport, lines: Lines, before_each: Callable[[], None]) -> Report:
    """Let every caller of a run live through their call, one after the other."""
    network = random.Random(f"{run.seed}:network")  # noqa: S311 - a story, not a secret
    callbacks = FaultyCallbacks(transport, run.faults, network)
    provider = Provider(
        transport=transport,
        callbacks=callbacks,
        account=settings.TWILIO_ACCOUNT_SID,
        public=settings.PUBLIC_BASE_URL,
        open_line=lines.open,
        closed_line=lines.closed,
    )
    report = Report()
    for life in lives(calls=run.calls, seed=run.seed, run=run.name):
        before_each()
        call = PhoneCall(life, provider)
        report.calls.append((life.number, call.live()))
        report.records.append(call.record())
        report.sent += call.turns
    callbacks.flush()
    report.sent += callbacks.sent
    return report


def history(
    *, days: int, seed: int, until: datetime, lines: Lines, duties: Sequence[UUID] = ()
) -> Iterator[list[CallEvent]]:
    """Tell earlier calls, oldest first, each as its events with their times: take them in with received_at=event.at.

    `duties` are those who answer. Callers are recognisable only within the current period, as in real life.
    """
    draw = random.Random(f"{seed}:history")  # noqa: S311 - a story, not a secret
    moments = sorted(
        until - timedelta(days=day, seconds=draw.randrange(36_000))
        for day in range(1, days + 1)
        for _call in range(draw.choice((1, 2, 2, 3, 3, 4, 5)))
    )
    callers = lives(calls=len(moments), seed=seed, run=f"history:{until:%Y%m%d}")
    for at, life in zip(moments, callers, strict=True):
        recent = until - at < timedelta(days=RECOGNISABLE_DAYS)
        duty = draw.choice(duties) if duties else None
        yield _Story(life, lines, duty, recent=recent).events(at, wait_s=int(draw.expovariate(1 / 25)))


@dataclass(frozen=True, slots=True)
class _Story:
    life: Life
    lines: Lines
    duty: UUID | None
    recent: bool

    def events(self, at: datetime, *, wait_s: int) -> list[CallEvent]:
        """Give the events of the call; the times between them are invented."""
        told = [self._event(Kind.OFFERED, at)]
        for kind, seconds in self._middle(wait_s):
            at += timedelta(seconds=seconds)
            told.append(self._event(kind, at, wait_s=wait_s if kind is Kind.LEFT_QUEUE else None))
        talk_s = self.life.talk_s if self.life.intent is Intent.TALK else 5
        began = told[0].at or at
        at += timedelta(seconds=talk_s)
        duration_s = int((at - began).total_seconds())
        talked_s = talk_s if self.life.intent is Intent.TALK else None
        return [*told, self._event(Kind.ENDED, at, ended=True, duration_s=duration_s, talk_s=talked_s)]

    def _middle(self, wait_s: int) -> list[tuple[Kind, int]]:
        queue = [(Kind.IN_MENU, 14), (Kind.QUEUED, 1)]
        rung = [*queue, (Kind.LEFT_QUEUE, wait_s), (Kind.RINGING, 1)]
        return {
            Intent.TALK: [*rung, (Kind.ACCEPTED, 6)],
            Intent.RING_OUT: [*rung, (Kind.GAVE_UP, 60)],
            Intent.VOICEMAIL: [*rung, (Kind.GAVE_UP, 70)],
            Intent.LEAVE_QUEUE: [*queue, (Kind.LEFT_QUEUE, wait_s)],
            Intent.LEAVE_RINGING: rung,
            Intent.CALL_BACK: [(Kind.IN_MENU, 12), (Kind.CALLBACK_REQUESTED, 9)],
            Intent.CLOSED_CALL_BACK: [(Kind.IN_MENU, 12), (Kind.CALLBACK_REQUESTED, 9)],
        }.get(self.life.intent, [])

    def _event(self, kind: Kind, at: datetime, **facts: object) -> CallEvent:
        caller = caller_number(self.life.sender)
        takes_part = kind in {Kind.RINGING, Kind.ACCEPTED}
        return CallEvent(
            provider="twilio",
            call_id=self.life.call_sid,
            kind=kind,
            endpoint="history",
            at=at,
            caller=caller if self.recent else "",
            withheld=not caller,
            line_number=self.lines.closed if self.life.intent in ON_THE_CLOSED_LINE else self.lines.open,
            duty=self.duty if takes_part else None,
            rings=1 if takes_part else 0,
            **facts,  # type: ignore[arg-type]
        )
