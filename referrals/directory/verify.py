"""Keeping the directory true: verified, asked to verify, doubted, or closed for a while."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import record
from referrals.clock.moment import now
from referrals.directory.keeping import locked, save_next, subject_of
from referrals.directory.models import ContactPoint, VerifiedHow
from referrals.directory.standing import Doubt


@transaction.atomic
def verify_contact_point(
    *, actor: Actor, user: User, contact_point: ContactPoint, how: VerifiedHow = VerifiedHow.BY_PHONE
) -> ContactPoint:
    """Note that somebody has made sure, today, that this function, address and number are right."""
    point = locked(contact_point)
    point.last_verified_at, point.last_verified_by = now(), user
    point.verified_how, point.doubted_at, point.doubt = how, None, ""
    save_next(user, point)
    record(actor=actor, action=Action.CONTACT_POINT_VERIFIED, subject=subject_of(point), how=str(how))
    return point


@transaction.atomic
def note_asked(*, actor: Actor, contact_point: ContactPoint) -> ContactPoint:
    """Note that we have asked them to confirm their details; from now on silence counts."""
    point = locked(contact_point)
    point.asked_at = now()
    save_next(None, point)
    record(actor=actor, action=Action.CONTACT_POINT_ASKED, subject=subject_of(point))
    return point


@transaction.atomic
def doubt_contact_point(*, actor: Actor, contact_point: ContactPoint, doubt: Doubt) -> ContactPoint:
    """Note what speaks against it: mail came back, or nobody answered; it is stale until somebody verifies it."""
    point = locked(contact_point)
    point.doubted_at, point.doubt = now(), doubt
    save_next(None, point)
    record(actor=actor, action=Action.CONTACT_POINT_DOUBTED, subject=subject_of(point), doubt=str(doubt))
    return point


@transaction.atomic
def close_contact_point(
    *,
    actor: Actor,
    contact_point: ContactPoint,
    until: date | None,
    since: date | None = None,
    user: User | None = None,
) -> ContactPoint:
    """Note that it takes nothing from `since` (now by default) and before `until`; None opens it again."""
    point = locked(contact_point)
    point.closed_from, point.closed_until = (since if until else None), until
    save_next(user, point)
    days = {"since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}
    record(actor=actor, action=Action.CONTACT_POINT_CLOSED, subject=subject_of(point), **days)
    return point
