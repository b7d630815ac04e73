"""Open a case in an emergency: for three hours, with a sealed reason, told to its owner, signed off by another."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import record as write_entry
from audit.services import record_durably
from cases.break_glass.knocks import may_know_of
from cases.break_glass.models import BreakGlass, Finding
from cases.break_glass.refusals import FindingMissing, OnlySupervisors, OpenToYou, OwnOpening
from cases.notices.models import NoticeKind
from cases.notices.services import notify, put_away
from cases.record.colleagues import supervisors
from cases.record.grants import REVIEW, basis_of, owner_of
from cases.record.models import Basis, Case, Grant
from cases.record.refusals import IdTaken, NoAccess, NotForYou, ReasonMissing, Refusal, SettledAlready
from cases.record.services import end_grant, give_grant
from cases.record.services.locks import lock_case, subject_of
from cases.record.texts import put_text, sealed_in, unseal_each

LASTS = timedelta(hours=3)
WORKS_CASES = "cases.work_cases"


@dataclass(frozen=True)
class OpeningTexts:
    """Why somebody broke in and, once there is one, the reviewer's remark, read once."""

    reason: str
    remark: str


def break_glass(
    *, actor: Actor, user: User, case: Case, reason: str, record: uuid.UUID | None = None
) -> BreakGlass:
    """Open a case to oneself for three hours; its owner and the supervisors are told at once.

    `record` is the page's own id for it, so that a second press opens nothing more. What is refused is in the trail.

    Errors: ReasonMissing; OpenToYou; OnlySupervisors; NoAccess where it is merged or destroyed; IdTaken.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic(durable=True):
        opened = _open(lock_case(case), user, reason.strip(), record or uuid.uuid4(), actor=actor)
    if isinstance(opened, Refusal):
        raise opened
    return opened


@transaction.atomic
def review_opening(
    *, actor: Actor, user: User, opening: BreakGlass, finding: str, remark: str = ""
) -> BreakGlass:
    """Sign an emergency opening off; one that was not justified ends now, and is said in words why.

    Errors: NotForYou unless the user reviews; OwnOpening; SettledAlready; FindingMissing; ReasonMissing.
    """
    locked = _lock(opening)
    if not user.has_perm(REVIEW):
        raise NotForYou
    if locked.user_id == user.pk:
        raise OwnOpening
    if locked.finding:
        raise SettledAlready
    if finding not in Finding.values:
        raise FindingMissing
    if finding == Finding.UNJUSTIFIED and not remark.strip():
        raise ReasonMissing
    locked.finding, locked.reviewed_at, locked.reviewed_by = finding, timezone.now(), user
    put_text(locked, "remark", remark.strip(), model=BreakGlass)
    locked.save()
    if finding == Finding.UNJUSTIFIED:
        end_grant(actor=actor, grant=locked.grant)
    if not BreakGlass.objects.filter(case=locked.case, finding="").exists():
        put_away(kind=NoticeKind.BREAK_GLASS_TO_REVIEW, reference=locked.case.reference)
    notify(users=[locked.user], kind=NoticeKind.BREAK_GLASS_REVIEWED, reference=locked.case.reference)
    facts: dict[str, str] = {"user": locked.user.get_username(), "finding": finding}
    write_entry(actor=actor, action=Action.GLASS_REVIEWED, subject=subject_of(locked.case), **facts)
    return locked


@transaction.atomic
def leave_case(*, actor: Actor, user: User, opening: BreakGlass) -> bool:
    """End one's own emergency opening before its time. Tells whether it was still open.

    Errors: NotForYou.
    """
    locked = _lock(opening)
    if locked.user_id != user.pk:
        raise NotForYou
    is_open = locked.grant.until is not None and locked.grant.until > timezone.now()
    end_grant(actor=actor, grant=locked.grant)
    return is_open


def read_opening(*, actor: Actor, user: User, opening: BreakGlass) -> OpeningTexts | None:
    """Read why a case was opened in an emergency: recorded durably first, then unsealed.

    Gives nothing where the texts are destroyed; such an opening can still be signed off.

    Errors: NoAccess unless the user reviews, broke in, or may open the case.
    """
    basis = basis_of(user, opening.case)
    if not basis and user.has_perm(REVIEW):
        basis = "review"
    if not basis and opening.user_id != user.pk:
        raise NoAccess
    facts: dict[str, str] = {"user": opening.user.get_username(), "basis": basis}
    record_durably(actor=actor, action=Action.GLASS_REASON_READ, subject=subject_of(opening.case), **facts)
    written = [field for field in ("reason", "remark") if getattr(opening, field)]
    texts = unseal_each([sealed_in(opening, field, model=BreakGlass) for field in written])
    read = {field: text for field, text in zip(written, texts, strict=True) if text is not None}
    return OpeningTexts(**({"remark": ""} | read)) if "reason" in read else None


def _open(case: Case, user: User, reason: str, record: uuid.UUID, *, actor: Actor) -> BreakGlass | Refusal:
    earlier = BreakGlass.objects.filter(pk=record).first()
    if earlier is not None:
        return earlier if (earlier.case_id, earlier.user_id) == (case.pk, user.pk) else IdTaken()
    if basis_of(user, case):
        return OpenToYou()
    if not user.is_active or not user.has_perm(WORKS_CASES) or not may_know_of(user, case):
        write_entry(actor=actor, action=Action.CASE_REFUSED, subject=subject_of(case), emergency=True)
        return OnlySupervisors() if case.protected else NoAccess()
    until = timezone.now() + LASTS
    grant = give_grant(actor=actor, user=user, case=case, basis=Basis.BREAK_GLASS, until=until)
    opening = BreakGlass(id=record, case=case, user=user, grant=grant, until=until, key=case.key)
    put_text(opening, "reason", reason, model=BreakGlass)
    opening.save(force_insert=True)
    _tell(opening, owner_of(case))
    write_entry(actor=actor, action=Action.GLASS_BROKEN, subject=subject_of(case), protected=case.protected)
    return opening


def _tell(opening: BreakGlass, owner: Grant | None) -> None:
    reference = opening.case.reference
    if owner is not None:
        notify(users=[owner.user], kind=NoticeKind.CASE_BROKEN_OPEN, reference=reference)
    reviewers = supervisors().exclude(pk=opening.user_id)
    notify(users=reviewers, kind=NoticeKind.BREAK_GLASS_TO_REVIEW, reference=reference)


def _lock(opening: BreakGlass) -> BreakGlass:
    """Take the case first and the opening second, as everybody does."""
    lock_case(opening.case)
    related = BreakGlass.objects.select_related("case", "user", "grant__user", "grant__case")
    return related.select_for_update(of=("self",)).get(pk=opening.pk)
