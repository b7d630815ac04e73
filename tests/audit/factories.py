"""Entries to put into the trail."""

import uuid

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record, record_durably

ALICE = Actor(label="alice", role="counsellor")
BOB = Actor(label="bob", role="counsellor")


def make_person(name: str, role: str) -> User:
    """Make somebody who can say a password."""
    person = User.objects.create_user(username=name, password=f"{name}s password")
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    return person


def signed_in(role: str, *, name: str = "alice") -> Client:
    """Sign somebody in who has one role."""
    person = User.objects.create_user(username=name)
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(person, backend="hotline.people.backend.RoleBackend")
    return client


def make_entry(reference: str = "A-7KQ2MX", *, actor: Actor = ALICE) -> uuid.UUID:
    """Record one look at one subject."""
    subject = Subject(kind="case", reference=reference)
    return record_durably(
        actor=actor, action=Action.TRAIL_ENTRY_READ, subject=subject, basis="owner", times=3, late=False
    )


def make_many(count: int) -> None:
    """Record many things that were done, in one transaction."""
    with transaction.atomic():
        for number in range(count):
            record(actor=ALICE, action=Action.TRAIL_SEARCHED, part="some", number=number)


def make_entries(count: int) -> list[uuid.UUID]:
    """Record several, one after the other."""
    return [make_entry(f"A-{number:06d}") for number in range(count)]
