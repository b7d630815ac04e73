"""Municipalities' systems for tests, let in by two persons as on the page."""

from django.contrib.auth.models import User
from django.test import Client

from referrals.directory.models import ContactPoint
from referrals.systems.models import System
from referrals.systems.services import issue_secret, request_system
from referrals.systems.tokens import issue_token
from tests.referrals.factories import actor_for, make_user


def two_persons() -> tuple[User, User]:
    """Give a supervisor and an administrator."""
    known = {user.username: user for user in User.objects.filter(username__in=["sam", "adam"])}
    return known.get("sam") or make_user("sam", "supervisor"), known.get("adam") or make_user(
        "adam", "administrator"
    )


def make_system(*points: ContactPoint, name: str = "Ale kommun: ärendesystemet") -> tuple[System, str]:
    """Let a system in and give it with its secret."""
    sam, adam = two_persons()
    system = request_system(actor=actor_for(sam), user=sam, name=name, contact_points=points)
    return system, issue_secret(actor=actor_for(adam), user=adam, system=system)


def token_for(*points: ContactPoint, name: str = "Ale kommun: ärendesystemet") -> str:
    """Let a system in and fetch a token with its secret."""
    system, secret = make_system(*points, name=name)
    return issue_token(client_id=system.reference, secret=secret).text


def bearing(token: str) -> Client:
    """Give a program that sends this token."""
    return Client(headers={"Authorization": f"Bearer {token}"})
