"""What staff do with a referral: propose, send, re-route, tell by phone, verify, close, withdraw.

The receiver's half is in `answers`; every verb ends in one move.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.context import Actor
from cases.coded.models import Municipality
from cases.record.models import Case, CaseState
from cases.record.references import new_reference
from cases.record.services import set_hold
from referrals.clock import ladder
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
from referrals.referral.consent import Consent, check_consent, consent_of, covers
from referrals.referral.copies import seal_copy
from referrals.referral.fields import compose
from referrals.referral.models import Move, Referral
from referrals.referral.moves import Step, lock, make_move
from referrals.referral.outcomes import checked
from referrals.referral.reasons import OverrideReason, UnverifiedReason, WithdrawReason
from referrals.referral.states import Mode, MoveKind, Outcome, Party, State
from referrals.routing.rules import route

__all__ = [
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

WORKED_ON = frozenset({CaseState.OPEN, CaseState.WAITING, CaseState.REOPENED})


class CaseNotWorkedOn(ValueError):
    """The case is closed or being closed; reopen it before you refer."""


class OverrideUnexplained(ValueError):
    """Another contact point was chosen than the rules name; say why."""


@dataclass(frozen=True)
class Particulars:
    """What a proposal may carry besides the consented fields.

    `typed` holds the texts of typed fields by name; `contact_point` overrides the route and then needs `override`.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    acute: bool = False
    contact_point: ContactPoint | None = None
    override: OverrideReason | None = None
    client_id: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def propose_referral(
    *,
    actor: Actor,
    user: User,
    case: Case,
    mode: Mode,
    municipality: Municipality,
    consent: Consent,
    fields: Iterable[str],
    particulars: Particulars | None = None,
) -> Referral:
    """Make a referral that can be sent: routed, consented, its copy sealed, the case held.

    Errors: those of routing, consent and fields, CaseNotWorkedOn, OverrideUnexplained, MoveRefused.
    """
    details, chosen = particulars or Particulars(), list(fields)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    press = Move.objects.filter(actor_label=actor.label, client_id=details.client_id)
    if made := press.select_related("referral").first():
        return made.referral
    if locked.state not in WORKED_ON:
        raise CaseNotWorkedOn
    contact_point = _contact_point(municipality, details)
    check_consent(consent, contact_point=contact_point, fields=chosen, today=local_day())
    content = compose(case=locked, mode=mode, fields=chosen, typed=details.typed)
    referral = Referral.objects.create(
        case=locked,
        counsellor=user,
        contact_point=contact_point,
        mode=mode,
        acute=details.acute,
        route_override=details.override or "",
        **_first_words(),
        **_consented(consent),
    )
    seal_copy(actor=actor, referral=referral, content=content)
    set_hold(actor=actor, case=locked, reason="referral", reference=referral.reference)
    return _move(actor, user, referral, Step(MoveKind.PROPOSE, details.client_id))


@transaction.atomic
def renew_proposal(
    *,
    actor: Actor,
    user: User,
    referral: Referral,
    consent: Consent,
    fields: Iterable[str],
    particulars: Particulars | None = None,
) -> Referral:
    """Propose a re-routed referral anew, with a consent that covers the new receiver and a new copy."""
    details, chosen = particulars or Particulars(), list(fields)
    locked = lock(referral)
    check_consent(consent, contact_point=locked.contact_point, fields=chosen, today=local_day())
    content = compose(case=locked.case, mode=Mode(locked.mode), fields=chosen, typed=details.typed)
    step = Step(MoveKind.PROPOSE, details.client_id, changes=dict(_consented(consent)))
    moved = _move(actor, user, locked, step)
    seal_copy(actor=actor, referral=moved, content=content)
    return moved


@transaction.atomic
def send_referral(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Let the receiving function see it and write to them; the consent must still hold."""
    locked = lock(referral)
    check_consent(consent_of(locked), contact_point=locked.contact_point, fields=(), today=local_day())
    return _move(actor, user, locked, _step(MoveKind.SEND, client_id, sent_at=timezone.now()))


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
    if moved.state == State.REROUTED and covers(consent_of(moved), moved.contact_point):
        return send_referral(
            actor=actor, user=user, referral=moved, client_id=uuid.uuid5(press, MoveKind.SEND)
        )
    return moved


def connect_referral(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that caller and function speak with each other now."""
    return _move(actor, user, referral, _step(MoveKind.CONNECT, client_id, sent_at=timezone.now()))


def tell_by_phone(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the function was told by phone: that counts as opened, never as accepted."""
    return _move(actor, user, referral, _step(MoveKind.TELL_BY_PHONE, client_id))


def verify_referral(
    *, actor: Actor, user: User, referral: Referral, outcome: Outcome, client_id: uuid.UUID | None = None
) -> Referral:
    """Note that the caller has confirmed what came of it."""
    step = _step(
        MoveKind.VERIFY, client_id, code=outcome, outcome=checked(outcome), verified_at=timezone.now()
    )
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


def close_unanswered(
    *, actor: Actor, user: User, referral: Referral, client_id: uuid.UUID | None = None
) -> Referral:
    """End what nobody answered, as exactly that."""
    return _move(
        actor, user, referral, _step(MoveKind.CLOSE_UNANSWERED, client_id, outcome=Outcome.NEVER_ANSWERED)
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


def _move(actor: Actor, user: User, referral: Referral, step: Step) -> Referral:
    return make_move(actor=actor, user=user, referral=referral, step=step)


def _step(kind: MoveKind, client_id: uuid.UUID | None, *, code: str = "", **changes: object) -> Step:
    return Step(kind, client_id or uuid.uuid4(), code=code, changes=changes)


def _contact_point(municipality: Municipality, details: Particulars) -> ContactPoint:
    named = route(municipality=municipality, on=local_day()).contact_point
    if details.contact_point is None or details.contact_point == named:
        return named
    if details.override is None:
        raise OverrideUnexplained
    return details.contact_point


def _first_words() -> dict[str, object]:
    return {
        "reference": new_reference("H"),
        "receiver_reference": new_reference("M"),
        "next_actor": Party.COUNSELLOR,
        "due_on": ladder.due_on(State.DRAFT, today=local_day(), acute=False),
        "created_at": timezone.now(),
    }


def _consented(consent: Consent) -> dict[str, object]:
    return {
        "consent_text_version": consent.text_version,
        "consent_municipality": consent.municipality,
        "consent_function": consent.function,
        "consent_fields": sorted(consent.fields),
        "consent_until": consent.until,
    }
