"""What is written for a call that has just come in: our own statements, with values made as cheaply as can be.

The floors use it, so that they write what we write. The values' shape comes from our own code, so that it stays so.
"""

import os
import uuid
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from audit import encoding
from bench.world import LINE_NUMBER

SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEY = os.urandom(32)
Connection = psycopg.Connection[tuple[Any, ...]]


class Writer:
    """Writes an offered call with its entry in the trail, in one transaction of one connection."""

    def __init__(self, conninfo: str) -> None:
        from audit.services import _INSERT  # noqa: PLC0415 - models load after the setup
        from hotline.calls.statement import INGEST  # noqa: PLC0415 - the same

        self._ingest, self._record = INGEST.encode(), _INSERT.encode()
        self._values, self._entry = _shape()
        self._connection: Connection = psycopg.connect(conninfo)

    def write(self, call_id: str, caller: str) -> None:
        """Take one call in."""
        now = datetime.now(UTC)
        key = digest(KEY, call_id.encode(), sha256)
        values = self._values | {
            "id": uuid.uuid4(),
            "event_id": uuid.uuid4(),
            "reference": _reference(),
            "spare_reference": _reference(),
            "call_key": key,
            "before": None,
            "event_key": digest(KEY, key, sha256),
            "fingerprint": digest(KEY, caller.encode(), sha256)[:16],
            "offered_at": now,
            "received_at": now,
            "day": now.date(),
        }
        with self._connection.transaction():
            row = self._connection.execute(self._ingest, values, prepare=True).fetchone()
            entry = [uuid.uuid4(), now, *self._entry]
            entry[5], entry[7] = uuid.uuid4().hex, row[1] if row else ""
            self._connection.execute(self._record, entry, prepare=True)


def _reference() -> str:
    return "S-" + "".join(SYMBOLS[each & 31] for each in os.urandom(6))


def _shape() -> tuple[dict[str, Any], list[Any]]:
    """Take the values of one such call from our own code; the floors put their own ids and keys in their place."""
    from audit.actions import Action  # noqa: PLC0415 - models load after the setup
    from cases.vault import pseudonyms  # noqa: PLC0415 - the same
    from hotline.calls.minimise import minimise  # noqa: PLC0415 - the same
    from hotline.calls.statement import parameters  # noqa: PLC0415 - the same
    from hotline.telephony.events import CallEvent, Kind  # noqa: PLC0415 - the same

    event = CallEvent(
        provider="twilio",
        call_id="CAshape",
        kind=Kind.OFFERED,
        endpoint="voice",
        caller="+46701740605",
        line_number=LINE_NUMBER,
    )
    pseudonyms.warm_period_keys()
    values = parameters(minimise(event, received_at=datetime.now(UTC)))
    actor = ("provider:twilio", "provider")
    facts = Jsonb({"line": LINE_NUMBER})
    return values, [
        Action.CALL_OFFERED.value,
        *actor,
        "",
        "call",
        "",
        facts,
        encoding.VERSION,
        os.urandom(32),
    ]
