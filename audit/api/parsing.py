"""What programs send, read within bounds: nothing they send is longer than a few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, JSONParser

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20


class TooLarge(APIException):
    """What was sent is longer than anything that can be asked for here."""

    status_code = 413
    default_detail = "At most 16 KiB are read."


class BoundedJSON(JSONParser):
    """JSON of at most 16 KiB, however it is nested, in whole characters."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Read it. Errors: TooLarge, ParseError."""
        try:
            sent = super().parse(BytesIO(read_within_bounds(stream)), media_type, parser_context)
            json.dumps(sent, ensure_ascii=False).encode()  # half a character could be repeated in no answer
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError from error
        return sent


class BoundedForm(BaseParser):
    """A form of a few fields, each of which may come only once (RFC 6749 §3.2)."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """Read it. Errors: TooLarge, ParseError."""
        del media_type, parser_context
        try:
            form = QueryDict(read_within_bounds(stream), encoding="utf-8")
        except TooManyFieldsSent as error:
            raise ParseError from error
        if len(form) > MOST_FIELDS or any(len(values) > 1 for _name, values in form.lists()):
            raise ParseError
        return {name: str(form[name]) for name in form}


def read_within_bounds(stream: IO[Any]) -> bytes:
    """Read a body. Errors: TooLarge."""
    body: bytes = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge
    return body
