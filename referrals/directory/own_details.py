"""What a function says of itself, signed in, and the address we put right when a letter came back."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from django.contrib.auth.models import User
from django.db import transaction

from audit.context import Actor
from referrals.directory.keeping import Details, change_contact_point
from referrals.directory.models import ContactPoint, VerifiedHow
from referrals.directory.verify import verify_contact_point


@dataclass(frozen=True)
class OwnDetails:
    """What a function may change about itself; what it is for and where it belongs is ours to write."""

    address: str
    phone: str
    hours: str
    languages: tuple[str, ...]


@transaction.atomic
def confirm_own_details(
    *, actor: Actor, user: User, contact_point: ContactPoint, details: OwnDetails, version: int
) -> ContactPoint:
    """Save what a function says of itself; saying it, changed or not, verifies the contact point.

    Errors: EditedMeanwhile, RetiredAlready.
    """
    wanted = replace(_details_of(contact_point), **vars(details))
    change_contact_point(actor=actor, user=user, contact_point=contact_point, version=version, details=wanted)
    return verify_contact_point(actor=actor, user=user, contact_point=contact_point, how=VerifiedHow.BY_LINK)


def correct_address(*, actor: Actor, user: User, contact_point: ContactPoint, address: str) -> ContactPoint:
    """Put the right address into the directory; whoever found it out has made sure of it today."""
    return change_contact_point(
        actor=actor,
        user=user,
        contact_point=contact_point,
        version=contact_point.version,
        details=replace(_details_of(contact_point), address=address),
        verified=True,
    )


def _details_of(point: ContactPoint) -> Details:
    values = {field.name: getattr(point, field.name) for field in fields(Details)}
    return Details(**(values | {"languages": tuple(point.languages)}))
