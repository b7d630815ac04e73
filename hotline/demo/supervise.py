"""Run the demo's processes as one: start them, watch them, and stop every one of them and the database at the end."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from hotline.embedded import server

STOP_SECONDS = 8.0
READY_SECONDS = 60.0
POLL_SECONDS = 0.2


class Supervisor:
    """Owns the demo's child processes; leaving the context stops them, newest first, and then the database."""

    def __init__(self, base: Path, var: Path) -> None:
        self.base, self.var = base, var
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._stopping = False

    def __enter__(self) -> Self:
        # A shell that starts us in the background hands us SIGINT ignored: say explicitly that we listen.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._stopping = True
        for _name, child in reversed(self._children):
            child.terminate()
        for _name, child in reversed(self._children):
            _wait_or_kill(child)
        server.stop(self.var / "postgres")
        if kind is KeyboardInterrupt:
            sys.stdout.write(f"\nStopped. The data stays in {self.var}; make demo goes on with it.\n")
        return kind is KeyboardInterrupt

    def run(self, *command: str) -> None:
        """Run one management command to its end.

        Errors: SystemExit with a sentence where it fails.
        """
        child = subprocess.Popen([sys.executable, "manage.py", *command], cwd=self.base)
        self._children.append((command[0], child))
        code = child.wait()
        self._children.pop()
        if code:
            sys.exit(f"The step '{' '.join(command)}' failed (exit {code}); nothing was started.")

    def start_all(self, *, port: int) -> None:
        """Start sequencer, worker and the web process, and wait until the address answers."""
        self._start("sequencer", "manage.py", "run_sequencer")
        self._start("worker", "manage.py", "procrastinate", "worker")
        self._start("web", "-m", "hotline.demo.one_address", "--port", str(port))
        self._await_ready(f"http://127.0.0.1:{port}/healthz/")

    def wait(self) -> int:
        """Stay until a signal comes; a child that ends by itself ends the demo with exit code 1."""
        while True:
            for name, child in self._children:
                if child.poll() is not None:
                    sys.stderr.write(f"The {name} process ended by itself: see var/log/{name}.log.\n")
                    return 1
            time.sleep(POLL_SECONDS)

    def _start(self, name: str, *command: str) -> None:
        logs = self.var / "log"
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.base,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        self._children.append((name, child))

    def _await_ready(self, address: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            for name, child in self._children:
                if child.poll() is not None:
                    sys.exit(f"The {name} process did not start: see var/log/{name}.log.")
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - always our own loopback address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(POLL_SECONDS)
        sys.exit(f"{address} did not answer within {READY_SECONDS:.0f} seconds: see var/log/web.log.")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise KeyboardInterrupt


def _wait_or_kill(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def refuse_taken(port: int) -> None:
    """Stop with a sentence where somebody else answers on this port."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"Port {port} is taken. Choose another: make demo PORT={port + 1}")


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Keep the folder to one demo: two would share a database that the first one to end stops.

    Errors: SystemExit with a sentence where another demo runs in it.
    """
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(var, os.O_RDONLY)
    try:
        _hold(folder)
        yield
    finally:
        os.close(folder)


def _hold(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("A demo is running in this folder already. Stop it first, with Ctrl-C where it was started.")
