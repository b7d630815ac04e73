"""Letting a municipality's system in, giving it a new secret, shutting it out; the first two take two persons."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from cases.record.references import new_reference
from referrals.directory.models import ContactPoint, Recipient
from referrals.directory.recipients import end_recipient, name_recipient
from referrals.systems.models import System, SystemSecret

RECIPIENTS = "recipient"
"""The group of those who receive; the door names the groups."""

CHANGE_OVER = timedelta(days=1)
"""How long an earlier secret still works beside a new one."""


class SecondPersonNeeded(PermissionError):
    """Another person, with another role than the one who asked, must issue the secret."""


class AlreadyDecided(ValueError):
    """Somebody has decided this already, or the system has been shut out."""


class AlreadyAsked(ValueError):
    """A secret for this system is already waiting for a second person."""


@transaction.atomic
def request_system(
    *,
    actor: Actor,
    user: User,
    name: str,
    contact_points: Iterable[ContactPoint],
    client_id: uuid.UUID | None = None,
) -> System:
    """Ask that a municipality's system may act for these contact points; it can do nothing before a second person.

    `client_id` is made with the form, so a second press of the same button asks for nothing more.
    """
    press = client_id or uuid.uuid4()
    asked = System.objects.filter(pk=press).first()
    if asked is not None:
        return asked
    reference = new_reference("I")
    system = System.objects.create(
        id=press,
        reference=reference,
        name=name,
        user=_make_user(reference, name),
        created_at=timezone.now(),
    )
    system.contact_points.set(contact_points)
    _record(actor, Action.SYSTEM_REQUESTED, system, points=_points(system))
    _ask(actor.role, user, system)
    return system


@transaction.atomic
def request_secret(*, actor: Actor, user: User, system: System) -> System:
    """Ask for a new secret. Errors: AlreadyAsked, AlreadyDecided."""
    locked = _lock(system)
    if not locked.is_live:
        raise AlreadyDecided
    if locked.secrets.filter(decided_at=None).exists():
        raise AlreadyAsked
    _ask(actor.role, user, locked)
    _record(actor, Action.SYSTEM_SECRET_REQUESTED, locked)
    return locked


@transaction.atomic
def issue_secret(*, actor: Actor, user: User, system: System) -> str:
    """Issue, as the second person, the secret that was asked for, and give it: it is stored nowhere.

    Earlier secrets end in a day. Errors: SecondPersonNeeded, AlreadyDecided.
    """
    locked = _lock(system)
    waiting = locked.secrets.filter(decided_at=None).first()
    if waiting is None or not locked.is_live:
        raise AlreadyDecided
    if not may_issue(user, actor.role, waiting):
        raise SecondPersonNeeded
    text = secrets.token_urlsafe(32)
    locked.secrets.filter(digest__isnull=False, ends_at=None).update(ends_at=timezone.now() + CHANGE_OVER)
    waiting.digest = digest_of(text)
    _decide(actor.role, user, waiting)
    _let_in(actor, locked)
    _record(actor, Action.SYSTEM_SECRET_ISSUED, locked)
    return text


@transaction.atomic
def refuse_secret(*, actor: Actor, user: User, system: System) -> System:
    """Take back or refuse what was asked for; whoever asked may do that too. Errors: AlreadyDecided."""
    locked = _lock(system)
    waiting = locked.secrets.filter(decided_at=None).first()
    if waiting is None:
        raise AlreadyDecided
    _decide(actor.role, user, waiting)
    _record(actor, Action.SYSTEM_SECRET_REFUSED, locked)
    return locked


@transaction.atomic
def revoke_system(*, actor: Actor, user: User, system: System) -> System:
    """Shut a system out at once: its secrets, its tokens and what it answers for end now. Errors: AlreadyDecided."""
    locked = _lock(system)
    if not locked.is_live:
        raise AlreadyDecided
    now = timezone.now()
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    locked.secrets.filter(decided_at=None).update(decided_by=user, decided_role=actor.role, decided_at=now)
    locked.secrets.filter(digest__isnull=False).update(ends_at=now)
    locked.tokens.all().delete()
    User.objects.filter(pk=locked.user_id).update(is_active=False)
    for recipient in Recipient.objects.filter(user=locked.user_id, until=None):
        end_recipient(actor=actor, recipient=recipient)
    _record(actor, Action.SYSTEM_REVOKED, locked)
    return locked


def may_issue(user: User, role: str, waiting: SystemSecret) -> bool:
    """Say whether this is another person, with another role, than who asked."""
    return user.pk != waiting.requested_by_id and role not in {"", waiting.requested_role}


def digest_of(text: str) -> bytes:
    """Give what is stored of a secret, a token or a key; 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _make_user(reference: str, name: str) -> User:
    """Make the account it acts as: nobody can sign in with it, and without the group it may do nothing."""
    user = User(username=f"system-{reference}", first_name=name[:150])
    user.set_unusable_password()
    user.save()
    return user


def _let_in(actor: Actor, system: System) -> None:
    system.user.groups.set([Group.objects.get_or_create(name=RECIPIENTS)[0]])
    for point in system.contact_points.all():
        name_recipient(actor=actor, user=system.user, contact_point=point)


def _ask(role: str, user: User, system: System) -> None:
    SystemSecret.objects.create(
        system=system, requested_by=user, requested_role=role, requested_at=timezone.now()
    )


def _decide(role: str, user: User, waiting: SystemSecret) -> None:
    waiting.decided_by, waiting.decided_role, waiting.decided_at = user, role, timezone.now()
    waiting.save()


def _lock(system: System) -> System:
    return System.objects.select_for_update(of=("self",)).select_related("user").get(pk=system.pk)


def _points(system: System) -> str:
    return ",".join(sorted(system.contact_points.values_list("reference", flat=True)))


def _record(actor: Actor, action: Action, system: System, **facts: str) -> None:
    record(actor=actor, action=action, subject=Subject(kind="system", reference=system.reference), **facts)
