"""Proposing: a referral is routed, consented, its copy sealed and its case held, before anything can be sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction

from audit.context import Actor
from cases.coded.models import Municipality
from cases.record.models import Case, CaseState
from cases.record.references import new_reference
from cases.record.services import set_hold
from referrals.clock import ladder
from referrals.clock.moment import now
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.referral.consent import Consent, check_consent
from referrals.referral.copies import seal_copy
from referrals.referral.fields import compose
from referrals.referral.models import Move, Referral
from referrals.referral.moves import Step, lock, make_move
from referrals.referral.reasons import OverrideReason
from referrals.referral.states import Mode, MoveKind, Party, State
from referrals.routing.rules import route
from referrals.routing.situation import Asked

WORKED_ON = frozenset({CaseState.OPEN, CaseState.WAITING, CaseState.REOPENED})


class CaseNotWorkedOn(ValueError):
    """The case is closed or being closed; reopen it before you refer."""


class OverrideUnexplained(ValueError):
    """Another contact point was chosen than the rules name; say why."""


@dataclass(frozen=True)
class Particulars:
    """What a proposal may carry besides the consented fields.

    `typed` holds the texts of typed fields by name; `contact_point` overrides the route that `asked` leads to, and
    then needs `override`.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    acute: bool = False
    contact_point: ContactPoint | None = None
    override: OverrideReason | None = None
    asked: Asked = field(default_factory=Asked)
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
    step = Step(MoveKind.PROPOSE, details.client_id)
    return make_move(actor=actor, user=user, referral=referral, step=step)


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
    """Propose a re-routed referral anew, with a consent that covers the new receiver and a new copy.

    A second press seals no other copy: what has been decided or sent meanwhile stays what it was.
    """
    details, chosen = particulars or Particulars(), list(fields)
    locked = lock(referral)
    if locked.moves.filter(actor_label=actor.label, client_id=details.client_id).exists():
        return locked
    check_consent(consent, contact_point=locked.contact_point, fields=chosen, today=local_day())
    content = compose(case=locked.case, mode=Mode(locked.mode), fields=chosen, typed=details.typed)
    step = Step(MoveKind.PROPOSE, details.client_id, changes=dict(_consented(consent)))
    moved = make_move(actor=actor, user=user, referral=locked, step=step)
    seal_copy(actor=actor, referral=moved, content=content)
    return moved


def _contact_point(municipality: Municipality, details: Particulars) -> ContactPoint:
    named = route(municipality=municipality, on=local_day(), asked=details.asked).contact_point
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
        "created_at": now(),
    }


def _consented(consent: Consent) -> dict[str, object]:
    return {
        "basis": consent.basis,
        "disclosure_ground": consent.ground,
        "decided_by": None,
        "consent_text_version": consent.text_version,
        "consent_municipality": consent.municipality,
        "consent_function": consent.function,
        "consent_fields": sorted(consent.fields),
        "consent_until": consent.until,
    }
