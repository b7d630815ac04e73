"""Holds keep a case from closing and purging; flags say what to know before opening it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.record.models import Case, CaseState, Flag, FlagKind, Hold, HoldReason
from cases.record.refusals import MoveRefused
from cases.record.services.locks import lock_case, lock_for, subject_of


@transaction.atomic
def set_hold(*, actor: Actor, case: Case, reason: HoldReason | str, reference: str) -> Hold:
    """Keep a case from closing and purging; what holds already is not held twice.

    Errors: MoveRefused where the case has been purged; ValueError where the reason is unknown.
    """
    locked = lock_case(case)
    if locked.state == CaseState.PURGED:
        raise MoveRefused
    reason = HoldReason(reason)
    hold, new = Hold.objects.get_or_create(case=locked, reason=reason, reference=reference, lifted_at=None)
    if new:
        facts: dict[str, str] = {"reason": reason.value, "holder": reference}
        write_entry(actor=actor, action=Action.HOLD_SET, subject=subject_of(locked), **facts)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, case: Case, reference: str) -> bool:
    """Lift what holds under this reference; tells whether something did."""
    locked = lock_case(case)
    live = Hold.objects.filter(case=locked, reference=reference, lifted_at__isnull=True)
    lifted = bool(live.update(lifted_at=timezone.now()))
    if lifted:
        write_entry(actor=actor, action=Action.HOLD_LIFTED, subject=subject_of(locked), holder=reference)
    return lifted


@transaction.atomic
def set_flag(
    *, actor: Actor, user: User, case: Case, kind: FlagKind | str, until: datetime | None = None
) -> Flag:
    """Put a warning on a case; one that has run out is renewed.

    Errors: NoAccess; ValueError where the kind is unknown.
    """
    locked, basis = lock_for(user, case)
    kind = FlagKind(kind)
    fresh = {"until": until, "set_by": user}
    flag, _new = Flag.objects.update_or_create(
        case=locked, kind=kind, lifted_at=None, defaults={"until": until}, create_defaults=fresh
    )
    facts: dict[str, str] = {"flag": kind.value, "basis": basis}
    write_entry(actor=actor, action=Action.FLAG_SET, subject=subject_of(locked), **facts)
    return flag


@transaction.atomic
def lift_flag(*, actor: Actor, user: User, case: Case, kind: FlagKind | str) -> bool:
    """Take a warning off a case; tells whether one was up.

    Errors: NoAccess; ValueError where the kind is unknown.
    """
    locked, basis = lock_for(user, case)
    kind = FlagKind(kind)
    lifted = bool(
        Flag.objects.filter(case=locked, kind=kind, lifted_at=None).update(lifted_at=timezone.now())
    )
    if lifted:
        facts: dict[str, str] = {"flag": kind.value, "basis": basis}
        write_entry(actor=actor, action=Action.FLAG_LIFTED, subject=subject_of(locked), **facts)
    return lifted
