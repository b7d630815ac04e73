"""The key by which a repeated request is known, and which every request that changes something carries."""

from __future__ import annotations

import re

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.request import Request

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made anew for every new request, sent again with a repeated one: 1 to 255 visible characters.",
)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyMissing(APIException):
    """Send an Idempotency-Key: 1 to 255 visible characters, new for every new request."""

    status_code = 400
    default_detail = __doc__


def key_of(request: Request) -> str:
    """Give the key that was sent. Errors: KeyMissing."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise KeyMissing
    return key
