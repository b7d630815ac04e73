"""Every verb of a referral; what staff do with one that exists is written here.

Proposing is in `proposing`, the receiver's half in `answers`; every verb ends in one move.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from audit.context import Actor
from referrals.clock.moment import now
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.answers import (
    accept_referral,
    decline_referral,
    open_referral,
    report_caller,
    report_contact,
    report_not_reached,
    report_outcome,
)
from referrals.referral.consent import check_consent, consent_of, covers
from referrals.referral.deciding import decide, edition_of, waits_for_a_decision
from referrals.referral.models import Referral
from referrals.referral.moves import MoveRefused, Spoken, Step, lock, make_move
from referrals.referral.outcomes import checked
from referrals.referral.proposing import (
    WORKED_ON,
    CaseNotWorkedOn,
    OverrideUnexplained,
    Particulars,
    propose_referral,
    renew_proposal,
)
from referrals.referral.reasons import UnverifiedReason, WithdrawReason
from referrals.referral.signing_off import note_lone_decision
from referrals.referral.states import MoveKind, Outcome, State

__all__ = [
    "WORKED_ON",
    "CaseNotWorkedOn",
    "OverrideUnexplained",
    "Particulars",
    "accept_referral",
    "close_referral",
    "close_unanswered",
    "close_unverified",
    "connect_referral",
    "decline_referral",
    "open_referral",
    "propose_referral",
    "renew_proposal",
    "report_caller",
    "report_contact",
    "report_not_reached",
    "report_outcome",
    "reroute_referral",
    "send_referral",
    "tell_by_phone",
    "verify_referral",
    "withdraw_referral",
]


class SpokenLater(ValueError):
    """The conversation lies in the future; say when you have spoken."""


@transaction.atomic
def send_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    client_id: uuid.UUID | None = None,
    edition: int | None = None,
) -> Referral:
    """Let the receiving function see it and write to them; the consent must still hold.

    Where the `edition` is said that was looked at, no other one leaves. Errors: MoveRefused.
    """
    return _let_leave(actor, user, _as_seen(referral, edition), MoveKind.SEND, client_id)


@transaction.atomic
def reroute_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    contact_point: ContactPoint,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Address another contact point: sent at once where the caller's consent reaches, else held for a new one."""
    press = client_id or uuid.uuid4()
    moved = _move(actor, user, referral, _step(MoveKind.REROUTE, press, contact_point=contact_point))
    consent = consent_of(moved)
    still_agreed = covers(consent, moved.contact_point) and consent.until >= local_day()
    if moved.state == State.REROUTED and still_agreed and not waits_for_a_decision(moved):
        return send_referral(
            actor=actor, user=user, referral=moved, client_id=uuid.uuid5(press, MoveKind.SEND)
        )
    return moved


@transaction.atomic
def connect_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    client_id: uuid.UUID | None = None,
    edition: int | None = None,
) -> Referral:
    """Note that caller and function speak with each other now; the consent must still hold. Errors: MoveRefused."""
    return _let_leave(actor, user, _as_seen(referral, edition), MoveKind.CONNECT, client_id)


@transaction.atomic
def tell_by_phone(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    function: str = "",
    at: datetime | None = None,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Note which function was told by phone and when: that counts as opened, never as accepted.

    What is not said is the addressed function, and now. Errors: SpokenLater.
    """
    locked = lock(referral)
    spoken = Spoken(function.strip() or locked.contact_point.function, at or now())
    if spoken.at > now():
        raise SpokenLater
    step = Step(MoveKind.TELL_BY_PHONE, client_id or uuid.uuid4(), spoken=spoken)
    return _move(actor, user, locked, step)


def verify_referral(
    *, actor: Actor, user: User, referral: Referral, outcome: Outcome, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the caller has confirmed what came of it."""
    step = _step(MoveKind.VERIFY, client_id, code=outcome, outcome=checked(outcome), verified_at=now())
    return _move(actor, user, referral, step)


def close_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    outcome: Outcome | None = None,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """End a referral that is verified, that the caller has followed, or that was declined."""
    changes = {"outcome": checked(outcome)} if outcome else {}
    step = Step(MoveKind.CLOSE, client_id or uuid.uuid4(), code=outcome or "", changes=dict(changes))
    return _move(actor, user, referral, step)


@transaction.atomic
def close_unverified(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    because: UnverifiedReason,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """End with the outcome the receiver reported, and say why the caller was not asked."""
    locked = lock(referral)
    step = _step(
        MoveKind.CLOSE_UNVERIFIED,
        client_id,
        code=because,
        outcome=locked.reported_outcome,
        unverified_because=UnverifiedReason(because),
    )
    return _move(actor, user, locked, step)


SILENT_AFTER: dict[State, Outcome] = {
    State.CONTACT_MADE: Outcome.UNKNOWN,
    State.NOT_REACHED: Outcome.NOT_REACHED,
}
"""What is known of a referral whose receiver fell silent there; earlier it was never answered."""


@transaction.atomic
def close_unanswered(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """End, at the top of the ladder, what nobody says anything more about, as exactly that."""
    locked = lock(referral)
    outcome = SILENT_AFTER.get(State(locked.state), Outcome.NEVER_ANSWERED)
    return _move(
        actor, user, locked, _step(MoveKind.CLOSE_UNANSWERED, client_id, code=outcome, outcome=outcome)
    )


def withdraw_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    because: WithdrawReason,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Take it back; the receiver sees nothing of it any more."""
    step = _step(
        MoveKind.WITHDRAW,
        client_id,
        code=because,
        outcome=Outcome.WITHDRAWN,
        withdrawn_because=WithdrawReason(because),
    )
    return _move(actor, user, referral, step)


def _as_seen(referral: Referral, edition: int | None) -> Referral:
    locked = lock(referral)
    if edition is not None and edition != edition_of(locked):
        raise MoveRefused
    return locked


def _let_leave(
    actor: Actor, user: User, referral: Referral, kind: MoveKind, client_id: uuid.UUID | None
) -> Referral:
    """Move a referral out of the house while its consent holds; alone in acute danger, another looks afterwards."""
    check_consent(consent_of(referral), contact_point=referral.contact_point, fields=(), today=local_day())
    step = _step(kind, client_id, sent_at=now(), decided_by=decide(user, referral))
    moved = _move(actor, user, referral, step)
    note_lone_decision(actor=actor, user=user, before=referral, after=moved)
    return moved


def _move(actor: Actor, user: User, referral: Referral, step: Step) -> Referral:
    return make_move(actor=actor, user=user, referral=referral, step=step)


def _step(kind: MoveKind, client_id: uuid.UUID | None, *, code: str = "", **changes: object) -> Step:
    return Step(kind, client_id or uuid.uuid4(), code=code, changes=changes)
