"""Make deliveries as each provider would: signed, or from where it says."""

import base64
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from hotline.telephony.elks import Elks
from hotline.telephony.events import Step
from hotline.telephony.generic import Generic
from hotline.telephony.providers import Delivery, Provider, Secrets
from hotline.telephony.twilio import Twilio
from tests.hotline.telephony.fake_elks import FakeElks

Payload = dict[str, Any]
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PUBLIC = "http://testserver"
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
FORM_TYPE = "application/x-www-form-urlencoded"
PROVIDERS: dict[str, Provider] = {each.name: each for each in (Twilio(), Elks(), Generic())}
SECRETS: Secrets = {
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "0",
    "TWILIO_AUTH_TOKEN": 32 * "1",
    "TWILIO_AUTH_TOKEN_PREVIOUS": "",
    "GENERIC_WEBHOOK_SECRET": SECRET,
    "GENERIC_WEBHOOK_SECRET_PREVIOUS": "",
    **FakeElks("http://127.0.0.1:9").settings(),
}


def payloads(provider: str) -> list[Payload]:
    """Give every kind of message a provider sends, with invented values."""
    folder = Path(__file__).parent / "payloads"
    listed: list[Payload] = json.loads((folder / f"{provider}.json").read_text(encoding="utf-8"))
    return listed


def path_of(provider: str, payload: Payload) -> str:
    """Give the address a payload is sent to."""
    secret = f"/{SECRETS['ELKS_PATH_SECRET']}" if provider == "46elks" else ""
    query = f"?{payload['query']}" if payload["query"] else ""
    return f"/webhooks/{provider}{secret}/{payload['step']}/{query}"


def packed(provider: str, payload: Payload, at: datetime = NOW) -> tuple[bytes, dict[str, str]]:
    """Give body and headers as the provider sends them."""
    fields = payload["fields"]
    if provider == "generic":
        body = json.dumps(fields).encode()
        return body, signed_headers(body, at)
    headers = {"Content-Type": FORM_TYPE}
    if provider == "twilio":
        url = PUBLIC + path_of(provider, payload)
        headers["X-Twilio-Signature"] = RequestValidator(32 * "1").compute_signature(url, fields)
    return urlencode(fields).encode(), headers


def signed_headers(body: bytes, at: datetime, *, name: str = "msg_1", key: bytes = KEY) -> dict[str, str]:
    """Sign as Standard Webhooks says, independently of our own code."""
    stamp = str(int(at.timestamp()))
    signature = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }


def delivery(provider: str, payload: Payload) -> Delivery:
    """Give a payload as it reaches the provider's file."""
    body, headers = packed(provider, payload)
    return Delivery(
        step=Step(payload["step"]),
        url=PUBLIC + path_of(provider, payload),
        query=payload["query"],
        headers=headers,
        body=body,
        source="127.0.0.1",
        at=NOW,
        in_path=SECRETS["ELKS_PATH_SECRET"] if provider == "46elks" else "",
    )
