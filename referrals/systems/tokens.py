"""Tokens for municipalities' systems: client credentials in, a short-lived opaque token out (RFC 6749 §4.4)."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.services import Subject, record
from referrals.systems.models import AccessToken, System
from referrals.systems.services import RECIPIENTS, digest_of

LIFETIME = timedelta(minutes=15)
MOST_TOKENS = 20
MOST_A_MINUTE = 120
REFERENCE = re.compile(r"I-[0-9A-Z]{6}")
_NO_SECRET = bytes(32)


class CredentialsRefused(PermissionError):
    """No live system has this client id with this secret."""


class AskedTooOften(RuntimeError):
    """The system has asked as much as it may within this minute."""


@dataclass(frozen=True)
class IssuedToken:
    """A token in clear, for the one answer that carries it."""

    text: str
    lifetime: timedelta = LIFETIME


@transaction.atomic
def issue_token(*, client_id: str, secret: str) -> IssuedToken:
    """Give a token for a live secret; of the earlier ones the newest few go on.

    Each is in the trail for good, so asking for one counts as any request. Errors: CredentialsRefused, AskedTooOften.
    """
    system = _identified(client_id, secret)
    if not count_request(system):
        raise AskedTooOften
    now, text = timezone.now(), secrets.token_urlsafe(32)
    system.tokens.filter(expires_at__lte=now).delete()
    AccessToken.objects.create(
        system=system, digest=digest_of(text), issued_at=now, expires_at=now + LIFETIME
    )
    newest = system.tokens.order_by("-issued_at").values("pk")[:MOST_TOKENS]
    system.tokens.exclude(pk__in=newest).delete()
    actor = Actor(label=system.user.get_username(), role=RECIPIENTS)
    subject = Subject(kind="system", reference=system.reference)
    record(actor=actor, action=Action.SYSTEM_TOKEN_ISSUED, subject=subject)
    return IssuedToken(text)


def find_system(token: str) -> System | None:
    """Give the system whose live token this is."""
    live = AccessToken.objects.filter(digest=digest_of(token), expires_at__gt=timezone.now())
    found = live.filter(system__revoked_at=None, system__user__is_active=True).select_related("system__user")
    row = found.first()
    return row.system if row else None


def count_request(system: System) -> bool:
    """Count a request, and say whether it is within the minute's bound; one statement, so that none race past."""
    minute = int(timezone.now().timestamp()) // 60
    within = ~Q(minute=minute) | Q(asked__lt=MOST_A_MINUTE)
    asked = Case(When(minute=minute, then=F("asked") + 1), default=Value(1))
    return bool(System.objects.filter(within, pk=system.pk).update(asked=asked, minute=minute))


def _identified(client_id: str, secret: str) -> System:
    """Compare with every live secret; a client id that does not exist takes as long as one that does."""
    live = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    known = System.objects.filter(
        reference=client_id if REFERENCE.fullmatch(client_id) else "",
        revoked_at=None,
        user__is_active=True,
    )
    system = known.select_related("user").first()
    kept = list(system.secrets.filter(live, digest__isnull=False)) if system else []
    digests = [bytes(each.digest or _NO_SECRET) for each in kept] or [_NO_SECRET]
    matches = [hmac.compare_digest(digest, digest_of(secret)) for digest in digests]
    if system is None or not any(matches):
        raise CredentialsRefused
    return system
