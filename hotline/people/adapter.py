"""How allauth behaves in this house: no open sign-up, guesses counted per account and source, every entry recorded.

Recording sits here rather than in signal receivers: a signal sent by Django's own `login()` would also fire for a
session made by a script, and a receiver that fails could be missed; here no record means no sign-in.
"""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action
from audit.context import Actor
from audit.refusals import count_refusal
from audit.services import record
from hotline.people.roles import role_of
from hotline.people.sources import source_of


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a password or a passkey for people who were invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - whoever asks
        """Refuse: people come in by invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Believe our own proxies only."""
        return source_of(request)

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:  # noqa: ARG002 - the same for all of them
        """Ask for a new proof unless somebody signed in a moment ago."""
        request = context.request
        proofs = get_authentication_records(request, request.user)
        return not any(
            time.time() - proof["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for proof in proofs
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        account = str(credentials.get("email") or credentials.get("username") or "").lower()
        return f"{account}@{source_of(request)}"

    def authentication_failed(self, request: HttpRequest, **_credentials: Any) -> None:
        """Count a wrong password; what was typed as a name is not kept, it may be a password."""
        count_refusal(reason="sign_in", source=source_of(request))

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Record that somebody came in; a sign-in that cannot be recorded does not happen."""
        with transaction.atomic():
            record(actor=actor_for(user), action=Action.SIGNED_IN)
            super().login(request, user)
            request.session["began_at"] = int(timezone.now().timestamp())

    def logout(self, request: HttpRequest) -> None:
        """Record that somebody left."""
        with transaction.atomic():
            if request.user.is_authenticated:
                record(actor=actor_for(request.user), action=Action.SIGNED_OUT)
            super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Record that somebody chose a new password."""
        with transaction.atomic():
            record(actor=actor_for(user), action=Action.PASSWORD_CHANGED)
            super().set_password(user, password)


def actor_for(user: AbstractBaseUser) -> Actor:
    """Name a person as the trail does."""
    return Actor(label=user.get_username(), role=role_of(user))
