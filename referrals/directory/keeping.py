"""Keeping the directory: contact points added, changed and taken out, districts, and what we did to stay in touch."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.coded.models import Municipality
from cases.coded.sorting import swedish_sort_key
from cases.record.history import save_as
from cases.record.refusals import EditedMeanwhile, Refusal
from referrals.clock.moment import now
from referrals.directory.areas import Area
from referrals.directory.models import ContactPoint, District, Outreach, VerifiedHow

VERIFIED_PARTS = frozenset({"function", "address", "phone"})
"""What a verification vouches for: changing one of them without asking again voids it."""


class RetiredAlready(Refusal):
    """The contact point has been taken out of the directory."""

    message = _("This contact point has been taken out of the directory.")


@dataclass(frozen=True)
class Details:
    """All that is written of a contact point by hand or by a table."""

    kind: str
    function: str
    address: str
    phone: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    remit: str = ""
    district: District | None = None
    deputy: ContactPoint | None = None
    fallback: ContactPoint | None = None
    closed_from: date | None = None
    closed_until: date | None = None


@transaction.atomic
def add_contact_point(
    *,
    actor: Actor,
    user: User,
    area: Area,
    details: Details,
    client_id: uuid.UUID | None = None,
    verified: bool = False,
) -> ContactPoint:
    """Add a contact point; `client_id` is the form's own, so that two presses add one."""
    key = client_id or uuid.uuid4()
    if existing := ContactPoint.objects.filter(pk=key).first():
        return existing
    point = ContactPoint(id=key, municipality=area.municipality, county=area.county)
    apply_details(point, details)
    if verified:
        _verify(point, user)
    save_as(user, point, force_insert=True)
    record(actor=actor, action=Action.CONTACT_POINT_ADDED, subject=subject_of(point), area=area.code)
    return point


@transaction.atomic
def change_contact_point(
    *,
    actor: Actor,
    user: User,
    contact_point: ContactPoint,
    version: int,
    details: Details,
    verified: bool = False,
) -> ContactPoint:
    """Write a contact point anew, unless somebody else has since; a changed address is no longer a verified one.

    Errors: EditedMeanwhile, RetiredAlready.
    """
    point = locked(contact_point)
    if point.retired_at is not None:
        raise RetiredAlready
    if point.version != version:
        raise EditedMeanwhile
    changed = differing(point, details)
    if not changed and not verified:
        return point
    apply_details(point, details)
    if verified:
        _verify(point, user)
    elif VERIFIED_PARTS & changed:
        point.last_verified_at, point.last_verified_by, point.verified_how = None, None, ""
    save_next(user, point)
    names = " ".join(sorted(changed))
    record(
        actor=actor,
        action=Action.CONTACT_POINT_CHANGED,
        subject=subject_of(point),
        fields=names,
        verified=verified,
    )
    return point


@transaction.atomic
def retire_contact_point(*, actor: Actor, user: User, contact_point: ContactPoint) -> ContactPoint:
    """Take a contact point out of the directory; its row and history stay. A second time changes nothing."""
    point = locked(contact_point)
    if point.retired_at is None:
        point.retired_at = now()
        save_next(user, point)
        record(actor=actor, action=Action.CONTACT_POINT_RETIRED, subject=subject_of(point))
    return point


@transaction.atomic
def add_district(*, actor: Actor, municipality: Municipality, name: str) -> District:
    """Name a city district; naming it twice changes nothing."""
    district, is_new = District.objects.get_or_create(
        municipality=municipality, name=name, defaults={"sort_key": swedish_sort_key(name)[:120]}
    )
    if is_new:
        record(actor=actor, action=Action.DISTRICT_ADDED, subject=Subject("municipality", municipality.pk))
    return district


@transaction.atomic
def note_outreach(
    *,
    actor: Actor,
    user: User,
    municipality: Municipality,
    kind: str,
    on: date,
    about: str,
    client_id: uuid.UUID,
) -> Outreach:
    """Note a visit, a training or a dialogue meeting; `client_id` is the form's own, so that two presses note one."""
    values = {"municipality": municipality, "kind": kind, "on": on, "about": about, "by": user}
    outreach, is_new = Outreach.objects.get_or_create(id=client_id, defaults=values)
    if is_new:
        subject = Subject("municipality", municipality.pk)
        record(actor=actor, action=Action.OUTREACH_NOTED, subject=subject, kind=kind, on=on.isoformat())
    return outreach


def differing(point: ContactPoint, details: Details) -> frozenset[str]:
    """Name the parts in which a contact point differs from what is to be written."""
    return frozenset(field.name for field in fields(Details) if _is_other(point, details, field.name))


def locked(contact_point: ContactPoint) -> ContactPoint:
    """Give the row as it is now, for nobody else to change before this transaction ends."""
    return ContactPoint.objects.select_for_update(of=("self",)).get(pk=contact_point.pk)


def save_next(user: User | None, point: ContactPoint) -> None:
    """Save the row's next version, with its history row attributed to the user, or to nobody."""
    point.version += 1
    if user is None:
        point.save()
    else:
        save_as(user, point)


def subject_of(point: ContactPoint) -> Subject:
    """Name a contact point in the trail."""
    return Subject(kind="contact_point", reference=point.reference)


def _is_other(point: ContactPoint, details: Details, name: str) -> bool:
    old, new = getattr(point, name), getattr(details, name)
    return tuple(old) != new if name == "languages" else bool(old != new)


def apply_details(point: ContactPoint, details: Details) -> None:
    """Put the parts written by hand or by a table into the row, which is not saved yet."""
    for name in (field.name for field in fields(Details)):
        value = getattr(details, name)
        setattr(point, name, list(value) if name == "languages" else value)


def _verify(point: ContactPoint, user: User) -> None:
    point.last_verified_at, point.last_verified_by = now(), user
    point.verified_how, point.doubted_at, point.doubt = VerifiedHow.BY_PHONE, None, ""
