"""Simulated municipalities: some quick, some slow, some silent, some whose mail comes back; and what each answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group, User

from audit.context import Actor, system_actor
from cases.coded.models import CodedValue, Kind
from referrals.directory.models import ContactPoint
from referrals.directory.recipients import name_recipient
from referrals.directory.standing import Doubt
from referrals.directory.verify import doubt_contact_point
from referrals.referral.answers import (
    accept_referral,
    decline_referral,
    open_referral,
    report_caller,
    report_contact,
    report_not_reached,
    report_outcome,
)
from referrals.referral.models import Referral
from referrals.referral.states import Mode, Outcome, State


class Temper(StrEnum):
    """How a function deals with what it is sent."""

    QUICK = "quick"
    SLOW = "slow"
    SILENT = "silent"
    BOUNCING = "bouncing"


TEMPERS = {Temper.QUICK: 55, Temper.SLOW: 20, Temper.SILENT: 15, Temper.BOUNCING: 10}
ACTS_TODAY = {Temper.QUICK: 0.75, Temper.SLOW: 0.2, Temper.SILENT: 0.0, Temper.BOUNCING: 0.0}
"""How likely a function does, on a working day, what it should do next; told by phone, a bouncing one is slow."""
ACCEPTS, REACHES = 0.85, 0.8
OUTCOMES = (
    Outcome.SUPPORT_STARTED,
    Outcome.SUPPORT_STARTED,
    Outcome.OFFERED_DECLINED,
    Outcome.ALREADY_KNOWN,
    Outcome.NO_NEED,
)
BY_PHONE = frozenset({State.OPENED, State.ACCEPTED, State.CONTACT_MADE, State.NOT_REACHED})
POST = system_actor("mail")


@dataclass
class Function:
    """One contact point with its temper and the person who answers there."""

    point: ContactPoint
    temper: Temper
    user: User
    actor: Actor

    def acts_today(self, state: str, random: Random) -> bool:
        """Say whether it does today what it should do next."""
        chance = ACTS_TODAY[self.temper]
        if self.temper is Temper.BOUNCING and state in BY_PHONE:
            chance = ACTS_TODAY[Temper.SLOW]
        return random.random() < chance


@dataclass
class Functions:
    """Every function that was ever turned to, each made when it first is."""

    random: Random
    known: dict[UUID, Function] = field(default_factory=dict)

    def at(self, point: UUID) -> Function:
        """Give the function behind a contact point; its temper depends on nothing but the order of asking."""
        if point not in self.known:
            (temper,) = self.random.choices(list(TEMPERS), weights=list(TEMPERS.values()))
            self.known[point] = self._make(ContactPoint.objects.get(pk=point), temper)
        return self.known[point]

    def answer(self, referral: Referral, random: Random) -> None:
        """Let the addressed function do what it should do next."""
        found = self.at(referral.contact_point_id)
        act = ANSWERS[State(referral.state)]
        act(found, referral, random)

    def bounce(self, referral: Referral) -> bool:
        """Let mail to a bouncing function come back, which speaks against its contact point; say whether it did."""
        found = self.at(referral.contact_point_id)
        if found.temper is Temper.BOUNCING:
            doubt_contact_point(actor=POST, contact_point=found.point, doubt=Doubt.BOUNCED)
        return found.temper is Temper.BOUNCING

    def _make(self, point: ContactPoint, temper: Temper) -> Function:
        user = User.objects.create(username=f"function-{len(self.known) + 1}")
        user.groups.add(Group.objects.get_or_create(name="recipient")[0])
        name_recipient(actor=POST, user=user, contact_point=point)
        return Function(point, temper, user, Actor(user.username, "recipient"))


def _open(function: Function, referral: Referral, random: Random) -> None:
    if referral.mode == Mode.CALLER_CONTACTS and random.random() < REACHES / 2:
        report_caller(**_by(function, referral), outcome=random.choice(OUTCOMES))
    else:
        open_referral(**_by(function, referral))


def _judge(function: Function, referral: Referral, random: Random) -> None:
    if random.random() < ACCEPTS:
        accept_referral(**_by(function, referral))
    else:
        reasons = list(CodedValue.objects.choosable(Kind.DECLINE_REASON))
        decline_referral(**_by(function, referral), reason=random.choice(reasons))


def _meet(function: Function, referral: Referral, random: Random) -> None:
    if random.random() > REACHES:
        report_not_reached(**_by(function, referral))
    elif referral.mode == Mode.CALLER_CONTACTS:
        report_caller(**_by(function, referral), outcome=random.choice(OUTCOMES))
    else:
        report_contact(**_by(function, referral))


def _report(function: Function, referral: Referral, random: Random) -> None:
    report_outcome(**_by(function, referral), outcome=random.choice(OUTCOMES))


def _give_up(function: Function, referral: Referral, _random: Random) -> None:
    report_outcome(**_by(function, referral), outcome=Outcome.NOT_REACHED)


def _by(function: Function, referral: Referral) -> dict[str, Any]:
    return {"actor": function.actor, "user": function.user, "referral": referral}


ANSWERS: dict[State, Callable[[Function, Referral, Random], None]] = {
    State.SENT: _open,
    State.ESCALATED: _open,
    State.OPENED: _judge,
    State.ACCEPTED: _meet,
    State.CONTACT_MADE: _report,
    State.NOT_REACHED: _give_up,
}
