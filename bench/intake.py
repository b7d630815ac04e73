"""What taking a call in costs: `python -m bench.intake --json`, four ways in one run, side by side.

raw     psycopg doing the same writes, nothing else
bare    a WSGI function with the same signature check, the same writes and the same answer
ours    the webhooks as an installation serves them
plain   the same intake built the usual way (bench/plain)

Each request is a call that has just come in. Rounds alternate, so that a machine that grows busier does so for all.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

if not __package__:  # started as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import machine, report
from bench.load import Lap
from bench.servers import stop_when_told
from bench.ways import WITHOUT_PLAIN, Way, ways
from bench.world import World, make_world, settings_of

CALLS: LiteralString = "SELECT count(*) FROM hotline_call"
ENTRIES: LiteralString = "SELECT count(*) FROM audit_entry WHERE action = 'call:call:offered'"


@dataclass(frozen=True)
class Plan:
    """How long each cell is measured, in how many rounds, and how long everything is warmed before."""

    seconds: float = 5.0
    rounds: int = 5
    connections: tuple[int, ...] = (1, 8)
    warm: float = 1.0


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


Cells = dict[str, dict[str, dict[str, float | int]]]


def measure(world: World, plan: Plan) -> dict[str, Any]:
    """Run all ways in this world and give everything there is to say about them."""
    before = machine.describe()
    with ways(world) as found:
        cells = _cells(found, plan)
        written = _written(world, sum(way.answered for name, way in found.items() if name != "plain"))
    missing = {} if "plain" in cells else {"plain": {"missing": WITHOUT_PLAIN}}
    return {
        "machine": before | {"load_after": machine.load()},
        "database": settings_of(world),
        "seconds_a_cell": plan.seconds,
        "rounds": plan.rounds,
        "cells": cells | missing,
        "ratios": report.ratios(cells),
        "written": written,
    }


def _cells(found: Mapping[str, Way], plan: Plan) -> Cells:
    """Warm everything, then go round: each round begins with another way."""
    cells = {name: {each: Cell() for each in plan.connections} for name in found}
    for way in found.values():
        way.lap(max(plan.connections), plan.warm)
    for turn in range(plan.rounds):
        for connections in plan.connections:
            for name in _rotated(list(found), turn):
                cells[name][connections].laps.append(found[name].lap(connections, plan.seconds / plan.rounds))
    return {
        name: {str(number): cell.summary() for number, cell in each.items()} for name, each in cells.items()
    }


def _written(world: World, answered: int) -> dict[str, int]:
    """Count what is in the database afterwards: speed counts only for what was kept."""
    counted = {"answered": answered}
    with world.superuser(world.main) as connection:
        for name, query in (("calls", CALLS), ("entries", ENTRIES)):
            row = connection.execute(query).fetchone()
            counted[name] = int(str(row[0])) if row else 0
    return counted


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
