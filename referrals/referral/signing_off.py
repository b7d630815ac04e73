"""Signing off: what left in acute danger on one person's word stands with the supervisors until another has looked."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from cases.notices.models import NoticeKind
from cases.notices.services import notify, put_away
from referrals.clock.moment import now
from referrals.clock.working_days import add_working_days, local_day
from referrals.referral.deciding import REVIEWS, composed_by, is_second_person
from referrals.referral.lone_decisions import Finding, LoneDecision, LoneDecisionQuerySet
from referrals.referral.models import Referral
from referrals.referral.parties import supervisors
from referrals.referral.reasons import Basis

LOOKED_AT_WITHIN = 1
"""Working days within which another person looks at what left on one person's word."""


class NotYoursToSignOff(PermissionError):
    """Somebody else signs this off: a supervisor who neither made the referral nor let it leave."""


class SignedOffAlready(ValueError):
    """Nothing here waits for a second person, or somebody was faster."""


def note_lone_decision(*, actor: Actor, user: User, before: Referral, after: Referral) -> LoneDecision | None:
    """Put a disclosure that has just left on one person's word before the supervisors, in its transaction."""
    left_now = before.decided_by_id is None and after.decided_by_id is not None
    if after.basis != Basis.DISCLOSURE or not left_now or is_second_person(user, after):
        return None
    decision = LoneDecision.objects.create(
        referral=after,
        decided_by=user,
        decided_at=now(),
        due_on=add_working_days(local_day(), LOOKED_AT_WITHIN),
    )
    record(
        actor=actor,
        action=Action.DISCLOSED_ALONE,
        subject=_subject(decision),
        due_on=decision.due_on.isoformat(),
    )
    _ask_the_others(decision)
    return decision


@transaction.atomic
def sign_off(*, actor: Actor, user: User, decision: LoneDecision, finding: Finding | str) -> LoneDecision:
    """Note what the second person found; who let it leave is told. Saying the same twice changes nothing.

    Errors: NotYoursToSignOff, SignedOffAlready.
    """
    locked = LoneDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not may_sign_off(user, locked):
        raise NotYoursToSignOff
    if (locked.finding, locked.found_by_id) == (finding, user.pk):
        return locked
    if locked.finding:
        raise SignedOffAlready
    locked.finding, locked.found_by, locked.found_at = Finding(finding), user, now()
    locked.save(update_fields=["finding", "found_by", "found_at"])
    facts = {"finding": locked.finding, "decided_by": locked.decided_by.get_username()}
    record(actor=actor, action=Action.DISCLOSURE_SIGNED_OFF, subject=_subject(locked), **facts)
    put_away(kind=NoticeKind.DISCLOSURE_TO_SIGN_OFF, reference=locked.referral.reference)
    told = {locked.decided_by, locked.referral.counsellor}
    notify(users=told, kind=NoticeKind.DISCLOSURE_SIGNED_OFF, reference=locked.referral.reference)
    return locked


@transaction.atomic
def tell_of_unsigned_disclosures() -> int:
    """Tell the supervisors once more, and once only, of what nobody has looked at in time; give how many."""
    late = LoneDecision.objects.waiting().filter(due_on__lt=local_day(), told_at=None)
    told = 0
    for decision in late.select_for_update(of=("self",), skip_locked=True).select_related("referral"):
        _ask_the_others(decision)
        decision.told_at = now()
        decision.save(update_fields=["told_at"])
        facts = {"due_on": decision.due_on.isoformat()}
        record(
            actor=system_actor("referrals"),
            action=Action.DISCLOSURE_UNSIGNED,
            subject=_subject(decision),
            **facts,
        )
        told += 1
    return told


def lone_decisions_of(referral: Referral) -> LoneDecisionQuerySet:
    """Give what left of a referral on one person's word, looked at or not, in its order."""
    return LoneDecision.objects.filter(referral=referral).select_related("referral", "decided_by", "found_by")


def may_sign_off(user: User, decision: LoneDecision) -> bool:
    """Say whether this user is the second person: a supervisor who neither made it nor let it leave."""
    return user.pk != decision.decided_by_id and is_second_person(user, decision.referral)


def waiting_for_looks() -> QuerySet[LoneDecision]:
    """Give everything that waits for a second person, the oldest first: the supervisors' queue."""
    waiting = LoneDecision.objects.waiting().select_related("referral__contact_point", "decided_by")
    return waiting.order_by("due_on", "decided_at")


def to_sign_off(user: User) -> QuerySet[LoneDecision]:
    """Give what waits for this user as the second person."""
    if not user.has_perm(REVIEWS):
        return LoneDecision.objects.none()
    others = waiting_for_looks().exclude(decided_by=user).exclude(referral__counsellor=user)
    return others.exclude(referral__in=composed_by(user).values("referral"))


def _ask_the_others(decision: LoneDecision) -> None:
    others = [each for each in supervisors() if may_sign_off(each, decision)]
    notify(users=others, kind=NoticeKind.DISCLOSURE_TO_SIGN_OFF, reference=decision.referral.reference)


def _subject(decision: LoneDecision) -> Subject:
    return Subject(kind="referral", reference=decision.referral.reference)
