"""Record second factors coming and going; allauth has no adapter method for these, only its documented signals."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.models import User
from django.db import transaction

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from hotline.people.roles import role_of


def connect() -> None:
    """Listen; called once when the room is ready."""
    authenticator_added.connect(_record_added, dispatch_uid="record second factor added")
    authenticator_removed.connect(_record_removed, dispatch_uid="record second factor removed")


def _record_added(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record(Action.SECOND_FACTOR_ADDED, user, authenticator)


def _record_removed(user: User, authenticator: Authenticator, **_signal: Any) -> None:
    _record(Action.SECOND_FACTOR_REMOVED, user, authenticator)


@transaction.atomic
def _record(action: Action, user: User, authenticator: Authenticator) -> None:
    actor = Actor(label=user.get_username(), role=role_of(user))
    record(actor=actor, action=action, subject=Subject("person", actor.label), type=authenticator.type)
