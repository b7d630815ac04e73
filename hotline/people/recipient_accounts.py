"""The door's side of a municipality's first day: the accounts of its recipients, and of those they ask for."""

import re
import unicodedata
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.context import Actor
from hotline.people.invitations import has_account, invite_person, is_taken, make_account, record_acceptance
from hotline.people.models import Change, Invitation
from hotline.people.roles import Role
from referrals.directory.models import ContactPoint
from referrals.welcome.accounts import AddressTaken, Newcomer

LONGEST = 50
NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")


@transaction.atomic
def open_recipient_account(
    *, contact_point: ContactPoint, newcomer: Newcomer, password: str, reference: str
) -> User:
    """Make the account of a function's first recipient, who had the letter and was telephoned.

    The second person that this role needs was there: the welcome tells those who decide where letters go from those
    who read codes out. Errors: AddressTaken.
    """
    _refuse_taken(newcomer.email)
    invitation = Invitation.objects.create(
        username=_username_for(newcomer.email),
        name=newcomer.name,
        email=newcomer.email,
        role=Role.RECIPIENT,
        contact_point=contact_point,
        sent_at=timezone.now(),
        accepted_at=timezone.now(),
    )
    person = make_account(invitation, password)
    record_acceptance(invitation, welcome=reference)
    return person


@transaction.atomic
def propose_deputy(*, actor: Actor, user: User, contact_point: ContactPoint, newcomer: Newcomer) -> None:
    """Invite a colleague on a recipient's word; as every recipient, they wait for one of us as the second person.

    Errors: AddressTaken.
    """
    _refuse_taken(newcomer.email)
    invite_person(
        actor=actor,
        user=user,
        username=_username_for(newcomer.email),
        name=newcomer.name,
        email=newcomer.email,
        role=Role.RECIPIENT,
        contact_point=contact_point,
    )


def names_on_the_way(contact_point: ContactPoint) -> Sequence[str]:
    """Name those who are invited to answer for a contact point and have not come, but not the refused."""
    waiting = Invitation.objects.filter(
        contact_point=contact_point, accepted_at=None, withdrawn_at=None, renews=None
    )
    still = waiting.filter(Q(change=None) | ~Q(change__state=Change.State.REFUSED))
    return list(still.order_by("name").values_list("name", flat=True))


def _refuse_taken(email: str) -> None:
    promised = Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None)
    if has_account(email) or User.objects.filter(email__iexact=email).exists() or promised.exists():
        raise AddressTaken


def _username_for(email: str) -> str:
    """Make a free username from what stands before the @; people sign in with the address."""
    plain = unicodedata.normalize("NFKD", email.partition("@")[0].lower()).encode("ascii", "ignore").decode()
    stem = NOT_IN_NAMES.sub("-", plain).strip("-.")[:LONGEST] or "recipient"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 100))]
    return next(name for name in names if not is_taken(name))
