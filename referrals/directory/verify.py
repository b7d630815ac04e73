"""Keeping the directory true: marking a contact point as verified, or as closed for a while."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from referrals.directory.models import ContactPoint


@transaction.atomic
def verify_contact_point(*, actor: Actor, user: User, contact_point: ContactPoint) -> ContactPoint:
    """Note that somebody has made sure, today, that this function, address and number are right."""
    point = ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point.pk)
    point.last_verified_at, point.last_verified_by_id = timezone.now(), user.pk
    point.save(update_fields=["last_verified_at", "last_verified_by"])
    record(actor=actor, action=Action.CONTACT_POINT_VERIFIED, subject=_subject(point))
    return point


@transaction.atomic
def close_contact_point(*, actor: Actor, contact_point: ContactPoint, until: date | None) -> ContactPoint:
    """Note that it takes nothing before `until`; None opens it again."""
    point = ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point.pk)
    point.closed_until = until
    point.save(update_fields=["closed_until"])
    day = until.isoformat() if until else ""
    record(actor=actor, action=Action.CONTACT_POINT_CLOSED, subject=_subject(point), until=day)
    return point


def _subject(point: ContactPoint) -> Subject:
    return Subject(kind="contact_point", reference=point.reference)
