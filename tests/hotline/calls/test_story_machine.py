"""True stories of calls, told by a network that doubles, shuffles, delays and damages: the fold finds the truth.

The oracle sees what really happened and when. It shares no code with the fold: it knows the story, not the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotline.calls.fold import CallFacts, join
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised, minimise
from hotline.calls.models import Call, CallEvent
from hotline.telephony.events import CallEvent as Event
from hotline.telephony.events import Kind, Step
from hotline.telephony.twilio import parse
from tests.hotline.factories import CALLER, make_line

ACCOUNT = "AC" + 32 * "0"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
OPEN_LINE, CLOSED_LINE = "+46201002001", "+46201002002"
EXAMPLES = settings().max_examples * 5 // 8  # of forty steps each
WAYS = ["offered", "in_menu", "queued", "ringing", "answered", "ended"]
# What Twilio has left out of its requests at times, and what it has added without notice.
OPTIONAL = ["Timestamp", "CallDuration", "FromCity", "ApiVersion", "Called", "Caller"]
ADDED = st.dictionaries(st.sampled_from(["StirVerstat", "CallToken", "NewIn2027", "Å"]), st.text(max_size=8))


@dataclass
class Story:
    """One call as it really went."""

    sid: str
    line: str
    at: datetime
    round: int = 0
    is_rung: bool = False
    is_over: bool = False
    truths: set[str] = field(default_factory=set)
    times: dict[str, datetime] = field(default_factory=dict)
    duration_s: int = 0
    is_announced: bool = False

    @property
    def is_open(self) -> bool:
        return self.line == OPEN_LINE

    def happens(self, seconds: int) -> datetime:
        """Let time go by within the call."""
        self.at += timedelta(seconds=seconds)
        return self.at


@dataclass(frozen=True)
class Telling:
    """One thing about a story that is on its way to us: what it proves, and the request or decision that tells it."""

    story: Story
    truth: str
    step: Step = Step.VOICE
    query: str = ""
    form: dict[str, str] = field(default_factory=dict)
    ours: Event | None = None
    rings: int = 0

    def event(self, leave_out: Iterable[str] = (), add: dict[str, str] | None = None) -> Event:
        if self.ours:
            return self.ours
        about = {"AccountSid": ACCOUNT, "CallSid": self.story.sid, "From": CALLER, "To": self.story.line}
        form = about | {"Called": self.story.line, "Caller": CALLER, "FromCity": ""} | self.form
        form = {name: value for name, value in form.items() if name not in leave_out} | (add or {})
        event = parse(
            self.step, {name: [value] for name, value in form.items()}, self.query, account=ACCOUNT
        ).event
        assert event is not None
        return event


@dataclass
class Known:
    """What the oracle expects of a call after what has been delivered."""

    story: Story
    truths: set[str] = field(default_factory=set)
    earliest: dict[str, datetime] = field(default_factory=dict)
    rings: int = 0

    def learn(self, telling: Telling, at: datetime) -> None:
        for name in {telling.truth, "offered"}:
            self.earliest[name] = min(at, self.earliest.get(name, at))
        self.truths.add(telling.truth)
        self.rings = max(self.rings, telling.rings)

    @property
    def state(self) -> str:
        reached = [way for way in WAYS if way in self.truths]
        return reached[-1] if reached else "offered"

    @property
    def outcome(self) -> str | None:
        if "ended" not in self.truths:
            return None
        if "offered" in self.truths and not self.story.is_open:
            fallback = ["answered", "callback_requested", "outside_hours"]
        else:
            fallback = ["answered", "callback_requested"]
        ranked = [*fallback, "failed", "no_answer"]
        proved = self.truths | {"outside_hours"}
        return next((each for each in ranked if each in proved), "abandoned")


class Network(RuleBasedStateMachine):
    """Callers live; the network tells of it as badly as it likes; the twin folds what it gets."""

    stories = Bundle("stories")
    tellings = Bundle("tellings")

    def __init__(self) -> None:
        super().__init__()
        self.undelivered: list[Telling] = []
        self.known: dict[str, Known] = {}
        self.seen: dict[str, str] = {}
        self.facts: dict[bytes, CallFacts] = {}
        self.count = 0
        self.has_been_told = False

    @initialize(target=stories)
    def begin(self) -> Story:
        return self._begin(OPEN_LINE)

    @rule(target=stories, line=st.sampled_from([OPEN_LINE, OPEN_LINE, CLOSED_LINE]))
    def call_comes_in(self, line: str) -> Story:
        return self._begin(line)

    @rule(target=tellings, story=stories)
    def we_are_asked_to_greet(self, story: Story) -> Any:
        if story.is_announced:
            return multiple()
        story.is_announced = True
        return next(
            telling for telling in self.undelivered if telling.story is story and telling.truth == "offered"
        )

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def caller_goes_on_to_the_menu(self, story: Story, seconds: int) -> Any:
        return self._tell(story, seconds, "in_menu", Step.MENU)

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def caller_queues(self, story: Story, seconds: int) -> Any:
        return (
            self._tell(story, seconds, "queued", Step.WAIT, f"r={story.round}")
            if story.is_open
            else multiple()
        )

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def a_counsellor_is_rung(self, story: Story, seconds: int) -> Any:
        if not story.is_open or story.is_rung:
            return multiple()
        story.is_rung = True
        return self._tell(story, seconds, "ringing", Step.STATUS, leg="ringing", rings=story.round + 1)

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def nobody_accepts(self, story: Story, seconds: int) -> Any:
        if not story.is_rung or "answered" in story.truths:
            return multiple()
        rings = story.round + 1
        told = self._tell(
            story, seconds, "dialled", Step.DIAL, f"r={story.round}", rings=rings, DialCallStatus="no-answer"
        )
        story.is_rung, story.round = False, rings
        return told

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def the_counsellor_accepts(self, story: Story, seconds: int) -> Any:
        if not story.is_rung or "answered" in story.truths:
            return multiple()
        return self._tell(
            story, seconds, "answered", Step.SCREEN, leg="in-progress", rings=story.round + 1, Digits="1"
        )

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def caller_asks_for_a_call_back(self, story: Story, seconds: int) -> Any:
        return self._decide(story, seconds, "callback_requested", Kind.CALLBACK_REQUESTED)

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def we_give_up(self, story: Story, seconds: int) -> Any:
        return self._decide(story, seconds, "no_answer", Kind.GAVE_UP)

    @rule(target=tellings, story=stories, seconds=st.integers(1, 30))
    def the_queue_breaks(self, story: Story, seconds: int) -> Any:
        return self._tell(
            story, seconds, "failed", Step.QUEUE, f"r={story.round}", QueueResult="system-error"
        )

    @rule(target=tellings, story=stories, seconds=st.integers(1, 300))
    def it_ends(self, story: Story, seconds: int) -> Any:
        if story.is_over:
            return multiple()
        at = story.happens(seconds)
        story.is_over = True
        story.duration_s = int((at - NOON).total_seconds())
        return self._post(
            Telling(
                story,
                "ended",
                Step.STATUS,
                form={
                    "CallStatus": "completed",
                    "SequenceNumber": "0",
                    "CallDuration": str(story.duration_s),
                    "Timestamp": format_datetime(at),
                },
            )
        )

    @rule(
        telling=tellings,
        hours=st.sampled_from([0, 0, 0, 1, 47]),
        leave_out=st.lists(st.sampled_from(OPTIONAL), max_size=3),
        add=ADDED,
    )
    def a_copy_arrives(self, telling: Telling, hours: int, leave_out: list[str], add: dict[str, str]) -> None:
        self._deliver(telling, hours, telling.event(leave_out, add))

    @precondition(lambda self: self.undelivered)
    @rule(telling=consumes(tellings), hours=st.sampled_from([0, 2]))
    def the_last_copy_arrives(self, telling: Telling, hours: int) -> None:
        self._deliver(telling, hours, telling.event())
        self.undelivered.remove(telling)

    @invariant()
    def everything_known_is_true(self) -> None:
        """Look at every call after each delivery; without one nothing new is known, of any."""
        told = [(sid, known) for sid, known in self.known.items() if known.truths]
        for sid, known in told if self.has_been_told else []:
            self._agrees(sid, known)
        self.has_been_told = False

    def teardown(self) -> None:
        for telling in reversed(self.undelivered):
            self._deliver(telling, 3, telling.event())
        for sid, known in self.known.items():
            self._agrees(sid, known)
            assert known.truths == known.story.truths
            if known.story.is_over:
                assert self._fold(sid).duration_s == known.story.duration_s

    def _begin(self, line: str) -> Story:
        self.count += 1
        story = Story(f"CA{self.count:032d}", line, NOON)
        self.known[story.sid] = Known(story)
        self.undelivered.append(Telling(story, "offered", form={"CallStatus": "ringing"}))
        story.truths.add("offered")
        return story

    def _tell(self, story: Story, seconds: int, truth: str, step: Step, query: str = "", **more: Any) -> Any:
        """Let something happen that the provider tells; after the end nothing happens any more."""
        if story.is_over:
            return multiple()
        at = story.happens(seconds)
        leg, rings = more.pop("leg", ""), more.pop("rings", 0)
        form = {"CallStatus": "in-progress"} | more
        if leg:
            query = f"r={story.round}"
            legs = {"ParentCallSid": story.sid, "CallSid": f"CAleg{story.round}{story.sid[-4:]}"}
            form |= legs | {"CallStatus": leg, "Timestamp": format_datetime(at), "SequenceNumber": "1"}
        return self._post(Telling(story, truth, step, query, form, rings=rings))

    def _decide(self, story: Story, seconds: int, truth: str, kind: Kind) -> Any:
        if story.is_over:
            return multiple()
        at = story.happens(seconds)
        decision = Event("twilio", story.sid, kind, "callback", mark="ours", line_number=story.line, at=at)
        return self._post(Telling(story, truth, ours=decision))

    def _post(self, telling: Telling) -> Telling:
        telling.story.truths.add(telling.truth)
        self.undelivered.append(telling)
        return telling

    def _deliver(self, telling: Telling, hours: int, event: Event) -> None:
        received_at = telling.story.at + timedelta(hours=hours)
        minimised = minimise(event, received_at=received_at, by=lambda _caller: None)
        self._take_in(minimised, telling)
        self.known[telling.story.sid].learn(telling, event.at or received_at)
        self.has_been_told = True

    def _take_in(self, told: Minimised, telling: Telling) -> None:
        outside = told.kind is Kind.OFFERED and not telling.story.is_open
        facts = replace(told.facts, outside_hours=outside)
        before = self.facts.get(told.call_key)
        self.facts[told.call_key] = join(before, facts) if before else facts
        assert join(self.facts[told.call_key], facts) == self.facts[told.call_key]
        self.seen[telling.story.sid] = told.call_key.hex()

    def _fold(self, sid: str) -> CallFacts:
        return self.facts[bytes.fromhex(self.seen[sid])]

    def _agrees(self, sid: str, known: Known) -> None:
        facts = self._fold(sid)
        assert (_state(facts), _outcome(facts)) == (known.state, known.outcome)
        assert facts.rings == known.rings
        for name, column in COLUMNS.items():
            assert getattr(facts, column) == known.earliest.get(name), name


COLUMNS = {
    "offered": "offered_at",
    "in_menu": "in_menu_at",
    "queued": "queued_at",
    "ringing": "ringing_at",
    "answered": "accepted_at",
    "callback_requested": "callback_requested_at",
    "no_answer": "gave_up_at",
    "failed": "failed_at",
    "ended": "ended_at",
}


def _state(facts: CallFacts) -> str:
    return next(way for way in reversed(WAYS) if getattr(facts, COLUMNS[way]))


def _outcome(facts: CallFacts) -> str | None:
    if not facts.ended_at:
        return None
    ranked = [
        ("answered", facts.accepted_at),
        ("callback_requested", facts.callback_requested_at),
        ("outside_hours", facts.outside_hours),
        ("failed", facts.failed_at),
        ("no_answer", facts.gave_up_at),
    ]
    return next((outcome for outcome, holds in ranked if holds), "abandoned")


class NetworkAndDatabase(Network):
    """The same, where the statement in the database folds beside the twin and has to come to the same."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        make_line(OPEN_LINE)
        make_line(CLOSED_LINE, mode="closed")

    def teardown(self) -> None:
        try:
            super().teardown()
            events = {row["event_key"] for row in CallEvent.objects.values("event_key")}
            assert len(events) == CallEvent.objects.count()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def _take_in(self, told: Minimised, telling: Telling) -> None:
        super()._take_in(told, telling)
        ingested = ingest_minimised(told)
        facts = self._fold(telling.story.sid)
        assert (ingested.state, ingested.outcome) == (_state(facts), _outcome(facts))

    def _agrees(self, sid: str, known: Known) -> None:
        super()._agrees(sid, known)
        call = Call.objects.get(call_key=bytes.fromhex(self.seen[sid]))
        assert (call.state, call.outcome, call.rings) == (known.state, known.outcome, known.rings)
        for name, column in COLUMNS.items():
            assert getattr(call, column) == known.earliest.get(name), name


def test_the_fold_finds_the_true_story_whatever_the_network_does() -> None:
    run_state_machine_as_test(
        Network, settings=settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
    )


@pytest.mark.django_db(databases=["default", "keys"])
def test_so_does_the_statement_in_the_database() -> None:
    run_state_machine_as_test(
        NetworkAndDatabase,
        settings=settings(max_examples=EXAMPLES // 5, stateful_step_count=25, deadline=None),
    )
