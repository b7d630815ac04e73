"""The seam to whoever makes accounts: this room knows functions and recipients, the door knows people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import User

    from audit.context import Actor
    from referrals.directory.models import ContactPoint


class AddressTaken(ValueError):
    """Somebody has an account or an invitation with this e-mail address."""


@dataclass(frozen=True)
class Newcomer:
    """Who is to answer for a contact point."""

    name: str
    email: str


def open_account(*, contact_point: ContactPoint, newcomer: Newcomer, password: str, reference: str) -> User:
    """Make the personal account of a function's first recipient. Errors: AddressTaken."""
    make: Callable[..., User] = import_string(settings.RECIPIENT_ACCOUNTS["open"])
    return make(contact_point=contact_point, newcomer=newcomer, password=password, reference=reference)


def propose_deputy(*, actor: Actor, user: User, contact_point: ContactPoint, newcomer: Newcomer) -> None:
    """Ask that a colleague may answer too; the letter leaves when we have confirmed it. Errors: AddressTaken."""
    propose: Callable[..., None] = import_string(settings.RECIPIENT_ACCOUNTS["propose"])
    propose(actor=actor, user=user, contact_point=contact_point, newcomer=newcomer)


def deputies_on_the_way(contact_point: ContactPoint) -> Sequence[str]:
    """Give the names of those who were asked for and have not come yet."""
    on_the_way: Callable[..., Sequence[str]] = import_string(settings.RECIPIENT_ACCOUNTS["on_the_way"])
    return on_the_way(contact_point)
