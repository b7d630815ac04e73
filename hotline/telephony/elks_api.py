"""Ask 46elks whether a call is what we were told: its interface over HTTPS, within half a second.

Source: 46elks.se/docs/show-call-id. No connection is kept: a call has a handful of events, minutes apart.
"""

import base64
import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from hotline.telephony.errors import Malformed
from hotline.telephony.forms import read_object

ADDRESS = "https://api.46elks.com"
TIMEOUT_S = 0.5
SHORTEST_S = 0.05
MAX_ANSWER = 64 * 1024
OK, GONE = 200, 404


class NoSuchCall(Exception):
    """46elks knows no call with this id."""


class Unavailable(Exception):
    """46elks did not answer, or with nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Record:
    """What 46elks has on record of a call. `talk_s` is of the leg that was answered, if one was."""

    direction: str
    caller: str = field(repr=False)
    called: str
    state: str
    duration_s: int | None = None
    talk_s: int | None = None


@dataclass(frozen=True, slots=True)
class ElksApi:
    """The interface, with the credentials that only read it."""

    user: str
    password: str = field(repr=False)
    address: str = ADDRESS

    def call(self, call_id: str) -> Record:
        """Read one call's record.

        Errors: NoSuchCall, Unavailable.
        """
        try:
            return _record(read_object(self._get(f"/a1/calls/{quote(call_id, safe='')}")))
        except (OSError, http.client.HTTPException, Malformed) as error:
            raise Unavailable from error

    def _get(self, path: str) -> bytes:
        deadline = time.monotonic() + TIMEOUT_S
        connection = _connect(self.address)
        proof = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        try:
            connection.connect()
            connection.sock.settimeout(max(deadline - time.monotonic(), SHORTEST_S))
            connection.request("GET", path, headers={"Authorization": f"Basic {proof}"})
            response = connection.getresponse()
            body = response.read(MAX_ANSWER)
        finally:
            connection.close()
        if response.status == GONE:
            raise NoSuchCall
        if response.status != OK:
            raise Unavailable
        return body


def _connect(address: str) -> http.client.HTTPConnection:
    target = urlsplit(address)
    kind = http.client.HTTPConnection if target.scheme == "http" else http.client.HTTPSConnection
    return kind(target.hostname or "", target.port, timeout=TIMEOUT_S)


def _record(fields: dict[str, object]) -> Record:
    return Record(
        direction=_text(fields, "direction"),
        caller=_text(fields, "from"),
        called=_text(fields, "to"),
        state=_text(fields, "state")[:16],
        duration_s=_count(fields, "duration"),
        talk_s=_talk(fields.get("legs")),
    )


def _talk(legs: object) -> int | None:
    """Give the length of the answered leg; a leg that is still talking, or was not answered, has none."""
    found = [leg for leg in legs if isinstance(leg, dict)] if isinstance(legs, list) else []
    talks = [_count(leg, "duration") or 0 for leg in found if leg.get("state") == "success"]
    return max(talks, default=None)


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _count(fields: dict[str, object], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None
