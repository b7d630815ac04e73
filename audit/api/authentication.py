"""Who is signed in may let a program of theirs ask: with the browser's session, and a stranger is told so with 401."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SignedIn(SessionAuthentication):
    """The session of somebody signed in; what would change something needs the CSRF token too."""

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """Say how to identify oneself."""
        return 'Session realm="staff"'


class SignedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same in the words of OpenAPI."""

    target_class = SignedIn
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 - its signature
        """Name the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
