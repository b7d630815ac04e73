"""The four ways to take a call in, started and ready to be driven."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from bench import load
from bench.load import Lap
from bench.servers import WEBHOOKS, end, served
from bench.world import BASE_DIR, World, run_python

RAW_PROCESSES = 2  # as many as the servers have workers
PLAIN = {"DJANGO_SETTINGS_MODULE": "bench.plain.settings"}
WITHOUT_PLAIN = "django-auditlog is not installed; `make bench` installs it"
Drive: TypeAlias = Callable[[int, float], Lap]


@dataclass
class Way:
    """One way, and how many calls it has said were taken in."""

    drive: Drive
    answered: int = 0

    def lap(self, connections: int, seconds: float) -> Lap:
        """Keep so many requests under way for so long."""
        lap = self.drive(connections, seconds)
        self.answered += len(lap.latencies) - lap.errors
        return lap


def has_plain() -> bool:
    """Tell whether what only the plain build needs is installed."""
    return importlib.util.find_spec("auditlog") is not None


@contextmanager
def ways(world: World) -> Iterator[dict[str, Way]]:
    """Give the ways by their names; the plain one only where it can be built."""
    signer = load.Signer(world.secret("twilio_account_sid"), world.secret("twilio_auth_token"))
    with ExitStack() as running:
        ours = _serve(running, world, "hotline.webhook_wsgi:application")
        answer = world.folder / "answer.xml"
        answer.write_bytes(load.ask(ours, next(signer.requests())))
        bare = _serve(running, world, "bench.bare:application", BENCH_ANSWER=str(answer))
        found = {
            "raw": Way(running.enter_context(_raw(world))),
            "bare": Way(_over_http(bare, signer)),
            "ours": Way(_over_http(ours, signer), answered=1),
        }
        if has_plain():
            run_python(world, "-m", "bench.plain.furnish", **PLAIN)
            found["plain"] = Way(
                _over_http(_serve(running, world, "bench.plain.wsgi:application", **PLAIN), signer)
            )
        yield found


def _serve(running: ExitStack, world: World, application: str, **more: str) -> int:
    port, _process = running.enter_context(served(world, WEBHOOKS, application, **more))
    return port


def _over_http(port: int, signer: load.Signer) -> Drive:
    requests = signer.requests()

    def drive(connections: int, seconds: float) -> Lap:
        return load.drive(port, requests, connections=connections, seconds=seconds)

    return drive


@contextmanager
def _raw(world: World) -> Iterator[Drive]:
    """Keep the writing processes ready, with the connections shared between them."""
    with ExitStack() as running:
        writers = [_writer(world, running) for _each in range(RAW_PROCESSES)]

        def drive(connections: int, seconds: float) -> Lap:
            shares = [connections // len(writers)] * len(writers) if connections > 1 else [1]
            with ThreadPoolExecutor(len(writers)) as asking:
                told = [
                    asking.submit(_ask, each, n, seconds) for each, n in zip(writers, shares, strict=False)
                ]
            laps = [each.result() for each in told]
            latencies = [each for lap in laps for each in lap.latencies]
            return Lap(seconds=max(lap.seconds for lap in laps), latencies=latencies)

        yield drive


def _writer(world: World, running: ExitStack) -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.raw"],
        env=world.environment(),
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    running.callback(end, writer)
    _line(writer)
    return writer


def _ask(writer: subprocess.Popen[str], threads: int, seconds: float) -> Lap:
    if writer.stdin is None:
        raise BrokenPipeError
    writer.stdin.write(f"{threads} {seconds}\n")
    writer.stdin.flush()
    told = json.loads(_line(writer))
    return Lap(seconds=told["seconds"], latencies=told["latencies"])


def _line(writer: subprocess.Popen[str]) -> str:
    line = writer.stdout.readline() if writer.stdout else ""
    if not line:
        raise BrokenPipeError
    return line
