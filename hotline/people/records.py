"""Record second factors coming and going, in the transaction that stores or deletes them.

allauth has no adapter method here, and its own signals are sent after the commit, when a crash could lose the record.
"""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from audit.actions import Action
from audit.context import Actor, system_actor
from audit.services import Subject, record
from hotline.people.roles import role_of


def connect() -> None:
    """Listen; called once when the room is ready."""
    post_save.connect(_stored, sender=Authenticator, dispatch_uid="record second factor stored")
    post_delete.connect(_deleted, sender=Authenticator, dispatch_uid="record second factor deleted")


def _stored(instance: Authenticator, created: bool, **_signal: Any) -> None:
    if created:
        _record(Action.SECOND_FACTOR_ADDED, instance)


def _deleted(instance: Authenticator, **_signal: Any) -> None:
    _record(Action.SECOND_FACTOR_REMOVED, instance)


@transaction.atomic
def _record(action: Action, authenticator: Authenticator) -> None:
    subject = Subject(kind="person", reference=authenticator.user.get_username())
    record(actor=_actor(), action=action, subject=subject, type=authenticator.type)


def _actor() -> Actor:
    user = getattr(context.request, "user", None)
    if user is None or not user.is_authenticated:
        return system_actor("people")
    return Actor(label=user.get_username(), role=role_of(user))
