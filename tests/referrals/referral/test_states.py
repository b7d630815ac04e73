"""Every state with every move, every mode and every actor: what the table allows happens, nothing else does."""

import itertools
import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User

from audit.models import Entry
from cases.record.models import Hold
from referrals.clock.ladder import Rung
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.models import Move, Referral
from referrals.referral.moves import MoveRefused, Step, make_move
from referrals.referral.states import (
    BOUND_TO_MODE,
    CLOCK,
    ENDED,
    LIVE,
    NEXT,
    TRANSITIONS,
    WITH_RECEIVER,
    Mode,
    MoveKind,
    Outcome,
    Party,
    State,
)
from tests.referrals import factories
from tests.referrals.factories import actor_for, make_case, make_point, make_recipient, make_user, propose

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ENDINGS = {"outcome": Outcome.UNKNOWN, "withdrawn_because": "by_mistake"}


class Scene(NamedTuple):
    referral: Referral
    people: dict[str, User | None]


@pytest.fixture
def scene() -> Scene:
    alice, point = make_user("alice", "counsellor"), make_point()
    referral = propose(alice, make_case(alice), point, mode=Mode.CALLER_CONTACTS)
    people: dict[str, User | None] = {
        "counsellor": alice,
        "colleague": make_user("bob", "counsellor"),
        "supervisor": make_user("sam", "supervisor"),
        "receiver": make_recipient("rut", point),
        "stranger": make_recipient("charlie", make_point("0180")),
        "clock": None,
    }
    return Scene(referral, people)


PARTS: dict[str, Party | None] = {
    "counsellor": Party.COUNSELLOR,
    "colleague": None,
    "supervisor": Party.SUPERVISOR,
    "receiver": Party.RECEIVER,
    "stranger": None,
    "clock": Party.CLOCK,
}


def put(referral: Referral, state: State, mode: Mode) -> Referral:
    ended = state in ENDED
    Referral.objects.filter(pk=referral.pk).update(
        state=state,
        mode=mode,
        rung=Rung.NONE,
        next_actor="" if ended else NEXT[state],
        due_on=None if ended else local_day(),
        outcome=Outcome.UNKNOWN if ended else "",
        withdrawn_because="by_mistake" if ended else "",
        ended_at=referral.created_at if ended else None,
    )
    return Referral.objects.get(pk=referral.pk)


def is_due(state: State, kind: MoveKind, mode: Mode, who: str) -> bool:
    """Say what DOMAIN's table says, without asking the code under test."""
    transition, part = TRANSITIONS.get((state, kind)), PARTS[who]
    return (
        transition is not None and part in transition.who and mode in BOUND_TO_MODE.get(kind, frozenset(Mode))
    )


@pytest.mark.parametrize("state", list(State))
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(scene: Scene, state: State) -> None:
    for mode in Mode:
        referral = put(scene.referral, state, mode)
        before = snapshot(referral)
        for kind, who in tries(state, mode):
            if not is_due(state, kind, mode, who):
                with pytest.raises(MoveRefused):
                    try_move(referral, kind, scene.people[who])
        assert snapshot(referral) == before


@pytest.mark.parametrize("state", sorted(LIVE))
def test_what_the_table_allows_leads_where_it_says(scene: Scene, state: State) -> None:
    for mode in Mode:
        for kind, who in itertools.product(kinds_in(mode), PARTS):
            if is_due(state, kind, mode, who):
                moved = try_move(put(scene.referral, state, mode), kind, scene.people[who])
                assert moved.state == TRANSITIONS[state, kind].to
                assert (moved.next_actor != "") == (moved.due_on is not None) == moved.is_live


def tries(state: State, mode: Mode) -> Iterator[tuple[MoveKind, str]]:
    """Every move there is from this state by everybody; of those there are not, by one after the other."""
    anybody = itertools.cycle(PARTS)
    for kind in kinds_in(mode):
        for who in PARTS if (state, kind) in TRANSITIONS else [next(anybody)]:
            yield kind, who


def kinds_in(mode: Mode) -> list[MoveKind]:
    """Try everything in one mode, and in the others what is bound to a mode."""
    return list(MoveKind) if mode is Mode.THEY_CONTACT else list(BOUND_TO_MODE)


def try_move(referral: Referral, kind: MoveKind, user: User | None) -> Referral:
    actor = actor_for(user) if user else factories.CLOCK
    changes: dict[str, object] = dict(ENDINGS)
    return make_move(
        actor=actor, user=user, referral=referral, step=Step(kind, client_id=uuid.uuid4(), changes=changes)
    )


def snapshot(referral: Referral) -> tuple[object, ...]:
    row = Referral.objects.filter(pk=referral.pk).values().get()
    return (row, Move.objects.count(), Entry.objects.count(), Hold.objects.filter(lifted_at=None).count())


def test_a_person_is_never_the_clock(scene: Scene) -> None:
    referral = put(scene.referral, State.SENT, Mode.THEY_CONTACT)
    pretender = actor_for(scene.people["counsellor"])  # type: ignore[arg-type]
    with pytest.raises(MoveRefused):
        make_move(actor=pretender, user=None, referral=referral, step=Step(MoveKind.EXPIRE, uuid.uuid4()))


def test_only_the_receiver_accepts_declines_and_reports_an_outcome() -> None:
    for kind in (MoveKind.OPEN, MoveKind.ACCEPT, MoveKind.DECLINE, MoveKind.REPORT_OUTCOME):
        for (_state, move), transition in TRANSITIONS.items():
            assert move != kind or transition.who == {Party.RECEIVER}


def test_every_live_state_can_be_left_and_reaches_an_end() -> None:
    reaches = set(ENDED)
    while True:
        more = {state for (state, _kind), transition in TRANSITIONS.items() if transition.to in reaches}
        if more <= reaches:
            break
        reaches |= more
    assert reaches == set(State)


def test_nothing_leaves_an_ended_state() -> None:
    assert not [key for key in TRANSITIONS if key[0] in ENDED]


def test_every_live_state_names_who_acts_next_and_the_clock_watches_it() -> None:
    assert set(NEXT) == set(LIVE)
    watched = {state for (state, _kind), transition in TRANSITIONS.items() if transition.who == CLOCK}
    assert watched == set(LIVE) - {State.DRAFT}


def test_the_receiver_sees_no_state_that_is_ours_alone() -> None:
    ours = {State.DRAFT, State.PROPOSED, State.REROUTED, State.EXPIRED, State.DECLINED}
    assert set(LIVE) - ours == WITH_RECEIVER


def test_the_receiving_function_alone_counts_not_the_municipality(scene: Scene) -> None:
    other = make_point(function="Another function")
    dora = make_recipient("dora", other)
    referral = put(scene.referral, State.OPENED, Mode.THEY_CONTACT)
    assert ContactPoint.objects.filter(municipality_id=factories.ALE).count() == 2
    with pytest.raises(MoveRefused):
        try_move(referral, MoveKind.ACCEPT, dora)
