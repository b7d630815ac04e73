"""Seal second-factor secrets with the vault, each for the one person it belongs to.

The stored text is `v1.<key id>.<sealed>`. The person is part of what the seal is bound to, so a secret copied into
another's row opens nothing there.
"""

import base64
from uuid import UUID

from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import PermissionDenied

from audit.context import Actor
from cases.vault.services import Binding, Owner, create_key, destroy_keys, seal, unseal

FORMAT = "v1"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factor with its secrets in the vault."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for whoever is signed in, under a key of its own."""
        person = _holder()
        key = create_key(owner=_owner(person), purpose="second-factor")
        sealed = seal(text, key=key, binding=_binding(person))
        return f"{FORMAT}.{key.hex}.{base64.urlsafe_b64encode(sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret of whoever is signed in or signing in."""
        _format, key, sealed = encrypted_text.split(".")
        return unseal(base64.urlsafe_b64decode(sealed), key=UUID(hex=key), binding=_binding(_holder()))

    def get_totp_issuer(self) -> str:
        """Give the name that authenticator apps show."""
        return "Stödtelefonen"

    def _get_site_name(self) -> str:
        return "Stödtelefonen"

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to remove the last second factor where one is demanded."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(
            pk=authenticator.pk
        )
        return not settings.SECOND_FACTOR_FORCED or others.exists()


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether somebody has enrolled; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def forget_second_factor(*, actor: Actor, person: User) -> None:
    """Remove every second factor of a person and destroy the keys that sealed them."""
    Authenticator.objects.filter(user=person).delete()
    destroy_keys(actor=actor, owner=_owner(person), reason="second_factor_removed")


def keys_named() -> dict[str, list[UUID]]:
    """Give the data keys that stored second factors name, for reconciling after a restore."""
    texts = [
        text
        for stored in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list(
            "data", flat=True
        )
        for text in (stored.get("secret"), stored.get("seed"))
        if text
    ]
    return {"second_factor": [UUID(hex=text.split(".")[1]) for text in texts]}


def _holder() -> AbstractBaseUser:
    request = context.request
    if request is not None and request.user.is_authenticated:
        return request.user  # type: ignore[no-any-return]
    login = unstash_login(request, peek=True) if request is not None else None
    if login is None or login.user is None:
        raise PermissionDenied
    return login.user


def _owner(person: AbstractBaseUser) -> Owner:
    return Owner("second_factor", UUID(int=person.pk))


def _binding(person: AbstractBaseUser) -> Binding:
    return Binding(model="Authenticator", field="secret", record=UUID(int=person.pk), version=1)
