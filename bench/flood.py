"""What strangers can do to callers: `python -m bench.flood`, signed requests timed alone and beside a flood of others.

Half of the flood bears no signature, half a wrong one; both come as fast as they are turned away. Nothing of it may
reach the database, grow the process, or keep a signed request from being answered in time. About fifteen seconds.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

if not __package__:  # started as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import load, report
from bench.servers import WEBHOOKS, end, served, stop_when_told
from bench.world import BASE_DIR, World, make_world
from hotline.environment import var_dir

SIGNED_CONNECTIONS, FLOODING_CONNECTIONS = 2, 32
SECONDS, WARM_S = 5.0, 1.0
HEADER = b"X-Twilio-Signature: "


def strangers(signer: load.Signer) -> Iterator[bytes]:
    """Give requests as a stranger would send them: the same form, unsigned and wrongly signed by turns."""
    genuine = next(signer.requests())
    before, _name, after = genuine.partition(HEADER)
    rest = after.partition(b"\r\n")[2]
    return cycle([before + rest, before + HEADER + b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n" + rest])


def measure(world: World, seconds: float) -> dict[str, Any]:
    """Time signed requests alone, then beside the flood; count what reached the database."""
    signer = load.Signer(world.secret("twilio_account_sid"), world.secret("twilio_auth_token"))
    requests = signer.requests()
    with served(world, WEBHOOKS, "hotline.webhook_wsgi:application") as (port, process):
        load.drive(port, requests, connections=8, seconds=WARM_S)
        alone = load.drive(port, requests, connections=SIGNED_CONNECTIONS, seconds=seconds)
        before = _memory(process.pid)
        flood = subprocess.Popen(
            [sys.executable, "-m", "bench.flood", "--flood", str(port), "--seconds", str(seconds + 1)],
            cwd=BASE_DIR,
            env=world.environment(),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            _line(flood)
            beside = load.drive(port, requests, connections=SIGNED_CONNECTIONS, seconds=seconds)
            turned_away = json.loads(_line(flood))
        finally:
            end(flood)
        grown = _memory(process.pid) - before
    answered = len(alone.latencies) + len(beside.latencies)
    return {
        "alone": _summary(alone),
        "beside the flood": _summary(beside),
        "flood": turned_away | {"megabytes_grown": round(grown / 2**20, 1)},
        "signed_answered": answered,
        "calls_in_database": _calls(world),
        "load": os.getloadavg(),
    }


def _summary(lap: load.Lap) -> dict[str, float]:
    latencies = sorted(lap.latencies)
    return {
        "per_s": round(len(latencies) / lap.seconds, 1),
        "p50_ms": report.milliseconds(latencies, 50),
        "p99_ms": report.milliseconds(latencies, 99),
        "not_answered": lap.errors,
    }


def _flood(port: int, seconds: float) -> None:
    """Send what strangers send, and say how much of it was turned away."""
    signer = load.Signer("AC" + 32 * "0", 32 * "0")
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    lap = load.drive(port, strangers(signer), connections=FLOODING_CONNECTIONS, seconds=seconds)
    sent = len(lap.latencies)
    told = {"per_s": round(sent / lap.seconds, 1), "sent": sent, "let_in": sent - lap.errors}
    sys.stdout.write(json.dumps(told) + "\n")


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise BrokenPipeError
    return line


def _memory(pid: int) -> int:
    parent = psutil.Process(pid)
    return sum(int(each.memory_info().rss) for each in [parent, *parent.children(recursive=True)])


def _calls(world: World) -> int:
    with world.superuser(world.main) as connection:
        row = connection.execute("SELECT count(*) FROM hotline_call").fetchone()
    return int(str(row[0])) if row else 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="seconds of each stretch")
    parser.add_argument("--flood", type=int, metavar="PORT", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    stop_when_told()
    if asked.flood:
        _flood(asked.flood, asked.seconds)
        return
    measured = measure(make_world(var_dir() / "flood"), asked.seconds)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main()
