"""Every guarded look-up of the room: whoever may not see a referral is told that there is none."""

from __future__ import annotations

from typing import NoReturn

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record_durably
from cases.access import visible_to
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint
from referrals.directory.queries import answers_for
from referrals.referral.lone_decisions import LoneDecision
from referrals.referral.models import Referral
from referrals.referral.states import ENDED, WITH_RECEIVER

RELATED = ("case", "counsellor", "contact_point__municipality", "contact_point__county", "decline_reason")


def staffed_by(user: User) -> QuerySet[Referral]:
    """Give the referrals of the cases a user may open.

    A supervisor also sees, without its case, every live one and every one that waits for a second person's look.
    """
    reach = Q(case__in=visible_to(user))
    if user.has_perm("cases.review"):
        reach |= ~Q(state__in=ENDED) | Q(pk__in=LoneDecision.objects.waiting().values("referral"))
    return Referral.objects.filter(reach).select_related(*RELATED)


def received_by(user: User) -> QuerySet[Referral]:
    """Give the live referrals addressed to the contact points a user answers for today, and nothing else.

    A referral that ended, was declined, withdrawn or re-routed is gone at once; a counsellor never receives
    their own.
    """
    points = answers_for(user, local_day()).values("contact_point")
    return (
        Referral.objects.filter(contact_point__in=points, state__in=WITH_RECEIVER)
        .exclude(counsellor_id=user.pk)
        .select_related(*RELATED)
    )


def get_staffed(user: User, reference: str) -> Referral:
    """Find by the staff's reference. Errors: Http404."""
    found = staffed_by(user).filter(reference=reference).first()
    return found or _refuse(user, Referral.objects.filter(reference=reference).first())


def get_received(user: User, reference: str) -> Referral:
    """Find by the receiver's reference. Errors: Http404."""
    found = received_by(user).filter(receiver_reference=reference).first()
    return found or _refuse(user, Referral.objects.filter(receiver_reference=reference).first())


def answered_points(user: User) -> QuerySet[ContactPoint]:
    """Give the contact points a user answers for today, and nothing else of the directory."""
    mine = answers_for(user, local_day()).values("contact_point")
    points = ContactPoint.objects.filter(pk__in=mine).select_related("municipality", "county")
    return points.order_by("function", "reference")


def get_answered_point(user: User, reference: str) -> ContactPoint:
    """Find by reference among those. Errors: Http404."""
    found = answered_points(user).filter(reference=reference).first()
    return found or _refuse(user, ContactPoint.objects.filter(reference=reference).first())


def look_at_referral(*, actor: Actor, referral: Referral) -> None:
    """Record, before it is shown, that somebody looks at a referral."""
    subject = Subject(kind="referral", reference=referral.reference)
    record_durably(actor=actor, action=Action.REFERRAL_VIEWED, subject=subject)


def look_at_point(*, actor: Actor, point: ContactPoint) -> None:
    """Record, before it is shown, that somebody looks at a contact point and who answers for it."""
    subject = Subject(kind="contact_point", reference=point.reference)
    record_durably(actor=actor, action=Action.CONTACT_POINT_VIEWED, subject=subject)


def user_of(request: HttpRequest) -> User:
    """Give the signed-in user behind the gate. Errors: PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _refuse(user: User, existing: Referral | ContactPoint | None) -> NoReturn:
    """Give the answer of what does not exist; where it does, the refusal is in the trail first."""
    if existing is not None:
        group = user.groups.values_list("name", flat=True).first()
        actor = Actor(label=user.get_username(), role=group or "")
        kind = "referral" if isinstance(existing, Referral) else "contact_point"
        subject = Subject(kind=kind, reference=existing.reference)
        record_durably(actor=actor, action=Action.REFERRAL_REFUSED, subject=subject)
    raise Http404
