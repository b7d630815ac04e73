"""Rows of the record for tests, made by the services themselves."""

from datetime import UTC, datetime

from django.contrib.auth.models import User

from audit.context import Actor
from cases.record.facts import ContactFacts
from cases.record.models import Case, Contact
from cases.record.services import open_case, open_contact

BEGUN = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)


def make_user(name: str) -> User:
    """Make an active user without a role."""
    return User.objects.create_user(username=name, password="a long enough password")


def actor_for(user: User, role: str = "counsellor") -> Actor:
    """Act as this user."""
    return Actor(label=user.get_username(), role=role)


def make_contact(
    user: User, *, kind: str = "counselling", summary: str = "", facts: ContactFacts | None = None
) -> Contact:
    """Log a telephone contact as this user."""
    return open_contact(
        actor=actor_for(user),
        user=user,
        channel="phone",
        begun_at=BEGUN,
        kind=kind,
        facts=facts,
        summary=summary,
    )


def make_case(user: User, *, summary: str = "") -> Case:
    """Open a case as this user, on a new contact."""
    return open_case(actor=actor_for(user), user=user, contact=make_contact(user, summary=summary)).case
