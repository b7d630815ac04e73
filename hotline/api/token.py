"""Where a municipality's system gets its token: OAuth 2.0 client credentials (RFC 6749 §4.4)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, Throttled, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.api.parsing import BoundedForm, BoundedJSON
from audit.api.problems import MEDIA_TYPE, ProblemSerializer
from audit.refusals import count_refusal
from hotline.people.sources import source_of
from referrals.api.authentication import SECONDS_UNTIL_NEXT_MINUTE
from referrals.systems.tokens import AskedTooOften, CredentialsRefused, issue_token

SCOPE = "referrals"
GRANT = "client_credentials"
UNSTORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Why(models.TextChoices):
    """The norm's words for why there is no token."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    INVALID_SCOPE = "invalid_scope"


class TokenAskedSerializer(serializers.Serializer[Any]):
    """What is asked; the client's id and secret come here or by HTTP Basic, not both."""

    grant_type = serializers.ChoiceField(choices=[GRANT])
    scope = serializers.ChoiceField(choices=[SCOPE], required=False)
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class TokenSerializer(serializers.Serializer[Any]):
    """A token."""

    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.ChoiceField(choices=[SCOPE])


class TokenRefusedSerializer(serializers.Serializer[Any]):
    """A refusal, RFC 6749 §5.2."""

    error = serializers.ChoiceField(choices=Why.choices)


class TokenRefused(ValueError):
    """The request for a token is not as the norm has it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Credentials:
    """As whom a client comes."""

    client_id: str
    secret: str


class Token(APIView):
    """A bearer token for fifteen minutes."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (BoundedForm, BoundedJSON)

    @extend_schema(
        operation_id="token",
        auth=[],
        request={
            "application/x-www-form-urlencoded": TokenAskedSerializer,
            "application/json": TokenAskedSerializer,
        },
        responses={
            200: TokenSerializer,
            400: TokenRefusedSerializer,
            401: TokenRefusedSerializer,
            (429, MEDIA_TYPE): ProblemSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """Give a token for the right id and secret; a refusal is counted, and says no more than the norm asks."""
        try:
            found = _credentials(request)
            token = issue_token(client_id=found.client_id, secret=found.secret)
        except TokenRefused as refusal:
            return Response({"error": refusal.why.value}, status=HTTPStatus.BAD_REQUEST, headers=UNSTORED)
        except AskedTooOften:
            raise Throttled(wait=SECONDS_UNTIL_NEXT_MINUTE) from None
        except CredentialsRefused:
            count_refusal(reason="api client", source=source_of(request._request))  # noqa: SLF001 - Django's own
            headers = UNSTORED | {"WWW-Authenticate": 'Basic realm="api"'}
            return Response(
                {"error": Why.INVALID_CLIENT.value}, status=HTTPStatus.UNAUTHORIZED, headers=headers
            )
        shown = {
            "access_token": token.text,
            "token_type": "Bearer",
            "expires_in": int(token.lifetime.total_seconds()),
            "scope": SCOPE,
        }
        return Response(shown, headers=UNSTORED)


def _credentials(request: Request) -> Credentials:
    """Read who asks and for what. Errors: TokenRefused, CredentialsRefused."""
    form = _form(request)
    if not form.get("grant_type"):
        raise TokenRefused(Why.INVALID_REQUEST)
    if form["grant_type"] != GRANT:
        raise TokenRefused(Why.UNSUPPORTED_GRANT_TYPE)
    if form.get("scope", SCOPE) != SCOPE:
        raise TokenRefused(Why.INVALID_SCOPE)
    basic = _basic(request.headers.get("Authorization", ""))
    if basic and "client_secret" in form:
        raise TokenRefused(Why.INVALID_REQUEST)
    return basic or Credentials(form.get("client_id", ""), form.get("client_secret", ""))


def _form(request: Request) -> dict[str, str]:
    try:
        sent = request.data
    except (ParseError, UnsupportedMediaType) as error:
        raise TokenRefused(Why.INVALID_REQUEST) from error
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise TokenRefused(Why.INVALID_REQUEST)
    return dict(sent.items())


def _basic(header: str) -> Credentials | None:
    """Read HTTP Basic, whose parts are encoded as in a form (§2.3.1). Errors: CredentialsRefused."""
    scheme, _space, encoded = header.partition(" ")
    if not header:
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise CredentialsRefused from error
    client_id, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise CredentialsRefused
    return Credentials(unquote_plus(client_id), unquote_plus(secret))
