"""How simulated webhooks reach us: signed as the provider signs, over real HTTP or straight into the application."""

import http.client
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from hotline.calls.webhooks import RECEIVED_AT

Form = dict[str, str]
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
TIMEOUT_S = 15


class SimulationStopped(Exception):
    """A webhook was answered with something no provider could go on from."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: str


class Transport(Protocol):
    """Delivers one form to one of our public addresses, and keeps the time."""

    def post(self, url: str, form: Form) -> Reply:
        """Sign and deliver."""

    def now(self) -> datetime:
        """Give the time of the simulated provider."""

    def pass_time(self, seconds: int) -> None:
        """Let time go by."""


@dataclass(slots=True)
class Signer:
    """Signs what is sent to `public` (the address that we know ourselves by) with the account's token."""

    token: str

    def headers(self, url: str, form: Form) -> dict[str, str]:
        """Give the headers of a signed form."""
        validator = RequestValidator(self.token)
        signature = validator.compute_signature(url.partition("#")[0], form)
        return {"Content-Type": FORM_TYPE, "X-Twilio-Signature": str(signature)}


@dataclass(slots=True)
class HttpTransport:
    """Delivers over HTTP to `base_url`, in real time: what a call would last is told, not waited for."""

    base_url: str
    signer: Signer
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def post(self, url: str, form: Form) -> Reply:
        """Deliver, once more on a connection that the server has closed meanwhile."""
        body, headers = urlencode(form), self.signer.headers(url, form)
        for attempt in (1, 2):
            try:
                return self._send(url, body, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                self.close()
                if attempt > 1:
                    raise
        raise SimulationStopped

    def now(self) -> datetime:
        """Give the real time."""
        return datetime.now(UTC)

    def pass_time(self, seconds: int) -> None:
        """Do not wait."""

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _send(self, url: str, body: str, headers: dict[str, str]) -> Reply:
        target = urlsplit(url)
        if self._connection is None:
            self._connection = _connect(self.base_url)
        path = f"{target.path}?{target.query}" if target.query else target.path
        self._connection.request("POST", path, body=body.encode(), headers=headers)
        response = self._connection.getresponse()
        return Reply(response.status, response.read().decode())


@dataclass(slots=True)
class InProcessTransport:
    """Calls the webhooks' WSGI application directly, under a clock of its own: for history and for tests."""

    application: Any  # a WSGI application
    signer: Signer
    clock: datetime

    def post(self, url: str, form: Form) -> Reply:
        """Deliver as one WSGI call."""
        body = urlencode(form).encode()
        target = urlsplit(url)
        headers = self.signer.headers(url, form)
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": target.path,
            "QUERY_STRING": target.query,
            "CONTENT_TYPE": headers["Content-Type"],
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_TWILIO_SIGNATURE": headers["X-Twilio-Signature"],
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            RECEIVED_AT: self.clock,
        }
        return self._call(environ)

    def now(self) -> datetime:
        """Give the simulated time."""
        return self.clock

    def pass_time(self, seconds: int) -> None:
        """Move the clock."""
        self.clock += timedelta(seconds=seconds)

    def _call(self, environ: dict[str, object]) -> Reply:
        statuses: list[str] = []

        def start_response(status: str, _headers: object, _exc_info: object = None) -> None:
            statuses.append(status)

        with _within_the_callers_connections():
            response = self.application(environ, start_response)
            try:
                body = b"".join(response)
            finally:
                response.close()
        return Reply(int(statuses[0].split()[0]), body.decode())


@contextmanager
def _within_the_callers_connections() -> Iterator[None]:
    """Keep the end of a request from closing the connection on which this process is in a transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _connect(base_url: str) -> http.client.HTTPConnection:
    target = urlsplit(base_url)
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    return kind(target.hostname or "", target.port, timeout=TIMEOUT_S)
