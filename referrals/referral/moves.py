"""The one place where a referral moves: lock, ask who and whether, move, write it down, tell those concerned."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.services import lift_hold
from referrals.clock import ladder
from referrals.clock.ladder import Rung
from referrals.clock.moment import now
from referrals.clock.working_days import local_day
from referrals.referral.deciding import waits_for_a_decision
from referrals.referral.models import Move, Referral
from referrals.referral.outcomes import OutcomeMissing
from referrals.referral.parties import may_make, parties
from referrals.referral.states import (
    CLOCK,
    ENDED,
    NEXT,
    TRANSITIONS,
    MoveKind,
    Party,
    State,
)
from referrals.referral.telling import tell


class MoveRefused(RuntimeError):
    """The referral no longer stands where this can be done, or it is not yours to do."""


class Spoken(NamedTuple):
    """With which function somebody spoke on the telephone, and when."""

    function: str
    at: datetime


@dataclass(frozen=True)
class Step:
    """What a service asks for: the move, the press of a button behind it, and what else it changes.

    `client_id` is made with the form, so a second press of the same button changes nothing.
    """

    kind: MoveKind
    client_id: uuid.UUID
    code: str = ""
    spoken: Spoken | None = None
    changes: dict[str, object] = field(default_factory=dict)


KEEPS_RUNG = frozenset({MoveKind.REMIND, MoveKind.HAND_UP, MoveKind.EXPIRE, MoveKind.ESCALATE})
"""Moves of the clock climb the ladder themselves; every move of a person starts it afresh."""


@transaction.atomic
def make_move(*, actor: Actor, user: User | None, referral: Referral, step: Step) -> Referral:
    """Make one move and give the referral as it stands after it; `user` is None for the clock only.

    A step that this actor has made before (same `client_id`) is not made again. Errors: MoveRefused,
    OutcomeMissing.
    """
    locked = lock(referral)
    pressed = Q(actor_label=actor.label, client_id=step.client_id)
    made = locked.moves.aggregate(number=Count("pk"), before=Count("pk", filter=pressed))
    if made["before"]:
        return locked
    before = State(locked.state)
    party = _party(user, locked, step.kind, is_system=actor.role == "system")
    _change(locked, step)
    _write(actor=actor, referral=locked, step=step, before=before, party=party, number=made["number"] + 1)
    if locked.state in ENDED:
        lift_hold(actor=actor, case=locked.case, reference=locked.reference)
    tell(locked, kind=step.kind, before=before, by=user)
    return locked


def lock(referral: Referral) -> Referral:
    """Take the referral's row for this transaction, read afresh with what every move asks of it."""
    rows = Referral.objects.select_related("case", "contact_point__municipality")
    return rows.select_for_update(of=("self",)).get(pk=referral.pk)


def _party(user: User | None, referral: Referral, kind: MoveKind, *, is_system: bool) -> Party:
    transition = TRANSITIONS.get((State(referral.state), kind))
    if transition is None:
        raise MoveRefused
    nobodys = CLOCK if is_system else frozenset()
    mine = parties(user, referral, among=transition.who) if user else nobodys
    if not may_make(mine, referral, kind):
        raise MoveRefused
    return next(party for party in Party if party in transition.who & mine)


def _change(referral: Referral, step: Step) -> None:
    referral.state = TRANSITIONS[State(referral.state), step.kind].to
    if step.kind not in KEEPS_RUNG:
        referral.rung = Rung.NONE
    for name, value in step.changes.items():
        setattr(referral, name, value)
    if referral.state in ENDED:
        _end(referral)
    else:
        _name_next(referral)
    referral.save()


def _end(referral: Referral) -> None:
    if not referral.outcome:
        raise OutcomeMissing
    referral.next_actor, referral.due_on, referral.ended_at = "", None, now()


def _name_next(referral: Referral) -> None:
    state = State(referral.state)
    is_up_there = referral.rung == Rung.SUPERVISOR or waits_for_a_decision(referral)
    referral.next_actor = Party.SUPERVISOR if is_up_there else NEXT[state]
    referral.due_on = ladder.due_on(state, today=local_day(), acute=referral.acute, rung=referral.rung)


def _write(*, actor: Actor, referral: Referral, step: Step, before: State, party: Party, number: int) -> None:
    Move.objects.create(
        referral=referral,
        number=number,
        kind=step.kind,
        from_state=before,
        to_state=referral.state,
        contact_point_id=referral.contact_point_id,
        code=step.code,
        party=party,
        actor_label=actor.label,
        client_id=step.client_id,
        at=now(),
        spoken_with=step.spoken.function if step.spoken else "",
        spoken_at=step.spoken.at if step.spoken else None,
    )
    record(
        actor=actor,
        action=Action(f"referral:{step.kind}:made"),
        subject=Subject(kind="referral", reference=referral.reference),
        case=referral.case.reference,
        before=before.value,
        after=str(referral.state),
        party=party.value,
        code=step.code,
        ground=referral.disclosure_ground,
    )
