"""Find cases a home: when somebody leaves, to a named colleague or to nobody yet; then by a supervisor's word."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject
from audit.services import record as write_entry
from cases.followups.models import FollowUp
from cases.handover.models import HandOver
from cases.handover.services import release_hand_overs
from cases.notices.models import NoticeKind
from cases.notices.services import notify
from cases.record.colleagues import colleague_or_refuse
from cases.record.grants import REVIEW, basis_of, owner_of
from cases.record.history import save_as
from cases.record.models import Basis, Case, Grant, LifeKind
from cases.record.refusals import CaseIsMerged, NoAccess, Refusal
from cases.record.services import end_grant, give_grant
from cases.record.services.life import note_turn
from cases.record.services.locks import lock_case, subject_of
from cases.rehoming.queries import owned_by
from cases.second_looks.services import release_second_looks

LEAVING, REHOMING = "leaving", "rehoming"


class HasAnOwner(Refusal):
    """A case whose owner is there, and whose hand-over is not overdue, stays with its owner."""

    message = _("The case has an owner. It is handed over, or its hand-over must be overdue first.")


@transaction.atomic
def leave_cases(*, actor: Actor, user: User, person: User, to: User | None = None) -> int:
    """Take everything about cases from a person who leaves; gives how many cases found no owner.

    Their cases go to `to`, else to the supervisors' list. What they had promised goes to the new owner, or to the
    owner of the case it was promised in. No grant of theirs is left.

    Errors: NotAColleague where `to` does not work with cases.
    """
    if to is not None:
        colleague_or_refuse(person, to)
    release_hand_overs(actor=actor, of=HandOver.objects.filter(from_user=person), basis=LEAVING)
    release_hand_overs(actor=actor, of=HandOver.objects.filter(to_user=person), basis=LEAVING)
    release_second_looks(actor=actor, user=person)
    owned = list(owned_by(person).order_by("pk"))
    for grant in Grant.objects.filter(user=person).exclude(until__lte=timezone.now()).select_related("case"):
        end_grant(actor=actor, grant=grant)
    for case in owned:
        _move_in(lock_case(case), to, by=user, actor=actor)
    _hand_on(FollowUp.objects.planned().filter(assigned_to=person), by=user, actor=actor)
    return 0 if to else len(owned)


@transaction.atomic
def give_case(*, actor: Actor, user: User, case: Case, colleague: User, at: datetime | None = None) -> Case:
    """Find an owner, as a supervisor, for a case that has none or whose hand-over nobody acknowledged in its shift.

    Errors: NoAccess; CaseIsMerged; HasAnOwner; NotAColleague.
    """
    if not user.has_perm(REVIEW):
        raise NoAccess
    locked = lock_case(case)
    if locked.merged_into_id is not None:
        raise CaseIsMerged
    if colleague != user:
        colleague_or_refuse(user, colleague)
    overdue = HandOver.objects.filter(case=locked, state="offered", acknowledge_by__lte=at or timezone.now())
    owner = owner_of(locked)
    if owner is not None and owner.user.is_active and not overdue.exists():
        raise HasAnOwner
    release_hand_overs(actor=actor, of=HandOver.objects.filter(case=locked), basis=REHOMING)
    if owner is not None:
        end_grant(actor=actor, grant=owner)
        notify(users=[owner.user], kind=NoticeKind.CASE_TAKEN, reference=locked.reference)
    _move_in(locked, colleague, by=user, actor=actor)
    _hand_on(FollowUp.objects.planned().filter(case=locked), by=user, actor=actor)
    return locked


def _move_in(locked: Case, owner: User | None, *, by: User, actor: Actor) -> None:
    """Give an ownerless case its owner, or leave it on the supervisors' list."""
    if owner is None:
        note_turn(locked, LifeKind.LEFT, by=by)
        write_entry(actor=actor, action=Action.CASE_LEFT, subject=subject_of(locked))
        return
    lasting = Grant.objects.filter(case=locked, user=owner, until=None).select_related("user", "case")
    for grant in lasting:
        end_grant(actor=actor, grant=grant)
    give_grant(actor=actor, user=owner, case=locked, basis=Basis.OWNER)
    note_turn(locked, LifeKind.REHOMED, by=by)
    notify(users=[owner], kind=NoticeKind.CASE_GIVEN, reference=locked.reference)
    facts: dict[str, str] = {"owner": owner.get_username()}
    write_entry(actor=actor, action=Action.CASE_REHOMED, subject=subject_of(locked), **facts)


def _hand_on(promises: QuerySet[FollowUp], *, by: User, actor: Actor) -> None:
    """Give each promise whose maker can no longer open the case to the case's owner, if it has one."""
    for follow_up in promises.select_related("case", "assigned_to"):
        owner = owner_of(follow_up.case)
        if owner is None or basis_of(follow_up.assigned_to, follow_up.case):
            continue
        follow_up.assigned_to = owner.user
        follow_up.version += 1
        save_as(by, follow_up)
        notify(users=[owner.user], kind=NoticeKind.FOLLOW_UP_GIVEN, reference=follow_up.reference)
        facts: dict[str, str] = {"case": follow_up.case.reference, "to": owner.user.get_username()}
        subject = Subject(kind="followup", reference=follow_up.reference)
        write_entry(actor=actor, action=Action.FOLLOW_UP_REHOMED, subject=subject, **facts)
