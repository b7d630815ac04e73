"""A provider's REST interface on loopback, of which a test says what it answers."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    fields: dict[str, str]
    authorization: str


Answering = Callable[[Asked], tuple[int, object]]


@dataclass
class Rest:
    """Where it listens, and what was asked of it."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def rest(answering: Answering) -> Iterator[Rest]:
    """Serve until the block is left."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    served = Rest(url=f"http://127.0.0.1:{server.server_port}")

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def answer(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            fields = dict(parse_qsl(address.query) + parse_qsl(body, keep_blank_values=True))
            asked = Asked(self.command, address.path, fields, self.headers.get("Authorization", ""))
            served.asked.append(asked)
            status, content = answering(asked)
            self.send_response(status)
            self.end_headers()
            if content is not None:
                self.wfile.write(json.dumps(content).encode())

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Stay silent."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
