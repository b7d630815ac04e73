"""Make the demo's accounts: without passwords, so that one press from this machine is the only way in."""

from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import system_actor
from audit.services import Subject, record
from cases.coded.models import Municipality
from hotline.people.demo_sign_in import DEMO_USERNAMES, MARK
from hotline.people.roles import Role, set_role
from referrals.clock.working_days import local_day
from referrals.directory.models import ContactPoint, Recipient
from referrals.directory.recipients import name_recipient
from referrals.routing.rules import route


def create_accounts() -> list[User]:
    """Make what is missing and give the accounts, in the order of the roles; call it after the directory is there."""
    return [_account(username, role) for role, usernames in DEMO_USERNAMES.items() for username in usernames]


@transaction.atomic
def _account(username: str, role: str) -> User:
    person, made = User.objects.get_or_create(username=username, defaults={"email": username + MARK})
    if made:
        person.first_name = username.replace("-", " ").capitalize()
        person.set_unusable_password()
        person.save()
        set_role(person, role)
        subject = Subject(kind="person", reference=username)
        record(actor=system_actor("demo"), action=Action.INVITATION_ACCEPTED, subject=subject, role=str(role))
    if role == Role.RECIPIENT:
        _answer_for_a_municipality(person)
    return person


def _answer_for_a_municipality(person: User) -> None:
    """Let the demo's recipient answer for the first function that a referral to its municipality is routed to."""
    if not Recipient.objects.filter(user=person, until=None).exists():
        name_recipient(actor=system_actor("demo"), user=person, contact_point=_first_routed())


def _first_routed() -> ContactPoint:
    routes = (route(municipality=place, on=local_day()) for place in Municipality.objects.order_by("code"))
    return next(
        way.contact_point for way in routes if way.contact_point.municipality_id == way.municipality.pk
    )
