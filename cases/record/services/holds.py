"""Holds keep a case from closing and purging."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.record.models import Case, CaseState, Hold, HoldReason
from cases.record.refusals import CaseIsMerged, MoveRefused
from cases.record.services.locks import lock_case, subject_of


@transaction.atomic
def set_hold(*, actor: Actor, case: Case, reason: HoldReason | str, reference: str) -> Hold:
    """Keep a case from closing and purging; what holds already is not held twice.

    Errors: MoveRefused where the case has been purged; CaseIsMerged; ValueError where the reason is unknown.
    """
    locked = lock_case(case)
    if locked.state == CaseState.PURGED:
        raise MoveRefused
    if locked.merged_into_id is not None:
        raise CaseIsMerged
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
