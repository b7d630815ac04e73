"""The fake provider's telephone network: a call created to a number of its own comes in there, and soon ends."""

import secrets
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode

from hotline.demo import fake_calls_records
from hotline.demo.fake_calls_payloads import CallRecord, Payload, call_payload

LASTS_S = 1
TIMEOUT_S = 15
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Network:
    """Delivers what comes in, signed with the account's token, and keeps its record for a later fake."""

    account: str
    token: str = field(repr=False)
    folder: Path

    def ring(self, number: Payload, caller: str, calls: dict[str, Payload]) -> None:
        """Let a call come in on a number; the caller hangs up within the greeting."""
        record = CallRecord(
            sid="CA" + secrets.token_hex(16),
            line=number["phone_number"],
            caller=caller,
            started_at=datetime.now(UTC),
        )
        calls[record.sid] = call_payload(record, self.account)
        threading.Thread(target=self._live, args=(number, record, calls), daemon=True).start()

    def _live(self, number: Payload, record: CallRecord, calls: dict[str, Payload]) -> None:
        self._tell(number["voice_url"], record, {"CallStatus": "ringing"})
        time.sleep(LASTS_S)
        over = replace(record, ended_at=datetime.now(UTC), duration_s=LASTS_S)
        calls[record.sid] = call_payload(over, self.account)
        fake_calls_records.add(self.folder, [over], {})
        told = {"CallStatus": "completed", "CallDuration": str(LASTS_S), "SequenceNumber": "0"}
        self._tell(number["status_callback"], record, told)

    def _tell(self, url: str, call: CallRecord, fields: Form) -> None:
        form = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "Called": call.line,
            "Caller": call.caller,
            "Direction": "inbound",
            "From": call.caller,
            "To": call.line,
        } | dict(fields)
        address, _hash, _overrides = url.partition("#")
        asked = urllib.request.Request(  # noqa: S310 - the address is the demo's own
            address, urlencode(form).encode(), {"X-Twilio-Signature": self._signature(address, form)}
        )
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S):  # noqa: S310 - the same
                return
        except (URLError, OSError):
            return  # as on a bad day: whoever checks the line finds that no call came in

    def _signature(self, url: str, form: Form) -> str:
        from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # noqa: PLC0415 - slow

        return str(RequestValidator(self.token).compute_signature(url, form))
