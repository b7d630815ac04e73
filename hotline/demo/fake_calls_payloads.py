"""The shapes of the provider's records, as its interface of version 2010-04-01 gives them; every value is invented."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

VERSION = "2010-04-01"
Payload = dict[str, Any]
SUBRESOURCES = (
    "events",
    "notifications",
    "payments",
    "recordings",
    "siprec",
    "streams",
    "transcriptions",
    "user_defined_message_subscriptions",
    "user_defined_messages",
)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What differs between two of the provider's call records; `ended_at` is None while the call is under way."""

    sid: str
    line: str
    caller: str = field(repr=False)
    started_at: datetime
    ended_at: datetime | None = None
    duration_s: int = 0
    status: str = "completed"
    direction: str = "inbound"
    parent: str = ""


def call_payload(record: CallRecord, account: str) -> Payload:
    """Give a call as the interface does; the time zone is written as +0000 and the duration as text."""
    uri = f"/{VERSION}/Accounts/{account}/Calls/{record.sid}"
    over = record.ended_at is not None
    return {
        "account_sid": account,
        "annotation": None,
        "answered_by": None,
        "api_version": VERSION,
        "caller_name": "",
        "date_created": stamp(record.started_at),
        "date_updated": stamp(record.ended_at or record.started_at),
        "direction": record.direction,
        "duration": str(record.duration_s) if over else None,
        "end_time": stamp(record.ended_at) if record.ended_at else None,
        "forwarded_from": None,
        "from": record.caller,
        "from_formatted": record.caller,
        "group_sid": None,
        "parent_call_sid": record.parent or None,
        "phone_number_sid": number_sid(record.line),
        "price": "-0.00850" if over else None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": record.sid,
        "start_time": stamp(record.started_at),
        "status": record.status if over else "in-progress",
        "subresource_uris": {name: f"{uri}/{_camel(name)}.json" for name in SUBRESOURCES},
        "to": record.line,
        "to_formatted": record.line,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def number_payload(number: str, account: str, urls: Mapping[str, str] | None = None) -> Payload:
    """Give one of the account's own numbers; `urls` overrides where it leads."""
    sid = number_sid(number)
    return {
        "account_sid": account,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"fax": False, "mms": False, "sms": False, "voice": True},
        "date_created": "Thu, 01 Jan 2026 08:00:00 +0000",
        "date_updated": "Thu, 01 Jan 2026 08:00:00 +0000",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": number,
        "sid": sid,
        "sms_application_sid": "",
        "sms_fallback_method": "POST",
        "sms_fallback_url": "",
        "sms_method": "POST",
        "sms_url": "",
        "status": "in-use",
        "status_callback": "",
        "status_callback_method": "POST",
        "trunk_sid": None,
        "uri": f"/{VERSION}/Accounts/{account}/IncomingPhoneNumbers/{sid}.json",
        "voice_application_sid": "",
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": "",
        "voice_method": "POST",
        "voice_receive_mode": "voice",
        "voice_url": "",
    } | dict(urls or {})


def page(key: str, rows: list[Payload], *, path: str, asked: Mapping[str, str]) -> Payload:
    """Cut one page out of a list; the address of the next one is relative and carries its token."""
    size = min(max(int(asked.get("PageSize", "50")), 1), 1000)
    number = max(int(asked.get("Page", "0")), 0)
    first = number * size
    shown = rows[first : first + size]

    def at(other: int, token: str = "") -> str:
        fields = {**asked, "PageSize": str(size), "Page": str(other)}
        return f"{path}?{urlencode(fields | ({'PageToken': token} if token else {}))}"

    return {
        "end": first + max(len(shown) - 1, 0),
        "first_page_uri": at(0),
        "next_page_uri": at(number + 1, f"PA{shown[-1]['sid']}") if len(rows) > first + size else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": at(number - 1) if number else None,
        "start": first,
        "uri": at(number),
        key: shown,
    }


def problem(status: int, code: int, message: str) -> Payload:
    """Give an error as the interface does."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def stamp(moment: datetime) -> str:
    """Write a moment as RFC 2822 does, to the second."""
    return format_datetime(moment.astimezone(UTC))


def number_sid(number: str) -> str:
    """Give a number an id shaped as the provider's."""
    return "PN" + hashlib.sha256(number.encode()).hexdigest()[:32]


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
