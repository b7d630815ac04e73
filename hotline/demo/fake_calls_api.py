"""A loopback fake of the provider's interface for calls and numbers: what was recorded, behind a key, for a while.

`python -m hotline.demo.fake_calls_api` serves the simulator's records; tests use `served`. It needs no database.
"""

import argparse
import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from hotline.demo import fake_calls_records
from hotline.demo.fake_calls_payloads import (
    VERSION,
    CallRecord,
    Payload,
    call_payload,
    number_payload,
    page,
    problem,
    stamp,
)
from hotline.demo.fake_calls_ringing import Network

LOOK_EVERY_S = 0.5
MAX_BODY = 16 * 1024
NUMBER_FIELDS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}
Form = dict[str, str]
Reply = tuple[HTTPStatus, Payload | None]
UNKNOWN: Reply = HTTPStatus.NOT_FOUND, problem(404, 20404, "The requested resource was not found")


@dataclass
class Account:
    """What the provider holds for one account. `asked` keeps the forms that calls were created with, for tests."""

    sid: str
    key: str
    secret: str = field(repr=False)
    calls: dict[str, Payload] = field(default_factory=dict)
    numbers: dict[str, Payload] = field(default_factory=dict)
    asked: list[Form] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    network: Network | None = None

    def add(self, records: Iterable[CallRecord]) -> None:
        """Hold these calls too."""
        self.calls |= {record.sid: call_payload(record, self.sid) for record in records}

    def own(self, number: str, urls: Mapping[str, str] | None = None) -> None:
        """Hold this number, leading to these addresses."""
        payload = number_payload(number, self.sid, urls)
        self.numbers[payload["sid"]] = payload

    def answer(self, method: str, parts: list[str], query: Form, form: Form) -> Reply:
        """Carry out one request; `parts` is the path below the account."""
        match method, parts:
            case "GET", ["Calls.json"]:
                return HTTPStatus.OK, page("calls", self._listed(query), path=self._path(parts), asked=query)
            case "POST", ["Calls.json"]:
                return HTTPStatus.CREATED, self._create(form)
            case "GET", ["IncomingPhoneNumbers.json"]:
                rows = [
                    each for each in self.numbers.values() if _is(each["phone_number"], query, "PhoneNumber")
                ]
                return HTTPStatus.OK, page(
                    "incoming_phone_numbers", rows, path=self._path(parts), asked=query
                )
            case _, [kind, name] if name.endswith(".json"):
                return self._one(method, kind, name.removesuffix(".json"), form)
        return UNKNOWN

    def _one(self, method: str, kind: str, sid: str, form: Form) -> Reply:
        held = {"Calls": self.calls, "IncomingPhoneNumbers": self.numbers}.get(kind, {})
        if sid not in held:
            return UNKNOWN
        if method == "DELETE" and kind == "Calls":
            if held[sid]["end_time"] is None:
                return HTTPStatus.BAD_REQUEST, problem(400, 20009, "Cannot delete a call that is under way")
            del held[sid]
            return HTTPStatus.NO_CONTENT, None
        if method == "POST" and kind == "IncomingPhoneNumbers":
            held[sid] |= {NUMBER_FIELDS[name]: value for name, value in form.items() if name in NUMBER_FIELDS}
        elif method == "POST" and form.get("Status") in {"completed", "canceled"}:
            held[sid] |= {"status": form["Status"], "end_time": stamp(datetime.now(UTC)), "duration": "0"}
        return HTTPStatus.OK, held[sid]

    def _create(self, form: Form) -> Payload:
        self.asked.append(form)
        record = CallRecord(
            sid="CA" + secrets.token_hex(16),
            line=form.get("To", ""),
            caller=form.get("From", ""),
            started_at=datetime.now(UTC),
            direction="outbound-api",
        )
        self.calls[record.sid] = call_payload(record, self.sid) | {"status": "queued"}
        called = next((each for each in self.numbers.values() if each["phone_number"] == record.line), None)
        if called and self.network:
            self.network.ring(called, record.caller, self.calls)
        return self.calls[record.sid]

    def _listed(self, query: Form) -> list[Payload]:
        """Filter as the interface does, newest first."""
        found = [
            call
            for call in list(self.calls.values())
            if _is(call["to"], query, "To")
            and _is(call["from"], query, "From")
            and _is(call["status"], query, "Status")
            and _is(call["parent_call_sid"] or "", query, "ParentCallSid")
            and _within(parsedate_to_datetime(call["start_time"]), query)
        ]
        return sorted(found, key=lambda call: parsedate_to_datetime(call["start_time"]), reverse=True)

    def _path(self, parts: list[str]) -> str:
        return f"/{VERSION}/Accounts/{self.sid}/{'/'.join(parts)}"


@contextmanager
def served(account: Account) -> Iterator[str]:
    """Serve an account on a loopback port of its own; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(account))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve the simulator's records until the time is over or a later run has taken our place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where records and access are kept")
    parser.add_argument("--account", required=True)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--token-file", type=Path, help="signs test calls; without it none comes in")
    asked = parser.parse_args()
    deadline = time.monotonic() + asked.minutes * 60
    account = Account(asked.account, "SK" + secrets.token_hex(16), secrets.token_urlsafe(24))
    kept = fake_calls_records.read(asked.folder)
    if asked.token_file:
        account.network = Network(asked.account, asked.token_file.read_text().strip(), asked.folder)
    account.add(kept.calls)
    for number, urls in kept.numbers.items():
        account.own(number, urls)
    with served(account) as url:
        access = fake_calls_records.Access(url, account.sid, account.key, account.secret)
        fake_calls_records.write_access(asked.folder, access)
        while time.monotonic() < deadline and fake_calls_records.read_access(asked.folder) == access:
            time.sleep(LOOK_EVERY_S)
        fake_calls_records.withdraw_access(asked.folder, access)


def _handler(account: Account) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = (
            True  # head and body are two small writes, and nobody shall wait for the second
        )

        def log_message(self, *_args: object) -> None:
            """Write no log: what is asked for leads to callers."""

        def _serve(self) -> None:
            form = _fields(
                self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY)).decode()
            )
            target = urlsplit(self.path)
            before = ["", VERSION, "Accounts", account.sid]
            parts = target.path.split("/")
            with lock:
                account.requests.append(f"{self.command} {target.path}")
                if not _may_enter(account, self.headers.get("Authorization", "")):
                    self._reply(HTTPStatus.UNAUTHORIZED, problem(401, 20003, "Authenticate"))
                elif parts[: len(before)] != before:
                    self._reply(*UNKNOWN)
                else:
                    query = _fields(target.query)
                    self._reply(*account.answer(self.command, parts[len(before) :], query, form))

        def _reply(self, status: HTTPStatus, payload: Payload | None) -> None:
            body = b"" if payload is None else json.dumps(payload).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that the library looks for

    return Handler


def _may_enter(account: Account, header: str) -> bool:
    given = base64.b64encode(f"{account.key}:{account.secret}".encode()).decode()
    return hmac.compare_digest(header.encode(), f"Basic {given}".encode())


def _fields(text: str) -> Form:
    return dict(parse_qsl(text, keep_blank_values=True))


def _is(value: str, query: Form, name: str) -> bool:
    return name not in query or query[name] == value


def _within(at: datetime, query: Form) -> bool:
    """Apply StartTime, StartTime< and StartTime>, each as a day or a moment; both bounds are included."""
    day, before, after = (query.get(f"StartTime{sign}", "") for sign in ("", "<", ">"))
    return (
        (not day or at.date() == _moment(day).date())
        and (not before or at <= _moment(before))
        and (not after or at >= _moment(after))
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
