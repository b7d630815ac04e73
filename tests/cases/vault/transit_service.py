"""A loopback server that speaks the shapes of the transit engine's API, with real AES-256-GCM behind it.

https://developer.hashicorp.com/vault/api-docs/secret/transit
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.transit-test"
TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)"
ALTERED = "cipher: message authentication failed"
NOT_YET = "minimum available version cannot be set when minimum encryption version is not set"
Body = dict[str, str | int]
Answer = tuple[int, dict[str, object]]


class Refused(Exception):
    """Answers 400 with one error."""


class TransitKey:
    """One named key: its versions, and the oldest that may still be used."""

    def __init__(self) -> None:
        self.versions = {1: AESGCM(os.urandom(32))}
        self.oldest_to_decrypt = self.oldest_to_encrypt = self.oldest_available = 0

    def encrypt(self, body: Body) -> dict[str, object]:
        version, nonce = max(self.versions), os.urandom(12)
        plain = base64.b64decode(str(body["plaintext"]))
        sealed = nonce + self.versions[version].encrypt(nonce, plain, self._associated(body))
        return {"ciphertext": f"vault:v{version}:{base64.b64encode(sealed).decode()}", "key_version": version}

    def decrypt(self, body: Body) -> dict[str, object]:
        _vault, version, sealed = str(body["ciphertext"]).split(":")
        if int(version[1:]) < self.oldest_to_decrypt or int(version[1:]) not in self.versions:
            raise Refused(TOO_OLD)
        raw = base64.b64decode(sealed)
        try:
            plain = self.versions[int(version[1:])].decrypt(raw[:12], raw[12:], self._associated(body))
        except InvalidTag:
            raise Refused(ALTERED) from None
        return {"plaintext": base64.b64encode(plain).decode()}

    def rotate(self, _body: Body) -> dict[str, object]:
        self.versions[max(self.versions) + 1] = AESGCM(os.urandom(32))
        return {}

    def config(self, body: Body) -> dict[str, object]:
        self.oldest_to_encrypt = int(body.get("min_encryption_version", self.oldest_to_encrypt))
        self.oldest_to_decrypt = int(body.get("min_decryption_version", self.oldest_to_decrypt))
        if self.oldest_to_encrypt < self.oldest_to_decrypt:
            raise Refused(TOO_OLD)
        return {}

    def trim(self, body: Body) -> dict[str, object]:
        oldest = int(body["min_available_version"])
        if not 0 < oldest <= min(self.oldest_to_decrypt, self.oldest_to_encrypt):
            raise Refused(NOT_YET)
        self.versions = {version: key for version, key in self.versions.items() if version >= oldest}
        self.oldest_available = oldest
        return {}

    def read(self) -> dict[str, object]:
        return {
            "type": "aes256-gcm96",
            "keys": {str(version): 1_700_000_000 for version in self.versions},
            "latest_version": max(self.versions),
            "min_available_version": self.oldest_available,
        }

    @staticmethod
    def _associated(body: Body) -> bytes:
        return base64.b64decode(str(body.get("associated_data", "")))


class TransitService(ThreadingHTTPServer):
    """Keys by name, and a log of what was asked: the second log of every unwrapping."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: dict[str, TransitKey] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: TransitService

    def do_GET(self) -> None:
        self._answer("GET", {})

    def do_POST(self) -> None:
        self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or "{}"))

    def _answer(self, method: str, body: Body) -> None:
        status, answer = self._decide(method, body)
        content = json.dumps(answer).encode() if answer else b""
        self.send_response(status if content else 204)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _decide(self, method: str, body: Body) -> Answer:
        self.server.asked.append(f"{method} {self.path}")
        if self.headers.get("X-Vault-Token") != TOKEN:
            return 403, {"errors": ["permission denied"]}
        parts = self.path.removeprefix("/v1/transit/").split("/")
        name = parts[1]
        verb = parts[2] if len(parts) > 2 else "read" if parts[0] == "keys" else parts[0]
        key = self.server.keys.setdefault(name, TransitKey())
        try:
            found = key.read() if verb == "read" else getattr(key, verb)(body)
        except Refused as refusal:
            return 400, {"errors": [str(refusal)]}
        return 200, {"data": found} if found else {}

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@contextmanager
def running_service() -> Iterator[TransitService]:
    """Serve until the block ends."""
    with TransitService() as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
