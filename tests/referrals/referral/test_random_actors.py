"""Whoever acts, in whatever order and at the same moment: the referral stays whole and names who acts next."""

import itertools
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.context import Actor
from cases.record.models import Hold
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused, Spoken, Step, make_move
from referrals.referral.next_step import Ended, NextStep, NobodyActs, next_step
from referrals.referral.states import LIVE, TRANSITIONS, Mode, MoveKind, Outcome, Party, State
from tests.referrals.factories import CLOCK, make_case, make_point, make_recipient, make_user, propose

PEOPLE = ("alice", "sam", "rut", "clock", "bob")
USUAL = tuple(kind for kind in MoveKind if kind not in {MoveKind.PROPOSE, MoveKind.REROUTE})
ACTS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(USUAL)), min_size=6, max_size=14)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_random_actors_at_the_same_moment_leave_a_whole_referral_that_names_who_acts_next() -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    people = {
        "alice": alice,
        "sam": make_user("sam", "supervisor"),
        "rut": make_recipient("rut", point),
        "bob": make_user("bob", "counsellor"),
    }
    case = make_case(alice)

    def try_move(referral: Referral, name: str, kind: MoveKind) -> bool:
        user = people.get(name)
        actor = Actor(name, "a person") if user else CLOCK
        spoken = Spoken("A function", referral.created_at) if kind is MoveKind.TELL_BY_PHONE else None
        changes: dict[str, object] = {"outcome": Outcome.UNKNOWN, "withdrawn_because": "by_mistake"}
        step = Step(kind, uuid.uuid4(), spoken=spoken, changes=changes)
        try:
            make_move(actor=actor, user=user, referral=referral, step=step)
        except MoveRefused:
            return False
        return True

    def try_elsewhere(referral: Referral, act: tuple[str, MoveKind]) -> bool:
        try:
            return try_move(referral, *act)
        finally:
            connections.close_all()

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, mode=st.sampled_from(Mode))
    def whatever_happens(acts: Sequence[tuple[str, MoveKind]], mode: Mode) -> None:
        referral = propose(alice, case, point, mode=mode)
        try_move(referral, "alice", MoveKind.SEND)
        made = sum(pool.map(lambda act: try_elsewhere(referral, act), acts))
        assert_whole(Referral.objects.get(pk=referral.pk), moves=made + 2)

    with ThreadPoolExecutor(max_workers=3) as pool:
        whatever_happens()


def assert_whole(referral: Referral, *, moves: int) -> None:
    """Every accepted move is written, in one unbroken line the table allows, and what comes next is known."""
    line = list(referral.moves.order_by("number"))
    assert [move.number for move in line] == list(range(1, moves + 1))
    for before, after in itertools.pairwise(line):
        assert after.from_state == before.to_state
        transition = TRANSITIONS[State(after.from_state), MoveKind(after.kind)]
        assert (transition.to, after.party in transition.who) == (after.to_state, True)
    assert line[-1].to_state == referral.state
    assert isinstance(next_step(referral), NextStep if referral.is_live else Ended)
    is_held = Hold.objects.filter(reference=referral.reference, lifted_at=None).exists()
    assert is_held == referral.is_live


@given(
    state=st.sampled_from(State),
    who=st.sampled_from([*Party.values, ""]),
    due=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_what_comes_next_is_said_of_every_row_or_refused_aloud(
    state: State, who: str, due: date | None
) -> None:
    point = SimpleNamespace(function="Mottagningen")
    row = SimpleNamespace(
        state=state, next_actor=who, due_on=due, outcome=Outcome.UNKNOWN, contact_point=point
    )
    if state not in LIVE:
        assert next_step(row) == Ended(Outcome.UNKNOWN)
    elif who and due:
        step = next_step(row)
        assert isinstance(step, NextStep)
        assert (step.who, step.by, bool(step.does)) == (who, due, True)
        assert (step.function == "Mottagningen") == (who == Party.RECEIVER)
    else:
        with pytest.raises(NobodyActs):
            next_step(row)
