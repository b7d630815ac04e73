"""Simulated counsellors and supervisors: what they do with the referrals that wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import Group, User

from audit.context import Actor
from cases.coded.models import Municipality
from cases.record.models import Case
from cases.record.services import open_case, open_contact
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.directory.queries import points_for
from referrals.referral.consent import SPOKEN_TEXT_VERSION, Consent
from referrals.referral.models import Referral
from referrals.referral.reasons import UnverifiedReason, WithdrawReason
from referrals.referral.services import (
    Particulars,
    close_referral,
    close_unanswered,
    close_unverified,
    connect_referral,
    propose_referral,
    renew_proposal,
    reroute_referral,
    send_referral,
    tell_by_phone,
    verify_referral,
    withdraw_referral,
)
from referrals.referral.states import Mode, Outcome, State

MODES = (Mode.THEY_CONTACT,) * 6 + (Mode.CALLER_CONTACTS,) * 3 + (Mode.CONNECTED_NOW,)
AGREED_FOR = timedelta(days=60)
CHANGED_MIND, ASKED_IN_VAIN, AGREES_AGAIN, PHONES = 0.05, 0.4, 0.7, 0.5
MESSAGE, PHONE = "En förälder är orolig och vill ha ett samtal.", "070-174 06 05"


@dataclass(frozen=True)
class Colleague:
    """One of us, and how likely they do on a working day what waits for them."""

    user: User
    actor: Actor
    diligence: float

    def acts_today(self, random: Random) -> bool:
        """Say whether they get to it today."""
        return random.random() < self.diligence


def make_colleague(name: str, role: str, *, diligence: float) -> Colleague:
    """Make somebody who works here."""
    user = User.objects.create(username=name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return Colleague(user, Actor(name, role), diligence)


def make_case(colleague: Colleague, begun_at: datetime) -> Case:
    """Open a case after a conversation."""
    contact = open_contact(
        actor=colleague.actor, user=colleague.user, channel="phone", begun_at=begun_at, kind="counselling"
    )
    return open_case(actor=colleague.actor, user=colleague.user, contact=contact).case


def refer(
    colleague: Colleague, case: Case, municipality: Municipality, point: ContactPoint, random: Random
) -> Referral:
    """Propose a referral to the contact point that the rules name."""
    mode = random.choice(MODES)
    fields, typed = _what_leaves(mode)
    return propose_referral(
        actor=colleague.actor,
        user=colleague.user,
        case=case,
        mode=mode,
        municipality=municipality,
        consent=_consent(point, fields),
        fields=fields,
        particulars=Particulars(typed=typed, acute=random.random() < CHANGED_MIND),
    )


def act(colleague: Colleague, referral: Referral, random: Random) -> None:
    """Do what waits for one of us: the counsellor, or the supervisor who stands in at the top of the ladder."""
    ACTS[State(referral.state)](colleague, referral, random)


def _send(colleague: Colleague, referral: Referral, random: Random) -> None:
    if random.random() < CHANGED_MIND or referral.consent_until < local_day():
        withdraw_referral(**_by(colleague, referral), because=WithdrawReason.CALLER_WISH)
    elif referral.mode == Mode.CONNECTED_NOW:
        connect_referral(**_by(colleague, referral))
    else:
        send_referral(**_by(colleague, referral))


def _ask_the_caller(colleague: Colleague, referral: Referral, random: Random) -> None:
    if random.random() < ASKED_IN_VAIN:
        because = random.choice([UnverifiedReason.ANONYMOUS, UnverifiedReason.NOT_REACHED])
        close_unverified(**_by(colleague, referral), because=because)
    else:
        verify_referral(**_by(colleague, referral), outcome=Outcome(referral.reported_outcome))


def _close(colleague: Colleague, referral: Referral, _random: Random) -> None:
    said = Outcome(referral.reported_outcome or Outcome.UNKNOWN)
    close_referral(**_by(colleague, referral), outcome=None if referral.outcome else said)


def _go_elsewhere(colleague: Colleague, referral: Referral, random: Random) -> None:
    elsewhere = list(_elsewhere(referral))
    if elsewhere:
        reroute_referral(**_by(colleague, referral), contact_point=random.choice(elsewhere))
    elif referral.state == State.DECLINED:
        close_referral(**_by(colleague, referral), outcome=Outcome.OTHER_BODY)
    else:
        close_unanswered(**_by(colleague, referral))


def _propose_again(colleague: Colleague, referral: Referral, random: Random) -> None:
    if random.random() > AGREES_AGAIN:
        withdraw_referral(**_by(colleague, referral), because=WithdrawReason.CALLER_WISH)
        return
    fields, typed = _what_leaves(Mode(referral.mode))
    renew_proposal(
        **_by(colleague, referral),
        consent=_consent(referral.contact_point, fields),
        fields=fields,
        particulars=Particulars(typed=typed),
    )


def _phone_or_go_elsewhere(colleague: Colleague, referral: Referral, random: Random) -> None:
    if random.random() < PHONES:
        tell_by_phone(**_by(colleague, referral))
    else:
        _go_elsewhere(colleague, referral, random)


def _close_as_silent(colleague: Colleague, referral: Referral, _random: Random) -> None:
    close_unanswered(**_by(colleague, referral))


def _elsewhere(referral: Referral) -> Iterable[ContactPoint]:
    """Give who has not been asked yet and can be relied on, near and far."""
    municipality = referral.contact_point.municipality or Municipality.objects.order_by("code")[0]
    asked = set(referral.moves.values_list("contact_point", flat=True))
    today = local_day()
    return [
        point
        for point in points_for(municipality)
        if point.pk not in asked and point.is_open(today) and point.is_fresh(today)
    ]


def _what_leaves(mode: Mode) -> tuple[list[str], dict[str, str]]:
    if mode is Mode.THEY_CONTACT:
        return ["message", "caller_phone"], {"message": MESSAGE, "caller_phone": PHONE}
    return ["message"], {"message": MESSAGE}


def _consent(point: ContactPoint, fields: list[str]) -> Consent:
    return Consent(
        text_version=SPOKEN_TEXT_VERSION,
        municipality=point.municipality,
        function=point.function,
        fields=frozenset(fields),
        until=local_day() + AGREED_FOR,
    )


def _by(colleague: Colleague, referral: Referral) -> dict[str, Any]:
    return {"actor": colleague.actor, "user": colleague.user, "referral": referral}


ACTS: dict[State, Callable[[Colleague, Referral, Random], None]] = {
    State.PROPOSED: _send,
    State.OUTCOME_REPORTED: _ask_the_caller,
    State.CALLER_REPORTED: _close,
    State.VERIFIED: _close,
    State.DECLINED: _go_elsewhere,
    State.REROUTED: _propose_again,
    State.ESCALATED: _phone_or_go_elsewhere,
    State.ACCEPTED: _go_elsewhere,
    State.NOT_REACHED: _close_as_silent,
    State.CONTACT_MADE: _close_as_silent,
}
