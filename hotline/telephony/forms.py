"""Read what providers send, within bounds: forms with blank values, JSON objects, one value to a name."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from hotline.telephony.errors import Malformed
from hotline.telephony.links import small_number

MAX_FIELDS = 200
Form = Mapping[str, list[str]]


def read_urlencoded(body: bytes) -> dict[str, list[str]]:
    """Read a form's fields, blank values included, for signatures cover them.

    Errors: Malformed.
    """
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise Malformed from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object; a name that comes twice could mean two things, so it means none.

    Errors: Malformed.
    """
    try:
        content = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(content, dict):
        raise Malformed
    return content


def one(form: Form, name: str) -> str:
    """Give a field's value, or an empty text; two different ones under one name are Malformed."""
    values = set(form.get(name, [""]))
    if len(values) != 1:
        raise Malformed
    return values.pop()


def seconds(form: Form, name: str) -> int | None:
    """Give a count of seconds or places, nothing where it is blank.

    Errors: Malformed.
    """
    value = one(form, name)
    if not value:
        return None
    try:
        return small_number(value)
    except ValueError:
        raise Malformed from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs) or len(fields) > MAX_FIELDS:
        raise Malformed
    return fields
