"""What taking a call in costs: `python -m bench.intake --json`, four ways in one run, side by side.

raw     psycopg doing the same writes, nothing else
bare    a WSGI function with the same signature check, the same writes and the same answer
ours    the webhooks as an installation serves them
plain   the same intake built the usual way (bench/plain)

Each request is a call that has just come in. Rounds alternate, so that a machine that grows busier does so for all.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

if not __package__:  # started as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import load, machine, report
from bench.load import Lap
from bench.servers import WEBHOOKS, end, served, stop_when_told
from bench.world import BASE_DIR, World, make_world, run_python, settings_of

CONNECTIONS = (1, 8)
RAW_PROCESSES = 2
WARM_S = 1.0
Driver: TypeAlias = Callable[[int, float], Lap]


@dataclass(frozen=True)
class Plan:
    """How long each cell is measured, and in how many rounds."""

    seconds: float = 5.0
    rounds: int = 5
    connections: tuple[int, ...] = CONNECTIONS
    warm: float = WARM_S


QUICK = Plan(seconds=1.0, rounds=2, warm=0.5)


@dataclass
class Cell:
    """All laps of one way at one number of connections."""

    laps: list[Lap] = field(default_factory=list)

    def summary(self) -> dict[str, float | int]:
        """Give events a second over all laps, and how long answers took."""
        latencies = sorted(each for lap in self.laps for each in lap.latencies)
        seconds = sum(lap.seconds for lap in self.laps)
        return {
            "events_per_s": round(len(latencies) / seconds, 1),
            "p50_ms": report.milliseconds(latencies, 50),
            "p99_ms": report.milliseconds(latencies, 99),
            "events": len(latencies),
            "errors": sum(lap.errors for lap in self.laps),
        }


def measure(world: World, plan: Plan) -> dict[str, Any]:
    """Run all four in this world and give everything there is to say about it."""
    before = machine.describe()
    with ExitStack() as running:
        ways, missing = _ways(world, running)
        cells = {name: {each: Cell() for each in plan.connections} for name in ways}
        for drive in ways.values():
            drive(max(plan.connections), plan.warm)
        for turn in range(plan.rounds):
            for connections in plan.connections:
                for name in _rotated(list(ways), turn):
                    lap = ways[name](connections, plan.seconds / plan.rounds)
                    cells[name][connections].laps.append(lap)
        ways_of_writing = _written(world)
    measured = {
        name: {str(number): cell.summary() for number, cell in each.items()} for name, each in cells.items()
    }
    return {
        "machine": before | {"load_after": machine.load()},
        "database": settings_of(world),
        "seconds_a_cell": plan.seconds,
        "rounds": plan.rounds,
        "cells": measured | missing,
        "ratios": report.ratios(measured),
        "written": ways_of_writing,
    }


def _ways(world: World, running: ExitStack) -> tuple[dict[str, Driver], dict[str, dict[str, str]]]:
    signer = load.Signer(world.secret("twilio_account_sid"), world.secret("twilio_auth_token"))
    ours, _process = running.enter_context(served(world, WEBHOOKS, "hotline.webhook_wsgi:application"))
    answer = world.folder / "answer.xml"
    answer.write_bytes(load.ask(ours, next(signer.requests())))
    bare, _process = running.enter_context(
        served(world, WEBHOOKS, "bench.bare:application", BENCH_ANSWER=str(answer))
    )
    ways = {
        "raw": running.enter_context(_raw(world)),
        "bare": _over_http(bare, signer),
        "ours": _over_http(ours, signer),
    }
    if importlib.util.find_spec("auditlog") is None:
        return ways, {"plain": {"missing": "django-auditlog is not installed; `make bench` installs it"}}
    settings = {"DJANGO_SETTINGS_MODULE": "bench.plain.settings"}
    run_python(world, "-m", "bench.plain.furnish", **settings)
    plain, _process = running.enter_context(
        served(world, WEBHOOKS, "bench.plain.wsgi:application", **settings)
    )
    return ways | {"plain": _over_http(plain, signer)}, {}


def _over_http(port: int, signer: load.Signer) -> Driver:
    requests = signer.requests()

    def drive(connections: int, seconds: float) -> Lap:
        return load.drive(port, requests, connections=connections, seconds=seconds)

    return drive


@contextmanager
def _raw(world: World) -> Iterator[Driver]:
    """Keep the writing processes ready: as many as the servers have, with the connections shared between them."""
    with ExitStack() as running:
        writers = [_writer(world, running) for _each in range(RAW_PROCESSES)]

        def drive(connections: int, seconds: float) -> Lap:
            shares = [connections // len(writers)] * len(writers) if connections > 1 else [1]
            with ThreadPoolExecutor(len(writers)) as asking:
                laps = list(asking.map(lambda each: _ask(*each, seconds), zip(writers, shares, strict=False)))
            return Lap(
                seconds=max(lap.seconds for lap in laps), latencies=[t for lap in laps for t in lap.latencies]
            )

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
    running.callback(end, writer)  # type: ignore[arg-type]
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


def _written(world: World) -> dict[str, int]:
    """Count what is in the database afterwards: speed counts only for what was kept."""
    with world.superuser(world.main) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM hotline_call), (SELECT count(*) FROM audit_entry WHERE subject_kind = 'call')"
        ).fetchone()
    return dict(zip(("calls", "entries"), map(int, row or ()), strict=False))  # type: ignore[call-overload]


def _rotated(names: list[str], turn: int) -> list[str]:
    shift = turn % len(names)
    return names[shift:] + names[:shift]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--quick", action="store_true", help="a second a cell: to see that it runs")
    parser.add_argument("--seconds", type=float, help="seconds a cell")
    asked = parser.parse_args()
    stop_when_told()
    plan = QUICK if asked.quick else Plan()
    if asked.seconds:
        plan = Plan(seconds=asked.seconds, rounds=plan.rounds, warm=plan.warm)
    measured = measure(make_world(), plan)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n" if asked.json else report.table(measured))


if __name__ == "__main__":
    main()
