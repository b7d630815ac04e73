"""Which signatures open the door: the matrix of what the provider is known to send, and what it never would."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest

from hotline.telephony.errors import Malformed, WebhookRefused
from hotline.telephony.forms import MAX_FIELDS
from hotline.telephony.twilio_signature import Signed, read_form, verify

TOKEN = "an invented token"
URL = "https://line.example.test/webhooks/twilio/voice/"
FORM = {"CallSid": "CA1", "From": "+46701740605", "FromCity": "", "To": "+4620100200"}
FORM_TYPE = "application/x-www-form-urlencoded"


def sign(url: str, form: dict[str, str], *, digest: str = "sha1", token: str = TOKEN) -> str:
    """Sign as the provider's documentation says, independently of the library."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), digest)).decode()


def check(
    *,
    url: str = URL,
    form: dict[str, str] | None = None,
    body: bytes | None = None,
    signature: str | None = None,
    algorithm: str = "",
    content_type: str = FORM_TYPE,
    token: str = TOKEN,
    previous: str = "",
) -> None:
    sent = FORM if form is None else form
    signed = Signed(
        url=url,
        body=urlencode(sent).encode() if body is None else body,
        content_type=content_type,
        signature=sign(url, sent) if signature is None else signature,
        algorithm=algorithm,
    )
    verify(signed, read_form(signed), tokens=(token, previous))


def test_a_signed_form_with_blank_values_is_let_in() -> None:
    check()


def test_non_ascii_values_are_let_in() -> None:
    check(form=FORM | {"FromCity": "MALMÖ å"})


@pytest.mark.parametrize("ours", [":443", ""])
@pytest.mark.parametrize("signed", [":443", ""])
def test_either_port_variant_is_let_in(ours: str, signed: str) -> None:
    check(
        url=URL.replace(".test/", f".test{ours}/"),
        signature=sign(URL.replace(".test/", f".test{signed}/"), FORM),
    )


@pytest.mark.parametrize("signed", [":80", ""])
def test_either_port_variant_is_let_in_without_encryption_too(signed: str) -> None:
    url = URL.replace("https", "http")
    check(url=url, signature=sign(url.replace(".test/", f".test{signed}/"), FORM))


def test_another_port_than_ours_is_refused() -> None:
    assert refused(signature=sign(URL.replace(".test/", ".test:8443/"), FORM)) == "wrong_signature"


@pytest.mark.parametrize("token", [TOKEN, "the one before"])
def test_while_tokens_change_either_signs(token: str) -> None:
    check(previous="the one before", signature=sign(URL, FORM, token=token))


def test_after_the_change_the_old_token_opens_nothing() -> None:
    assert refused(signature=sign(URL, FORM, token="the one before")) == "wrong_signature"


def test_the_address_with_a_port_of_its_own_is_let_in() -> None:
    url = "http://127.0.0.1:8000/webhooks/twilio/voice/"
    check(url=url, signature=sign(url, FORM))


def test_the_fragment_with_connection_overrides_is_not_part_of_what_is_signed() -> None:
    check(url=f"{URL}#rc=3&rp=5xx,ct,rt&rt=4000", signature=sign(URL, FORM))


def test_the_query_is_part_of_what_is_signed() -> None:
    check(url=f"{URL}?r=1", signature=sign(f"{URL}?r=1", FORM))
    with pytest.raises(WebhookRefused):
        check(url=f"{URL}?r=2", signature=sign(f"{URL}?r=1", FORM))


def test_sha256_is_let_in_where_the_header_says_so() -> None:
    check(
        signature=sign(URL, FORM, digest="sha256"), algorithm="key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    )


def test_sha256_without_the_header_is_refused() -> None:
    refused(signature=sign(URL, FORM, digest="sha256"))


@pytest.mark.parametrize("name", ["HMAC_MD5", "none", "HMAC_SHA512", "HMAC_SHA1;x"])
def test_any_other_algorithm_is_refused(name: str) -> None:
    assert refused(algorithm=f"algorithm={name}") == "unknown_algorithm"


def refused(**sent: str) -> str:
    with pytest.raises(WebhookRefused) as caught:
        check(**sent)  # type: ignore[arg-type]
    return caught.value.reason


def test_a_missing_signature_is_refused() -> None:
    assert refused(signature="") == "missing_signature"


def test_no_token_means_no_entry_even_for_a_signature_made_without_one() -> None:
    assert refused(token="", signature=sign(URL, FORM, token="")) == "not_configured"


def test_another_tokens_signature_is_refused() -> None:
    assert refused(signature=sign(URL, FORM, token="guessed")) == "wrong_signature"


def test_a_signature_of_another_body_is_refused() -> None:
    assert refused(signature=sign(URL, FORM | {"From": "+46701740606"})) == "wrong_signature"


def test_a_dropped_blank_value_is_refused() -> None:
    with pytest.raises(WebhookRefused):
        check(
            form={name: value for name, value in FORM.items() if value},
            signature=sign(URL, FORM | {"X": "1"}),
        )


def test_the_refusal_holds_no_value() -> None:
    with pytest.raises(WebhookRefused) as caught:
        check(signature="wrong")
    assert "4670" not in repr(caught.value)
    assert "wrong_signature" in repr(caught.value)


def json_url(body: bytes) -> str:
    return f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"


def test_a_json_body_is_let_in_by_its_hash_in_the_signed_address() -> None:
    body = json.dumps(FORM).encode()
    url = json_url(body)
    check(url=url, body=body, content_type="application/json", signature=sign(url, {}))


def test_a_json_body_other_than_the_hashed_one_is_refused() -> None:
    url = json_url(json.dumps(FORM).encode())
    with pytest.raises(WebhookRefused):
        check(url=url, body=b'{"CallSid": "CA2"}', content_type="application/json", signature=sign(url, {}))


def test_a_json_body_without_a_hash_is_refused() -> None:
    with pytest.raises(WebhookRefused):
        check(body=b'{"CallSid": "CA2"}', content_type="application/json", signature=sign(URL, {}))


@pytest.mark.parametrize(
    "body", [b"CallSid=%ff", b"\xff\xfe", b"&".join(b"a%d=1" % n for n in range(MAX_FIELDS + 1))]
)
def test_a_form_that_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        check(body=body)


@pytest.mark.parametrize(
    "body", [b"[1]", b"{", b'"text"', b"\xff", b"[" * 5000, b'{"CallSid": "CA1", "CallSid": "CA2"}']
)
def test_json_that_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        check(body=body, content_type="application/json")
