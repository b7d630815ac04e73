"""Invite people, by a signed link that works once and for three days."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.vault.keyring import keyring
from hotline.people.mail import send_invitation
from hotline.people.models import INVITATION_DAYS, Change, Invitation
from hotline.people.roles import GIVEN_BY_TWO, Role, role_of, set_role
from referrals.directory.models import ContactPoint
from referrals.directory.recipients import name_recipient

SALT = "hotline.people.invitation"


class InvitationUnusable(Exception):
    """The link is not one of ours, has expired, was withdrawn or has been used."""


class UsernameTaken(ValueError):
    """Somebody already has this username or is invited under it."""


@transaction.atomic
def invite_person(
    *,
    actor: Actor,
    user: User,
    username: str,
    name: str,
    email: str,
    role: str,
    contact_point: ContactPoint | None,
) -> Invitation:
    """Invite somebody; a role that is given by two waits for a second person of another role."""
    if is_taken(username):
        raise UsernameTaken
    invitation = Invitation.objects.create(
        username=username, name=name, email=email, role=role, contact_point=contact_point, invited_by=user
    )
    record(
        actor=actor, action=Action.PERSON_INVITED, subject=subject_of(invitation), person=username, role=role
    )
    if role in GIVEN_BY_TWO:
        Change.objects.create(
            kind=Change.Kind.INVITE,
            invitation=invitation,
            role=role,
            requested_by=user,
            requested_role=role_of(user),
        )
        record(
            actor=actor,
            action=Action.CHANGE_REQUESTED,
            subject=subject_of(invitation),
            kind="invite",
            role=role,
        )
    else:
        release_invitation(actor=actor, invitation=invitation)
    return invitation


@transaction.atomic
def release_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Let the letter go, in the same transaction as what allowed it; the days count from now."""
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["expires_at", "sent_at"])
    record(actor=actor, action=Action.INVITATION_SENT, subject=subject_of(invitation))
    send_invitation.defer(reference=invitation.reference)


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Make a link useless that has not been used."""
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    if not changed:
        raise InvitationUnusable
    record(actor=actor, action=Action.INVITATION_WITHDRAWN, subject=subject_of(invitation))


def link_for(invitation: Invitation) -> str:
    """Write the link; its signature is made with a key that is in no database."""
    token = _signer().sign(invitation.reference)
    return settings.PUBLIC_BASE_URL + reverse("people:accept", args=[token])


def find_invitation(token: str) -> Invitation:
    """Give the invitation behind a link that can still be used. Errors: InvitationUnusable."""
    try:
        reference = _signer().unsign(token)
    except signing.BadSignature:
        raise InvitationUnusable from None
    invitation = Invitation.objects.filter(reference=reference, sent_at__isnull=False).first()
    if invitation is None or not invitation.is_open:
        raise InvitationUnusable
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str) -> User:
    """Make the account, or give it its new password. Errors: InvitationUnusable where somebody was faster."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not locked.is_open or locked.sent_at is None:
        raise InvitationUnusable
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    person = _renew(locked.renews, password) if locked.renews else make_account(locked, password)
    record_acceptance(locked)
    return person


def record_acceptance(invitation: Invitation, **facts: str) -> None:
    """Record, in the transaction that makes the account, that the invited person has come."""
    actor, subject = _actor_of(invitation), subject_of(invitation)
    record(actor=actor, action=Action.INVITATION_ACCEPTED, subject=subject, **facts)


def make_account(invitation: Invitation, password: str) -> User:
    """Make the account that an invitation is for. Errors: InvitationUnusable where the address is taken."""
    if has_account(invitation.email):
        raise InvitationUnusable
    person = User.objects.create_user(
        invitation.username, invitation.email, password, first_name=invitation.name
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    set_role(person, invitation.role)
    if invitation.role == Role.RECIPIENT and invitation.contact_point is not None:
        name_recipient(actor=_actor_of(invitation), user=person, contact_point=invitation.contact_point)
    return person


def is_taken(username: str) -> bool:
    """Tell whether a username is somebody's, or promised to somebody."""
    promised = Invitation.objects.filter(username__iexact=username, accepted_at=None, withdrawn_at=None)
    return User.objects.filter(username__iexact=username).exists() or promised.exists()


def has_account(email: str) -> bool:
    """Tell whether somebody signs in with this address."""
    return EmailAddress.objects.filter(email__iexact=email, verified=True).exists()


def subject_of(invitation: Invitation) -> Subject:
    """Name an invitation as the trail does."""
    return Subject(kind="invitation", reference=invitation.reference)


def _renew(renewed: User, password: str) -> User:
    person = User.objects.filter(pk=renewed.pk, is_active=True).first()
    if person is None:
        raise InvitationUnusable
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _actor_of(invitation: Invitation) -> Actor:
    return Actor(label=invitation.username, role=invitation.role)


def _signer() -> signing.Signer:
    return signing.Signer(key=keyring().static_key("mail-links").hex(), salt=SALT)
