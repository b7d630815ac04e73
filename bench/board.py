"""How soon open desks hear of a call: `python -m bench.board --json`, 200 desks on one stream process as served.

A signed call arrives at the webhooks; for every desk the time until its stream says that the board has changed.
"""

import argparse
import json
import random
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

if not __package__:  # started as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import load, machine, report
from bench.servers import STREAM, WEBHOOKS, served, stop_when_told
from bench.world import World, make_world, run_python, settings_of

WITHIN_MS = 1000.0
PATIENCE_S = 20.0
TOLD = b"event: board"
OPENED = b"retry: "


@dataclass(frozen=True)
class Plan:
    """How many desks, and how many calls one after the other."""

    desks: int = 200
    rounds: int = 40


QUICK = Plan(desks=20, rounds=3)


@dataclass
class Desk:
    """One open stream."""

    wire: socket.socket
    told: int = 0
    text: bytearray = field(default_factory=bytearray)


def measure(world: World, plan: Plan) -> dict[str, Any]:
    """Open the desks, let calls come in, and give what was seen."""
    before = machine.describe()
    cookies = json.loads(run_python(world, "-m", "bench.desks", str(plan.desks)))
    signer = load.Signer(world.secret("twilio_account_sid"), world.secret("twilio_auth_token"))
    requests = signer.requests()
    with (
        served(world, WEBHOOKS, "hotline.webhook_wsgi:application") as (webhooks, _process),
        served(world, STREAM, "hotline.asgi:application") as (port, stream),
        _desks(port, cookies[:1]) as first,
    ):
        _ring(webhooks, next(requests), first)  # what loads on first use is not what a desk costs
        empty, began = _memory(stream.pid), time.perf_counter()
        with _desks(port, cookies[1:]) as others:
            opened_s = time.perf_counter() - began
            full = _memory(stream.pid)
            desks = first | others
            times = [
                each for _round in range(plan.rounds) for each in _round_of(webhooks, next(requests), desks)
            ]
            held = _connections(world)
            threads = psutil.Process(stream.pid).num_threads()
    times.sort()
    return {
        "machine": before | {"load_after": machine.load()},
        "database": settings_of(world),
        "desks": plan.desks,
        "rounds": plan.rounds,
        "told": len(times),
        "p50_ms": report.milliseconds(times, 50),
        "p99_ms": report.milliseconds(times, 99),
        "max_ms": round(times[-1] * 1000, 3),
        "reached": times[-1] * 1000 < WITHIN_MS,
        "opened_s": round(opened_s, 2),
        "memory_a_desk_kib": round((full - empty) / max(1, plan.desks - 1) / 1024, 1),
        "process_mib": round(full / 2**20, 1),
        "threads": threads,
        "database_connections": held,
    }


Desks = dict[socket.socket, Desk]


@contextmanager
def _desks(port: int, cookies: list[str]) -> Iterator[Desks]:
    """Open a stream for each cookie, and wait until all are open."""
    desks: Desks = {}
    try:
        for cookie in cookies:
            wire = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
            head = ("GET /live/board/ HTTP/1.1", "Host: line.example.se", "X-Forwarded-Proto: https",
                    "Accept: text/event-stream", f"Cookie: {cookie}")  # fmt: skip
            wire.sendall("\r\n".join((*head, "", "")).encode())
            desks[wire] = Desk(wire)
        _read_until(desks, OPENED)
        yield desks
    finally:
        for wire in desks:
            wire.close()


def _round_of(webhooks: int, request: bytes, desks: Desks) -> list[float]:
    time.sleep(random.uniform(0.3, 0.6))  # noqa: S311 - calls do not come in step with the notifier
    return _ring(webhooks, request, desks)


def _ring(webhooks: int, request: bytes, desks: Desks) -> list[float]:
    """Let one call come in and give how long each desk waited to be told, from before the request was sent."""
    for desk in desks.values():
        desk.text.clear()
    began = time.perf_counter()
    load.ask(webhooks, request)
    return [at - began for at in _read_until(desks, TOLD)]


def _read_until(desks: Desks, sign: bytes) -> list[float]:
    """Read all streams until each has said this; gives when each did.

    Errors: ConnectionError where a stream is refused or ends, TimeoutError where one stays silent.
    """
    waiting, times = set(desks), []
    with selectors.DefaultSelector() as selector:
        for wire in desks:
            selector.register(wire, selectors.EVENT_READ)
        while waiting:
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise TimeoutError
            for key, _events in ready:
                desk = desks[key.fileobj]  # type: ignore[index]
                piece = desk.wire.recv(load.READ)
                desk.text += piece
                if not piece or (b"HTTP/1.1 " in desk.text[:9] and not desk.text.startswith(b"HTTP/1.1 200")):
                    raise ConnectionError(bytes(desk.text[:200]))
                if desk.wire in waiting and sign in desk.text:
                    waiting.remove(desk.wire)
                    times.append(time.perf_counter())
    return times


def _memory(pid: int) -> int:
    """Give what belongs to the process alone."""
    return int(psutil.Process(pid).memory_full_info().uss)


def _connections(world: World) -> int:
    with world.superuser(world.main) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'hotline_web'"
        ).fetchone()
    return int(str(row[0])) if row else 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--quick", action="store_true", help="twenty desks, three calls: to see that it runs")
    parser.add_argument("--desks", type=int, help="how many desks are open")
    asked = parser.parse_args()
    stop_when_told()
    plan = QUICK if asked.quick else Plan()
    if asked.desks:
        plan = Plan(desks=asked.desks, rounds=plan.rounds)
    measured = measure(make_world(), plan)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n" if asked.json else report.board(measured))


if __name__ == "__main__":
    main()
