"""Any order, any repetition, the same call: the SQL and its pure twin, event by event."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.calls.fold import RULES, CallFacts, fold, join, names
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised, minimise
from hotline.calls.models import MOMENTS, Call, CallEvent, Outcome, State
from hotline.lines.models import Duty, Line
from hotline.telephony.events import CallEvent as Event
from hotline.telephony.events import Kind
from tests.hotline.factories import event, make_counsellor, make_line, on_duty

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MOMENT = st.integers(0, 90).map(lambda seconds: NOON + timedelta(seconds=seconds))
# One draw for each instead of two: none, or any of these.
SECONDS = st.sampled_from([None] * 900 + [*range(900)])
SECONDS_LATER = st.sampled_from([None] * 60 + [*range(61)])
PERIODS = st.sampled_from([None, None, UUID(int=1), UUID(int=2)])
LINES = st.sampled_from([None, None, UUID(int=7), UUID(int=8)])


@st.composite
def facts(draw: st.DrawFn) -> CallFacts:
    first = draw(MOMENT)
    moments = {name: draw(SECONDS_LATER) for name in MOMENTS}
    accepted = moments["accepted_at"] is not None
    times: dict[str, Any] = {
        name: first + timedelta(seconds=s) for name, s in moments.items() if s is not None
    }
    period = draw(PERIODS)
    return CallFacts(
        offered_at=first,
        line_id=draw(LINES),
        rings=draw(st.integers(0, 3)),
        wait_s=draw(SECONDS),
        talk_s=draw(SECONDS),
        duration_s=draw(SECONDS),
        withheld=draw(st.booleans()),
        outside_hours=draw(st.booleans()),
        accepted_by_id=draw(st.sampled_from([None, 1, 2, 3])) if accepted else None,
        fingerprint_period=period,
        fingerprint=draw(st.binary(min_size=16, max_size=16)) if period else None,
        **times,
    )


@given(facts(), facts(), facts())
def test_the_join_is_a_semilattice(one: CallFacts, two: CallFacts, three: CallFacts) -> None:
    assert join(one, one) == one
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))


def test_every_fact_has_a_rule_or_is_one_of_the_two_pairs() -> None:
    assert set(names()) == set(RULES) | {"accepted_by_id", "fingerprint", "fingerprint_period"}
    columns = {field.attname for field in Call._meta.get_fields() if hasattr(field, "attname")}
    assert set(names()) <= columns


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[Event, datetime]]:
    """A handful of events about one call, some of them twice, in any order."""
    told = draw(
        st.lists(
            st.tuples(
                st.sampled_from(Kind),
                st.sampled_from(["", "1", "2"]),
                st.sampled_from(["+46701740605", "+46846500499", ""]),
                st.booleans(),
                SECONDS,
                MOMENT,
            ),
            min_size=1,
            max_size=7,
        )
    )
    events = [
        (
            event(
                kind,
                mark=mark,
                caller=caller,
                withheld=not caller,
                ended=ended or kind is Kind.ENDED,
                wait_s=seconds,
                talk_s=seconds,
                rings=len(mark),
            ),
            at,
        )
        for kind, mark, caller, ended, seconds, at in told
    ]
    again = draw(st.lists(st.sampled_from(events), max_size=3))
    return draw(st.permutations(events + again))


def expected_state(known: CallFacts) -> tuple[str, str | None]:
    """Say what the database must make of these facts, in the words of the domain."""
    reached = [state for moment, state in _STATES if getattr(known, moment)]
    if not known.ended_at:
        return (reached or [State.OFFERED])[0], None
    return State.ENDED, next(outcome for holds, outcome in _outcomes(known) if holds)


_STATES = [
    ("ended_at", State.ENDED),
    ("accepted_at", State.ANSWERED),
    ("ringing_at", State.RINGING),
    ("queued_at", State.QUEUED),
    ("in_menu_at", State.IN_MENU),
]


def _outcomes(known: CallFacts) -> list[tuple[bool, str]]:
    return [
        (known.accepted_at is not None, Outcome.ANSWERED),
        (known.callback_requested_at is not None, Outcome.CALLBACK_REQUESTED),
        (known.outside_hours, Outcome.OUTSIDE_HOURS),
        (known.failed_at is not None, Outcome.FAILED),
        (known.gave_up_at is not None, Outcome.NO_ANSWER),
        (True, Outcome.ABANDONED),
    ]


def stored() -> CallFacts:
    values = Call.objects.values(*names()).get()
    fingerprint = values["fingerprint"]
    return CallFacts(**values | {"fingerprint": None if fingerprint is None else bytes(fingerprint)})


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.mark.django_db(databases=["default", "keys"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_the_database_and_the_twin_make_the_same_call_of_any_story(
    line: Line, story: list[tuple[Event, datetime]]
) -> None:
    minimised = [minimise(told, received_at=at) for told, at in story]
    with transaction.atomic():
        for each in minimised:
            last = ingest_minimised(each)
        known = fold([_with_line(each, line.id) for each in minimised])
        assert stored() == known
        assert (last.state, last.outcome) == expected_state(known)
        assert CallEvent.objects.count() == len({each.event_key for each in minimised})
        transaction.set_rollback(True)


def _with_line(event_: Minimised, line_id: UUID) -> CallFacts:
    return join(event_.facts, CallFacts(offered_at=event_.facts.offered_at, line_id=line_id))


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_first_acceptance_names_who_accepted_in_whatever_order_they_arrive() -> None:
    line = make_line()
    duties = [
        on_duty(make_counsellor(name, f"+4684650040{n}"), line) for n, name in enumerate(("alice", "bob"))
    ]
    for order in permutations(range(2)):
        with transaction.atomic():
            for index in order:
                accept(duties[index], index)
            call = Call.objects.get()
            assert (call.accepted_by, call.accepted_at) == (duties[0].user, NOON)
            transaction.set_rollback(True)


def accept(duty: Duty, index: int) -> None:
    told = event(Kind.ACCEPTED, leg_id=f"CAleg{index}", duty_id=duty.id)
    ingest_minimised(minimise(told, received_at=NOON + timedelta(seconds=index)))
