"""Whose token this is: a bearer token stands for one municipality's system, and for nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from referrals.systems.models import System
from referrals.systems.tokens import count_request, find_system

REALM = 'Bearer realm="api"'
PARTS = 2
SECONDS_UNTIL_NEXT_MINUTE = 60


class BearerToken(BaseAuthentication):
    """RFC 6750: `Authorization: Bearer …`, in the header only, within the system's bound per minute."""

    def authenticate(self, request: Request) -> tuple[User, System] | None:
        """Give the account the system acts as, and the system. Errors: AuthenticationFailed, Throttled."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        system = find_system(parts[1].decode("latin-1")) if len(parts) == PARTS else None
        if system is None:
            raise AuthenticationFailed
        if not count_request(system):
            raise Throttled(wait=SECONDS_UNTIL_NEXT_MINUTE)
        return system.user, system

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """Say how to identify oneself."""
        return REALM


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same in the words of OpenAPI."""

    target_class = BearerToken
    name = "systems"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 - its signature
        """Say where tokens come from."""
        scopes = {"referrals": "Receive and answer the referrals to your contact points."}
        return {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/api/v1/token/", "scopes": scopes}},
        }
