"""A small 46elks for tests on loopback: it has calls on record and tells them to whoever has the password."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD = "u-invented", "an invented password"
CALL_ID = "c" + 32 * "4"
INCOMING = {
    "direction": "incoming",
    "from": "+46701740605",
    "to": "+4620100200",
    "created": "2026-11-23T10:58:00.123000",
    "actions": [],
    "start": "2026-11-23T10:58:01.000000",
    "state": "ongoing",
    "legs": [],
    "id": CALL_ID,
}


@dataclass
class FakeElks:
    """What it has on record, what it was asked, and how it is doing. `status` stands for any answer but a record."""

    address: str = ""
    calls: dict[str, dict[str, Any]] = field(default_factory=lambda: {CALL_ID: dict(INCOMING)})
    asked: list[str] = field(default_factory=list)
    status: int = 200
    body: bytes = b""
    delay_s: float = 0

    def settings(self) -> dict[str, str]:
        """Give the settings by which it is reached."""
        return {
            "ELKS_PATH_SECRET": "s3cret-in-the-path",
            "ELKS_SOURCES": "127.0.0.1, 192.0.2.0/28",
            "ELKS_API_USER": USER,
            "ELKS_API_PASSWORD": PASSWORD,
            "ELKS_API_URL": self.address,
            "ELKS_DEFAULT_SOUND": "https://line.example.test/112.mp3",
            "ELKS_HOLD_SOUND": "https://line.example.test/hold.mp3",
        }

    def answer(self, path: str, proof: str) -> tuple[int, bytes]:
        """Answer as 46elks would."""
        self.asked.append(path)
        time.sleep(self.delay_s)
        if self.status != 200 or self.body:
            return self.status, self.body
        if proof != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return 401, b"API access requires Basic HTTP authentication"
        record = self.calls.get(path.removeprefix("/a1/calls/"))
        return (200, json.dumps(record).encode()) if record else (404, b"Call not found")


@contextmanager
def fake_elks() -> Iterator[FakeElks]:
    """Serve on a free port of this machine."""
    fake = FakeElks()

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body = fake.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked has stopped waiting
                self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
