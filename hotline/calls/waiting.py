"""What waits in the spool, as JSON: a minimised event, and beside it what the caller asked for."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hotline.calls.asked import Asked
from hotline.calls.fold import CallFacts
from hotline.calls.minimise import Minimised
from hotline.telephony.events import Kind

_BYTES = {"event_key", "call_key", "fingerprint", "box"}
_UUIDS = {"duty", "line_id", "fingerprint_period"}


class Waiting(NamedTuple):
    """An event, and beside it what the caller asked for."""

    event: Minimised
    asked: Asked | None = None


def encode(waiting: Minimised | Waiting) -> bytes:
    """Write an event, and what was asked for with it, as JSON."""
    event, asked = waiting if isinstance(waiting, Waiting) else (waiting, None)
    content = asdict(event) | ({"asked": asdict(asked)} if asked else {})
    return json.dumps(content, default=_plain, separators=(",", ":")).encode()


def decode(payload: bytes) -> Waiting:
    """Read an event, and what was asked for with it, from JSON."""
    content = json.loads(payload, object_hook=_typed)
    facts, asked = CallFacts(**content.pop("facts")), content.pop("asked", None)
    event = Minimised(**content | {"facts": facts, "kind": Kind(content["kind"])})
    return Waiting(event, Asked(**asked) if asked else None)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _typed(content: dict[str, object]) -> dict[str, object]:
    return {name: _typed_value(name, value) for name, value in content.items()}


def _typed_value(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name in _BYTES:
        return bytes.fromhex(value)
    if name in _UUIDS:
        return UUID(value)
    return datetime.fromisoformat(value) if name.endswith("_at") else value
