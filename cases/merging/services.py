"""Merge two cases that are one, and undo it exactly: rows move by reference, texts keep the keys they have."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from cases.followups.models import FollowUp
from cases.handover.models import HandOver, HandOverState
from cases.merging.models import Merge
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.grants import basis_or_refuse
from cases.record.models import (
    LASTING_BASES,
    Basis,
    Case,
    CaseState,
    Contact,
    Grant,
    Hold,
    LifeEvent,
    Note,
)
from cases.record.refusals import (
    CannotMerge,
    CaseIsClosed,
    CaseIsMerged,
    MergeHeld,
    MergeNested,
    MergeProtection,
    MergeUnsettled,
    MoveRefused,
    NoAccess,
    SettledAlready,
)
from cases.record.services import end_grant, give_grant
from cases.record.services.locks import save_edited, subject_of
from cases.record.states import FINISHED
from cases.second_looks.models import SecondLook, SecondLookState
from cases.vault.services import Owner, reassign_keys

# Whoever works on both; a reviewer merges nothing.
MERGING_BASES = (Basis.OWNER, Basis.CO_WORKER, Basis.CALLER_CODE, Basis.HAND_OVER)
DESTROYED = (CaseState.PURGE_DUE, CaseState.PURGED)
# What belongs to a case by reference. Holds, flags, codes and what upper rooms have stay where they are.
MOVING: dict[str, models.Manager[Any]] = {
    "contacts": Contact.objects,
    "notes": Note.objects,
    "follow_ups": FollowUp.objects,
    "hand_overs": HandOver.objects,
    "second_looks": SecondLook.objects,
    "life": LifeEvent.objects,
}


@transaction.atomic
def merge_cases(*, actor: Actor, user: User, kept: Case, merged: Case) -> Merge:
    """Put one case into another; both must be open to the user, and the one that goes must hold nothing live.

    Errors: NoAccess to either; CannotMerge, saying why; CaseIsMerged; CaseIsClosed where the kept one is.
    """
    staying, going = _lock_both(kept, merged)
    basis = _working_basis(user, staying)
    _working_basis(user, going)
    _refuse_to_merge(staying, going)
    going.merged_into = staying
    save_edited(going, user=user)
    merge = Merge(kept=staying, merged=going, by=user)
    merge.moved = {name: _move(rows, going, staying) for name, rows in MOVING.items()}
    keys = reassign_keys(actor=actor, source=_owner(going), target=_owner(staying))
    merge.keys = [str(key) for key in keys]
    merge.grants = [str(grant.pk) for grant in _let_in(going, staying, actor=actor)]
    merge.save(force_insert=True)
    _tell_owners(merge, NoticeKind.CASE_MERGED, but=user)
    _tell(Action.CASES_MERGED, merge, actor=actor, basis=basis)
    return merge


@transaction.atomic
def undo_merge(*, actor: Actor, user: User, merge: Merge) -> Merge:
    """Take two cases apart again: what came goes back, what was written since in the kept one stays there.

    Errors: NoAccess to either; SettledAlready; MoveRefused where the texts are being destroyed.
    """
    staying, going = _lock_both(merge.kept, merge.merged)
    locked = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    basis = _working_basis(user, staying)
    _working_basis(user, going)
    if locked.undone_at is not None:
        raise SettledAlready
    if staying.state in DESTROYED:
        raise MoveRefused
    going.merged_into = None
    save_edited(going, user=user)
    for name, rows in MOVING.items():
        ids = {UUID(each) for each in locked.moved.get(name, [])}
        belonging = _with_successors(ids) if name == "follow_ups" else ids
        rows.filter(pk__in=belonging, case=staying).update(case=going)
    keys = [UUID(key) for key in locked.keys]
    reassign_keys(actor=actor, source=_owner(staying), target=_owner(going), keys=keys)
    for grant in Grant.objects.select_related("user", "case").filter(pk__in=locked.grants):
        end_grant(actor=actor, grant=grant)
    locked.undone_at, locked.undone_by = timezone.now(), user
    locked.save()
    _tell_owners(locked, NoticeKind.MERGE_UNDONE, but=user)
    _tell(Action.MERGE_UNDONE, locked, actor=actor, basis=basis)
    return locked


def _lock_both(one: Case, other: Case) -> tuple[Case, Case]:
    """Take both rows in one order, so that two merges at once cannot wait for each other."""
    if one.pk == other.pk:
        raise CannotMerge
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    locked = {case.pk: case for case in rows}
    return locked[one.pk], locked[other.pk]


def _working_basis(user: User, case: Case) -> str:
    basis = basis_or_refuse(user, case)
    if basis not in MERGING_BASES:
        raise NoAccess
    return basis


def _refuse_to_merge(staying: Case, going: Case) -> None:
    if staying.merged_into_id or going.merged_into_id:
        raise CaseIsMerged
    if staying.state in FINISHED:
        raise CaseIsClosed
    if going.state in DESTROYED:
        raise MoveRefused
    if staying.protected != going.protected:
        raise MergeProtection
    if going.merged_cases.exists():
        raise MergeNested
    if Hold.objects.filter(case=going, lifted_at__isnull=True).exists():
        raise MergeHeld
    if _waits_for_a_colleague(going):
        raise MergeUnsettled


def _waits_for_a_colleague(case: Case) -> bool:
    on_its_way = HandOver.objects.filter(case=case, state=HandOverState.OFFERED)
    asked = SecondLook.objects.filter(case=case, state=SecondLookState.ASKED)
    return on_its_way.exists() or asked.exists()


def _move(rows: models.Manager[Any], going: Case, staying: Case) -> list[str]:
    going_rows = rows.filter(case=going)
    ids = [str(each) for each in going_rows.values_list("pk", flat=True)]
    going_rows.update(case=staying)
    return ids


def _with_successors(ids: set[UUID]) -> set[UUID]:
    """Give follow-ups with those they have been moved to since: they go back together."""
    found = newest = ids
    while newest:
        moved = FollowUp.objects.filter(pk__in=newest, moved_to__isnull=False)
        newest = {pk for pk in moved.values_list("moved_to", flat=True) if pk is not None} - found
        found |= newest
    return found


def _let_in(going: Case, staying: Case, *, actor: Actor) -> list[Grant]:
    """Let those who worked on the case that goes work on the one that stays; nobody where they are protected."""
    if staying.protected:
        return []
    inside = Grant.objects.filter(case=staying, until__isnull=True).values("user")
    theirs = Grant.objects.select_related("user").filter(
        case=going, until__isnull=True, basis__in=LASTING_BASES
    )
    users = {grant.user_id: grant.user for grant in theirs.exclude(user__in=inside)}
    return [
        give_grant(actor=actor, user=user, case=staying, basis=Basis.CO_WORKER) for user in users.values()
    ]


def _tell_owners(merge: Merge, kind: NoticeKind, *, but: User) -> None:
    owners = Grant.objects.select_related("user").filter(
        case__in=[merge.kept, merge.merged], basis=Basis.OWNER, until__isnull=True
    )
    users = {grant.user_id: grant.user for grant in owners.exclude(user=but)}
    notify(users=users.values(), kind=kind, reference=merge.kept.reference)


def _tell(action: Action, merge: Merge, *, actor: Actor, basis: str) -> None:
    counts = {name: len(ids) for name, ids in merge.moved.items()}
    facts: dict[str, str | int] = {"merged": merge.merged.reference, "basis": basis, **counts}
    write_entry(actor=actor, action=action, subject=subject_of(merge.kept), **facts)


def _owner(case: Case) -> Owner:
    return Owner(kind="case", id=case.pk)
