"""Where minimised events wait on disk while the database is away: one file per process, length and CRC, fsynced.

A record is  length (4) | CRC-32 (4) | JSON. What was never fsynced was never acknowledged, so a torn end is no loss.
Bounds: one event is at most `MAX_RECORD`, one process's file `MAX_FILE`, all files of the host together `MAX_FOLDER`.
"""

import fcntl
import logging
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError

from cases.vault.keyring import KeyringFault
from hotline.calls import asked as call_backs
from hotline.calls.asked import Asked, NoKey
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised
from hotline.calls.waiting import Waiting, decode, encode

logger = logging.getLogger(__name__)
HEADER = 8
STARTED = uuid4().hex  # a process that has the number of one that was killed never writes behind its torn end
MAX_RECORD = 8 * 1024
MAX_FILE = 64 * 1024 * 1024
MAX_FOLDER = 256 * 1024 * 1024
WAITING = ("*.spool", "*.replaying")


class SpoolFull(Exception):
    """The spool has reached its bound; reconciliation with the provider repairs what is missing."""


class Damaged(Exception):
    """A record in the middle of a spool file does not match its checksum."""


class Fate(Enum):
    """What became of a record in a replay."""

    TAKEN = "taken in"
    REFUSED = "refused for what it is"
    LEFT = "left to wait: the keys are not there"


def append(*events: Minimised | Waiting) -> None:
    """Write events, together, so that they survive the process and the power.

    Errors: SpoolFull, OSError.
    """
    content = b"".join(_record(encode(each)) for each in events)
    with _own_file() as handle:
        if os.fstat(handle).st_size > MAX_FILE or size() > MAX_FOLDER:
            raise SpoolFull
        _write_all(handle, content)
        os.fsync(handle)


def replay() -> int:
    """Take in everything that waits, in any order; says how many events were read. Safe to run again or twice."""
    folder = Path(settings.SPOOL_DIR)
    taken = 0
    for path in sorted(path for pattern in WAITING for path in folder.glob(pattern)):
        taken += _replay_file(path)
    return taken


def waiting() -> int:
    """Count the files that wait, for the readiness page."""
    folder = Path(settings.SPOOL_DIR)
    return sum(1 for pattern in WAITING for _path in folder.glob(pattern))


def damaged() -> int:
    """Count the files that were set aside; somebody has to look at them."""
    return sum(1 for _path in Path(settings.SPOOL_DIR).glob("*.damaged"))


def size() -> int:
    """Give how many bytes wait on this host."""
    with os.scandir(settings.SPOOL_DIR) as files:
        return sum(file.stat().st_size for file in files if file.name.endswith((".spool", ".replaying")))


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
    fates: list[Fate] = []
    left: list[bytes] = []
    try:
        for payload in _records(content):
            fates.append(_take_in_one(payload))
            left += [payload] if fates[-1] is Fate.LEFT else []
    except Damaged:
        fates.append(Fate.REFUSED)
    if left:  # written anew before the file goes, so that it is never nowhere
        append(*(decode(payload) for payload in left))
    if Fate.REFUSED in fates:
        logger.critical("A spool file is damaged and was set aside: %s", path.name)
        path.rename(path.with_suffix(".damaged"))
    else:
        path.unlink(missing_ok=True)
    return fates.count(Fate.TAKEN)


def _take_in_one(payload: bytes) -> Fate:
    """Take one event in; one that is refused for what it is must not hold up the others."""
    try:
        event, asked = decode(payload)
        if asked:
            return _take_in_asked(event, asked)
        ingest_minimised(event)
    except (OperationalError, InterfaceError):  # the database is away again: everything waits
        raise
    except Exception:
        logger.exception("A spooled event was refused")
        return Fate.REFUSED
    return Fate.TAKEN


def _take_in_asked(event: Minimised, asked: Asked) -> Fate:
    """Take in a call-back; while its keys are away it waits, and the calls behind it do not."""
    try:
        call_backs.take_in(event, asked)
    except (OperationalError, InterfaceError, KeyringFault, NoKey) as error:
        logger.warning("A call-back waits in the spool: %s", type(error).__name__)
        return Fate.LEFT
    return Fate.TAKEN


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


def _record(payload: bytes) -> bytes:
    if len(payload) > MAX_RECORD:
        raise SpoolFull
    return len(payload).to_bytes(4, "big") + zlib.crc32(payload).to_bytes(4, "big") + payload


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
