"""Turns an entry into the one sequence of bytes that its MAC and its leaf hash are taken over."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

VERSION = 1
MAX_FACTS = 32
MAX_TEXT = 2000
_PREFIX = b"hotline entry\x00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INT64 = 2**63

Fact = str | int | bool


class FactRefused(ValueError):
    """A fact in the trail is a short text, a whole number of at most 64 bits, or true or false."""


class UnknownEncoding(ValueError):
    """The entry says that it was encoded in a way this version of the program does not know."""


@dataclass(frozen=True)
class Body:
    """All of an entry that is sealed."""

    id: UUID
    at: datetime
    action: str
    actor_label: str
    actor_role: str
    request_id: str
    subject_kind: str
    subject_reference: str
    facts: Mapping[str, Fact]


def encode(body: Body, *, version: int = VERSION) -> bytes:
    """Encode so that two bodies never share their bytes: every part carries its length, every fact its type."""
    if version != VERSION:
        raise UnknownEncoding
    if len(body.facts) > MAX_FACTS:
        raise FactRefused
    texts = (
        body.action,
        body.actor_label,
        body.actor_role,
        body.request_id,
        body.subject_kind,
        body.subject_reference,
    )
    parts = [body.id.bytes, _moment(body.at), *(_text(each) for each in texts)]
    for name in sorted(body.facts):
        parts += [_text(name), _fact(body.facts[name])]
    return _PREFIX + version.to_bytes(2) + b"".join(_sized(part) for part in parts)


def entry_mac(encoded: bytes, *, key: bytes) -> bytes:
    """Authenticate an entry as written by the application, which alone has the key (HMAC-SHA256)."""
    return hmac.digest(key, encoded, hashlib.sha256)


def leaf_content(encoded: bytes, mac: bytes) -> bytes:
    """Give what the leaf hash is taken over; the MAC in it keeps a published hash from being guessed."""
    return _sized(encoded) + _sized(mac)


def _moment(at: datetime) -> bytes:
    return ((at - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, signed=True)


def _fact(value: object) -> bytes:
    if isinstance(value, bool):
        return b"b1" if value else b"b0"
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return b"i" + int(value).to_bytes(8, signed=True)
    if isinstance(value, str):
        return b"s" + _text(value)
    raise FactRefused


def _text(value: str) -> bytes:
    if len(value) > MAX_TEXT or "\x00" in value:
        raise FactRefused
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise FactRefused from error


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(4) + part
