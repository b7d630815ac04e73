"""Every state with every move, every mode and every actor: what the table allows happens, nothing else does."""

import itertools
import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from audit.context import Actor
from audit.models import Entry
from cases.record.models import Hold
from referrals.clock.ladder import Rung
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.models import Move, Referral
from referrals.referral.moves import MoveRefused, Spoken, Step, make_move
from referrals.referral.next_step import Ended, NextStep
from referrals.referral.parties import may_make, parties
from referrals.referral.states import (
    AT_THE_TOP,
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


def make_scene() -> Scene:
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


def put(referral: Referral, state: State, mode: Mode, rung: Rung = Rung.NONE) -> Referral:
    ended = state in ENDED
    Referral.objects.filter(pk=referral.pk).update(
        state=state,
        mode=mode,
        rung=rung,
        next_actor="" if ended else NEXT[state],
        due_on=None if ended else local_day(),
        outcome=Outcome.UNKNOWN if ended else "",
        withdrawn_because="by_mistake" if ended else "",
        ended_at=referral.created_at if ended else None,
    )
    return Referral.objects.get(pk=referral.pk)


def is_due(state: State, kind: MoveKind, mode: Mode, who: str, rung: Rung) -> bool:
    """Say what DOMAIN's table says, without asking the code under test."""
    transition, part = TRANSITIONS.get((state, kind)), PARTS[who]
    return (
        transition is not None
        and part in transition.who
        and mode in BOUND_TO_MODE.get(kind, frozenset(Mode))
        and (rung == Rung.SUPERVISOR or state not in AT_THE_TOP.get(kind, frozenset()))
    )


def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(scene: Scene) -> None:
    """Every state and move, by others in turn; the snapshot is compared once per state, as nothing may change in it."""
    for state, mode in itertools.product(State, Mode):
        referral = put(scene.referral, state, mode)
        before = snapshot(referral)
        for kind, who in tries(state, mode):
            with pytest.raises(MoveRefused):
                try_move(referral, kind, scene.people[who])
        assert snapshot(referral) == before


def test_what_the_table_allows_leads_where_it_says(scene: Scene) -> None:
    """One scene; a savepoint per move is rolled back, so each starts from the same state."""
    for state, mode, rung in itertools.product(LIVE, Mode, (Rung.NONE, Rung.SUPERVISOR)):
        for kind, who in itertools.product(kinds_in(mode, rung), PARTS):
            if not is_due(state, kind, mode, who, rung):
                continue
            point = transaction.savepoint()
            moved = try_move(put(scene.referral, state, mode, rung), kind, scene.people[who])
            assert moved.state == TRANSITIONS[state, kind].to
            assert isinstance(moved.next_step, NextStep if moved.is_live else Ended)
            transaction.savepoint_rollback(point)


def test_every_page_offers_each_person_what_the_table_allows_and_nothing_else(scene: Scene) -> None:
    """All pairs of states and moves for all people, asked through what the pages ask."""
    for who, user in scene.people.items():
        if user is None:
            continue
        for state in State:
            referral = put(scene.referral, state, Mode.THEY_CONTACT)
            mine = parties(user, referral)
            for mode, rung in itertools.product(Mode, (Rung.NONE, Rung.SUPERVISOR)):
                referral.mode, referral.rung = mode, rung
                expected = {kind for kind in MoveKind if is_due(state, kind, mode, who, rung)}
                assert {kind for kind in MoveKind if may_make(mine, referral, kind)} == expected


def tries(state: State, mode: Mode) -> Iterator[tuple[MoveKind, str]]:
    """Every move there is from this state by two who may not make it, and by two persons one that there is not.

    Who may not takes turns, whoever may make it in another mode comes first; the pages' test above asks about
    everybody every time.
    """
    absent: list[MoveKind] = []
    for turn, kind in enumerate(kinds_in(mode, Rung.NONE)):
        if (state, kind) not in TRANSITIONS:
            absent.append(kind)
            continue
        wrong = [who for who in PARTS if not is_due(state, kind, mode, who, Rung.NONE)]
        wrong = wrong[turn % len(wrong) :] + wrong[: turn % len(wrong)]
        elsewhere = [who for who in wrong if PARTS[who] in TRANSITIONS[state, kind].who]
        others = [who for who in wrong if who not in elsewhere]
        yield from ((kind, who) for who in [*elsewhere, *others][:2])
    if mode is Mode.THEY_CONTACT:
        yield from zip(absent, ("counsellor", "clock"), strict=False)


def kinds_in(mode: Mode, rung: Rung) -> list[MoveKind]:
    """Try everything in one mode, in the others what is bound to a mode, at the top what waits for it."""
    if rung == Rung.SUPERVISOR:
        return list(AT_THE_TOP) if mode is Mode.THEY_CONTACT else []
    return list(MoveKind) if mode is Mode.THEY_CONTACT else list(BOUND_TO_MODE)


def try_move(referral: Referral, kind: MoveKind, user: User | None) -> Referral:
    actor = Actor(user.get_username(), "a person") if user else factories.CLOCK
    changes: dict[str, object] = dict(ENDINGS)
    spoken = Spoken("A function", referral.created_at) if kind is MoveKind.TELL_BY_PHONE else None
    step = Step(kind, client_id=uuid.uuid4(), spoken=spoken, changes=changes)
    return make_move(actor=actor, user=user, referral=referral, step=step)


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
