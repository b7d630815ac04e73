"""What the simulator leaves for the fake provider: call records, and how the fake is reached. No file names a number.

Callers are written as their place in the list of fictitious numbers; calls older than three days are dropped.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from hotline.demo.fake_calls_payloads import CallRecord
from hotline.demo.simulate_lives import FICTITIOUS

CALLS, ACCESS, LOCK = "provider-calls.json", "provider-api.json", "provider-calls.lock"
KEPT_FOR = timedelta(days=3)
STARTS_WITHIN_S = 20.0
BASE_DIR = Path(__file__).resolve().parent.parent.parent
Urls = Mapping[str, str]


class FakeDidNotStart(Exception):
    """The fake of the provider's interface did not start."""


@dataclass(frozen=True, slots=True)
class Access:
    """How the fake is reached, under an invented key."""

    url: str
    account: str
    key: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class Kept:
    """What is in the folder: calls, and the numbers with the addresses they lead to."""

    calls: list[CallRecord] = field(default_factory=list)
    numbers: dict[str, Urls] = field(default_factory=dict)


def read(folder: Path) -> Kept:
    """Read what earlier runs left."""
    found = _json(folder / CALLS)
    return Kept([_call(each) for each in found.get("calls", [])], found.get("numbers", {}))


def add(folder: Path, calls: Iterable[CallRecord], numbers: Mapping[str, Urls]) -> None:
    """Add a run's calls to those of earlier ones; a call that is there already is replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        kept = read(folder)
        oldest = datetime.now(UTC) - KEPT_FOR
        merged = {call.sid: call for call in [*kept.calls, *calls] if call.started_at > oldest}
        content = {
            "calls": [_written(call) for call in merged.values()],
            "numbers": {**kept.numbers, **numbers},
        }
        _write(folder / CALLS, content)


def serve_for(folder: Path, *, account: str, minutes: float, token_file: str = "") -> Access:
    """Leave a process behind that serves the folder's records; an earlier one sees that it is replaced, and ends.

    Errors: FakeDidNotStart.
    """
    before = read_access(folder)
    command = [sys.executable, "-m", "hotline.demo.fake_calls_api", "--folder", str(folder.resolve())]
    command += ["--account", account, "--minutes", str(minutes)]
    command += ["--token-file", token_file] if token_file else []
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    os.posix_spawn(  # our own interpreter, and nobody who waits for it
        sys.executable,
        command,
        {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(BASE_DIR)},
        file_actions=silent,
        setsid=True,
    )
    deadline = monotonic() + STARTS_WITHIN_S
    while monotonic() < deadline:
        access = read_access(folder)
        if access and access != before:
            return access
        sleep(0.05)
    raise FakeDidNotStart


def write_access(folder: Path, access: Access) -> None:
    """Say how the fake is reached, from now on."""
    _write(folder / ACCESS, asdict(access))


def read_access(folder: Path) -> Access | None:
    """Say how the newest fake is reached; None where none serves."""
    found = _json(folder / ACCESS)
    return Access(**found) if found else None


def withdraw_access(folder: Path, access: Access) -> None:
    """Take the access away, unless a later fake has put its own in its place."""
    if read_access(folder) == access:
        (folder / ACCESS).unlink(missing_ok=True)


def _written(call: CallRecord) -> dict[str, Any]:
    place = FICTITIOUS.index(call.caller) if call.caller in FICTITIOUS else call.caller
    moments = [each.isoformat() if each else None for each in (call.started_at, call.ended_at)]
    return {
        "sid": call.sid,
        "line": call.line,
        "caller": place,
        "moments": moments,
        "duration_s": call.duration_s,
        "status": call.status,
    }


def _call(written: Mapping[str, Any]) -> CallRecord:
    place = written["caller"]
    started_at, ended_at = written["moments"]
    return CallRecord(
        sid=written["sid"],
        line=written["line"],
        caller=FICTITIOUS[place] if isinstance(place, int) else place,
        started_at=datetime.fromisoformat(started_at),
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
        duration_s=written["duration_s"],
        status=written["status"],
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a file at once; only its owner can read it."""
    fresh = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(content, file)
    fresh.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
