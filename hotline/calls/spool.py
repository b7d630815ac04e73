"""Where minimised events wait on disk while the database is away: one file per process, length and CRC, fsynced.

A record is  length (4) | CRC-32 (4) | JSON. What was never fsynced was never acknowledged, so a torn end is no loss.
"""

import fcntl
import json
import logging
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError

from hotline.calls.fold import CallFacts
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised
from hotline.telephony.events import Kind

logger = logging.getLogger(__name__)
HEADER = 8
STARTED = uuid4().hex  # a process that has the number of one that was killed never writes behind its torn end
MAX_FILE = 64 * 1024 * 1024
_BYTES = {"event_key", "call_key", "fingerprint"}
_UUIDS = {"duty", "line_id", "fingerprint_period"}


class SpoolFull(Exception):
    """The spool has reached its bound; reconciliation with the provider repairs what is missing."""


class Damaged(Exception):
    """A record in the middle of a spool file does not match its checksum."""


def append(event: Minimised) -> None:
    """Write an event so that it survives the process and the power.

    Errors: SpoolFull, OSError.
    """
    payload = encode(event)
    header = len(payload).to_bytes(4, "big") + zlib.crc32(payload).to_bytes(4, "big")
    with _own_file() as handle:
        if os.fstat(handle).st_size > MAX_FILE:
            raise SpoolFull
        _write_all(handle, header + payload)
        os.fsync(handle)


def replay() -> int:
    """Take in everything that waits, in any order; says how many events were read. Safe to run again or twice."""
    folder = Path(settings.SPOOL_DIR)
    taken = 0
    for path in sorted([*folder.glob("*.spool"), *folder.glob("*.replaying")]):
        taken += _replay_file(path)
    return taken


def waiting() -> int:
    """Count the files that wait, for the readiness page."""
    folder = Path(settings.SPOOL_DIR)
    return sum(1 for pattern in ("*.spool", "*.replaying") for _path in folder.glob(pattern))


def encode(event: Minimised) -> bytes:
    """Write an event as JSON."""
    return json.dumps(asdict(event), default=_plain, separators=(",", ":")).encode()


def decode(payload: bytes) -> Minimised:
    """Read an event from JSON."""
    content = json.loads(payload, object_hook=_typed)
    facts = CallFacts(**content.pop("facts"))
    return Minimised(**content | {"facts": facts, "kind": Kind(content["kind"])})


def _replay_file(path: Path) -> int:
    """Take a file out of its writer's hands, then take its events in; it goes only when all are committed."""
    mine = path if path.suffix == ".replaying" else path.with_suffix(f".{uuid4().hex}.replaying")
    try:
        path.rename(mine)
        handle = mine.open("rb")
    except FileNotFoundError:  # another replay was faster
        return 0
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return _take_in(handle.read(), mine) if _is_still(mine, handle.fileno()) else 0


def _take_in(content: bytes, path: Path) -> int:
    results: list[bool] = []
    try:
        results.extend(_is_taken_in(payload) for payload in _records(content))
    except Damaged:
        results.append(False)
    if all(results):
        path.unlink(missing_ok=True)
    else:
        logger.critical("A spool file is damaged and was set aside: %s", path.name)
        path.rename(path.with_suffix(".damaged"))
    return sum(results)


def _is_taken_in(payload: bytes) -> bool:
    """Take one event in; one that is refused for what it is must not hold up the others."""
    try:
        ingest_minimised(decode(payload))
    except (OperationalError, InterfaceError):  # the database is away again: everything waits
        raise
    except Exception:
        logger.exception("A spooled event was refused")
        return False
    return True


def _records(content: bytes) -> Iterator[bytes]:
    position = 0
    while position + HEADER <= len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        checksum = int.from_bytes(content[position + 4 : position + HEADER], "big")
        payload = content[position + HEADER : position + HEADER + length]
        if len(payload) < length:
            return
        if zlib.crc32(payload) != checksum:
            raise Damaged
        yield payload
        position += HEADER + length


@contextmanager
def _own_file() -> Iterator[int]:
    """Open this process's file under its lock; where a replay has just taken it away, begin a new one."""
    folder = Path(settings.SPOOL_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{os.uname().nodename}-{os.getpid()}-{STARTED}.spool"
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_still(path, handle):
                _sync_folder(folder)
                yield handle
                return
        finally:
            os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, content: bytes) -> None:
    start = os.fstat(handle).st_size
    try:
        written = 0
        while written < len(content):
            written += os.write(handle, content[written:])
    except OSError:
        os.ftruncate(handle, start)
        raise


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
