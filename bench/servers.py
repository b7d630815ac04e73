"""Start what is measured as an installation starts it, on loopback, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.world import BASE_DIR, World

# As in docker-compose.yml; a test compares them.
WEBHOOKS = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2", "--blocking-threads", "8",
            "--no-ws", "--respawn-failed-workers")  # fmt: skip
STREAM = ("uvicorn", "--host", "127.0.0.1", "--lifespan", "off", "--no-access-log", "--no-proxy-headers",
          "--no-server-header", "--timeout-graceful-shutdown", "5")  # fmt: skip
START_S = 60.0
STOP_S = 10.0
POLL_S = 0.05


@contextmanager
def served(
    world: World, command: tuple[str, ...], application: str, **more: str
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Give the port an application is served on, and its process.

    Errors: TimeoutError where it does not start; what it said is in the world's folder.
    """
    port = free_port()
    program = Path(sys.executable).with_name(command[0])
    log = world.folder / f"{application.partition(':')[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, *command[1:], "--port", str(port), application],
            env=world.environment() | more,
            cwd=BASE_DIR,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(port, process)
        yield port, process
    finally:
        end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ask a process of ours to stop, wait, and take its whole group down where it does not."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def stop_when_told() -> None:
    """Leave through every `finally` when somebody ends us, so that nothing goes on running."""
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda number, _frame: sys.exit(128 + number))


def free_port() -> int:
    """Give a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL_S)
    raise TimeoutError
