"""What the receiving function answers: opened, accepted or declined, contact made or not, and the outcome."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User

from audit.context import Actor
from cases.coded.models import CodedValue
from referrals.referral.models import Referral
from referrals.referral.moves import Step, make_move
from referrals.referral.outcomes import checked
from referrals.referral.states import MoveKind, Outcome


def open_referral(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the receiver has opened it; the sender is told."""
    return _answer(actor, user, referral, MoveKind.OPEN, client_id)


def accept_referral(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the function takes it on."""
    return _answer(actor, user, referral, MoveKind.ACCEPT, client_id)


def decline_referral(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    reason: CodedValue,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Note that the function does not take it on, and which of the coded reasons it gives."""
    changes = {"decline_reason": reason}
    return _answer(actor, user, referral, MoveKind.DECLINE, client_id, code=reason.code, **changes)


def report_contact(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that function and caller have spoken."""
    return _answer(actor, user, referral, MoveKind.REPORT_CONTACT, client_id)


def report_not_reached(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the caller was not reached, or did not come."""
    return _answer(actor, user, referral, MoveKind.REPORT_NOT_REACHED, client_id)


def report_caller(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    outcome: Outcome | None = None,
    client_id: uuid.UUID | None = None,
) -> Referral:
    """Note that the caller turned to the function; the receiver says it, or the caller tells us."""
    changes = {"reported_outcome": checked(outcome)} if outcome else {}
    return _answer(actor, user, referral, MoveKind.REPORT_CALLER, client_id, code=outcome or "", **changes)


def report_outcome(
    *, actor: Actor, user: User, referral: Referral, outcome: Outcome, client_id: uuid.UUID | None = None
) -> Referral:
    """Note what came of it, as the receiver sees it; the counsellor verifies with the caller."""
    changes = {"reported_outcome": checked(outcome)}
    return _answer(actor, user, referral, MoveKind.REPORT_OUTCOME, client_id, code=outcome, **changes)


def _answer(
    actor: Actor,
    user: User,
    referral: Referral,
    kind: MoveKind,
    client_id: uuid.UUID | None,
    *,
    code: str = "",
    **changes: object,
) -> Referral:
    step = Step(kind, client_id or uuid.uuid4(), code=code, changes=changes)
    return make_move(actor=actor, user=user, referral=referral, step=step)
