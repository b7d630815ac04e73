"""Send signed requests over kept connections, each when the last is answered, and take the time of every answer.

One process, one selector, no HTTP library: it must cost little beside what it measures, as it shares the machine.
"""

import base64
import gc
import hashlib
import hmac
import secrets
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote_plus

from bench.world import BASE_URL, LINE_NUMBER

PATH = "/webhooks/twilio/voice/"
MARK = "\x00"
LAST_CHUNK = b"0\r\n\r\n"
READ = 65_536
PATIENCE_S = 20.0


@dataclass
class Lap:
    """What one stretch of load came to: the time of every answer, and how long it all took."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    errors: int = 0


@dataclass(frozen=True)
class Signer:
    """Makes requests as the provider would for calls that have just come in, each of a call of its own."""

    account: str
    token: str
    path: str = PATH

    def requests(self) -> Iterator[bytes]:
        """Give one signed request after another."""
        fields = self._fields()
        signed = BASE_URL + self.path + "".join(name + fields[name] for name in sorted(fields))
        before, _mark, after = signed.partition(MARK)
        body = "&".join(f"{name}={quote_plus(value, safe=MARK)}" for name, value in fields.items())
        head = self._head(len(body) - len(MARK) + 34)
        begun = hmac.new(self.token.encode(), before.encode(), hashlib.sha1)
        while True:
            call = "CA" + secrets.token_hex(16)
            mac = begun.copy()
            mac.update((call + after).encode())
            signature = base64.b64encode(mac.digest()).decode()
            yield (head.replace(MARK, signature) + body.replace(MARK, call)).encode()

    def _fields(self) -> dict[str, str]:
        """Give what a voice request of the provider carries; the call's id is put in afterwards."""
        return {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": MARK,
            "CallStatus": "ringing",
            "CallToken": "%7B%22parentCallInfoToken%22%3A%22" + 40 * "e" + "%22%7D",
            "Called": LINE_NUMBER,
            "CalledCity": "",
            "CalledCountry": "SE",
            "CalledState": "",
            "CalledZip": "",
            "Caller": "+46701740605",
            "CallerCity": "",
            "CallerCountry": "SE",
            "CallerState": "",
            "CallerZip": "",
            "Direction": "inbound",
            "From": "+46701740605",
            "FromCity": "",
            "FromCountry": "SE",
            "FromState": "",
            "FromZip": "",
            "StirVerstat": "TN-Validation-Passed-A",
            "To": LINE_NUMBER,
            "ToCity": "",
            "ToCountry": "SE",
            "ToState": "",
            "ToZip": "",
        }

    def _head(self, length: int) -> str:
        lines = (
            f"POST {self.path} HTTP/1.1",
            "Host: line.example.se",
            "User-Agent: TwilioProxy/1.1",
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
            f"Content-Length: {length}",
            "Accept: */*",
            "X-Forwarded-Proto: https",
            f"X-Twilio-Signature: {MARK}",
            "I-Twilio-Idempotency-Token: 5e2cbe2e-9fbc-4ab5-8f2f-7d1d3c0c3f11",
        )
        return "\r\n".join((*lines, "", ""))


def drive(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Lap:
    """Keep this many requests under way for so many seconds; every answer is awaited.

    Errors: TimeoutError where the server goes silent.
    """
    ready = [next(requests) for _each in range(connections)]
    with selectors.DefaultSelector() as selector:
        wires = [_Wire(port, selector) for _each in range(connections)]
        gc.disable()
        try:
            return _lap(selector, wires, ready, requests, seconds)
        finally:
            gc.enable()
            for wire in wires:
                wire.socket.close()


def ask(port: int, request: bytes) -> bytes:
    """Send one request and give the body of its answer.

    Errors: ConnectionError where the answer is not 200.
    """
    with selectors.DefaultSelector() as selector:
        wire = _Wire(port, selector)
        wire.send(request)
        while not wire.is_answered():
            selector.select(PATIENCE_S)
        wire.socket.close()
    if not wire.is_ok:
        raise ConnectionError(wire.buffer[:400])
    body = bytes(wire.buffer.partition(b"\r\n\r\n")[2])
    return body[body.index(b"<") : body.rindex(b">") + 1]  # without the sizes of chunks


class _Wire:
    """One connection and the answer that is coming in on it."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.begun = 0.0
        self.missing = -1
        selector.register(self.socket, selectors.EVENT_READ, self)

    @property
    def is_ok(self) -> bool:
        return self.buffer.startswith(b"HTTP/1.1 %d " % HTTPStatus.OK)

    def send(self, request: bytes) -> None:
        self.buffer.clear()
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what there is and tell whether that is all of the answer."""
        piece = self.socket.recv(READ)
        if not piece:
            raise ConnectionResetError
        self.buffer += piece
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        return bool(separator) and _is_whole(head.lower(), body)


def _is_whole(head: bytearray, body: bytearray) -> bool:
    at = head.find(b"content-length:")
    if at < 0:
        return body.endswith(LAST_CHUNK) or b"transfer-encoding: chunked" not in head
    return len(body) >= int(head[at + 15 :].split(b"\r\n", 1)[0])


def _lap(
    selector: selectors.BaseSelector,
    wires: list[_Wire],
    ready: list[bytes],
    requests: Iterator[bytes],
    seconds: float,
) -> Lap:
    lap = Lap(seconds=seconds)
    begun = time.perf_counter()
    until = begun + seconds
    for wire, request in zip(wires, ready, strict=True):
        wire.send(request)
    under_way = len(wires)
    upcoming = next(requests)
    while under_way:
        for key, _events in _awaited(selector):
            wire = key.data
            if not wire.is_answered():
                continue
            now = time.perf_counter()
            lap.latencies.append(now - wire.begun)
            lap.errors += not wire.is_ok
            if now < until:
                wire.send(upcoming)
                upcoming = next(requests)
            else:
                under_way -= 1
    lap.seconds = time.perf_counter() - begun
    return lap


def _awaited(selector: selectors.BaseSelector) -> list[tuple[selectors.SelectorKey, int]]:
    events = selector.select(PATIENCE_S)
    if not events:
        raise TimeoutError
    return events
