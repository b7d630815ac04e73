"""Make people with a role, a password and, where asked for, an authenticator app."""

import time

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from audit.context import Actor
from cases.coded.models import Municipality
from hotline.demo.accounts import create_accounts
from hotline.people.models import Invitation
from hotline.people.roles import Role, role_of, set_role
from referrals.directory.models import ContactKind, ContactPoint

PASSWORD = "fyra vanliga ord till"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALICES_SOURCE, STRANGERS_SOURCE = "198.51.100.7", "203.0.113.9"


def make_person(username: str = "alice", role: str = Role.COUNSELLOR) -> User:
    """Make somebody who can sign in with PASSWORD."""
    person = User.objects.create_user(
        username, f"{username}@example.org", PASSWORD, first_name=username.title()
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    set_role(person, role)
    return person


def actor_for(person: User) -> Actor:
    """Attribute to this person."""
    return Actor(label=person.username, role=role_of(person))


def sign_in(
    client: Client, username: str = "alice", password: str = PASSWORD, source: str = ALICES_SOURCE
) -> int:
    """Fill in the sign-in form; gives the status, 302 where it led on."""
    page = client.post("/accounts/login/", {"login": username, "password": password}, REMOTE_ADDR=source)
    return page.status_code


def signed_in(username: str = "alice", role: str = Role.COUNSELLOR) -> Client:
    """Make somebody and give a browser in which they are signed in; what signing in itself does is for `sign_in`."""
    client = Client(REMOTE_ADDR=ALICES_SOURCE)
    client.force_login(make_person(username, role), backend="hotline.people.backend.RoleBackend")
    return client


def just_signed_in(username: str = "alice", role: str = Role.COUNSELLOR) -> Client:
    """Make somebody and give a browser in which they have just shown who they are, through the form."""
    make_person(username, role)
    client = Client()
    assert sign_in(client, username) == 302
    return client


def make_contact_point(reference: str = "P-POINT1") -> ContactPoint:
    """Make a contact point of the whole country."""
    return ContactPoint.objects.create(
        reference=reference,
        kind=ContactKind.SOCIAL_SERVICES,
        function="Mottagning",
        address="point@example.org",
    )


def make_demo() -> list[User]:
    """Make the demo's accounts, and the one contact point that its recipient answers for."""
    place = Municipality.objects.order_by("code")[0]
    ContactPoint.objects.create(
        reference="P-DEMO22",
        kind=ContactKind.SOCIAL_SERVICES,
        function="Mottagning",
        municipality=place,
        address="demo@example.org",
        last_verified_at=timezone.now(),
    )
    return create_accounts()


def make_invitation(role: str = Role.AUDITOR, username: str = "bob", **changed: object) -> Invitation:
    """Make an invitation that was sent a moment ago."""
    values = {"name": "Bob", "email": "bob@example.org", "sent_at": timezone.now()} | changed
    return Invitation.objects.create(username=username, role=role, **values)


def code_now(secret: str = SECRET) -> str:
    """Give what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
