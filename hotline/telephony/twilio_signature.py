"""Whether Twilio sent this: the library's validator, over the public address and all fields.

Source: twilio.com/docs/usage/security. The library tries the address with and without :443 and :80.
"""

import hmac
import json
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from hotline.telephony.errors import WebhookRefused
from hotline.telephony.forms import Form, read_object, read_urlencoded

ALGORITHMS = frozenset({HMAC_SHA1, HMAC_SHA256})


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signature covers, and the signature. `url` is rebuilt from our own public address, never from Host."""

    url: str
    body: bytes
    content_type: str
    signature: str
    algorithm: str = ""

    @property
    def is_json(self) -> bool:
        """Tell whether the body is covered by its hash in the address instead of field by field."""
        return self.content_type.partition(";")[0].strip().lower() == "application/json"


def read_form(signed: Signed) -> dict[str, list[str]]:
    """Read the body's fields, blank values included, within bounds.

    Errors: Malformed.
    """
    if signed.is_json:
        return {name: [_as_text(value)] for name, value in read_object(signed.body).items()}
    return read_urlencoded(signed.body)


def verify(signed: Signed, form: Form, *, tokens: tuple[str, ...]) -> None:
    """Let through only what the provider signed, with either token while one replaces the other.

    Errors: WebhookRefused with the reason not_configured, missing_signature, unknown_algorithm or wrong_signature.
    """
    algorithm = get_signature_algorithm(signed.algorithm).upper()
    known = [token for token in tokens if token]
    if not known:
        raise WebhookRefused(reason="not_configured")
    if not signed.signature:
        raise WebhookRefused(reason="missing_signature")
    if algorithm not in ALGORITHMS:
        raise WebhookRefused(reason="unknown_algorithm")
    if not any(_is_signed(signed, form, token, algorithm) for token in known):
        raise WebhookRefused(reason="wrong_signature")


class _Fields:
    """The form as the library's validator wants it: every value of a name."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def __iter__(self) -> object:
        return iter(self._form)

    def getall(self, name: str) -> list[str]:
        return self._form[name]


def _is_signed(signed: Signed, form: Form, token: str, algorithm: str) -> bool:
    url, _fragment = urldefrag(signed.url)
    validator = RequestValidator(token)
    if signed.is_json:
        has_hash = "bodySHA256" in parse_qs(urlsplit(url).query)
        return has_hash and bool(
            validator.validate(url, signed.body.decode("utf-8"), signed.signature, algorithm)
        )
    fields = _Fields(form)
    # The address as we know it is the usual case; the library's own comparison always makes the port variants too.
    expected = validator.compute_signature(url, fields, algorithm)
    if hmac.compare_digest(expected.encode(), signed.signature.encode()):
        return True
    return bool(validator.validate(url, fields, signed.signature, algorithm))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
