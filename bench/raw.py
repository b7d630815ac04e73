"""Raw psycopg doing the same writes, asked through standard input: how many threads, for how many seconds."""

import json
import os
import secrets
import sys
import threading
import time

import django

from bench.statements import Writer

_writers: list[Writer] = []


def main() -> None:
    """Answer each line `threads seconds` with the times of every write, as JSON."""
    django.setup()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        threads, seconds = line.split()
        sys.stdout.write(json.dumps(_lap(int(threads), float(seconds))) + "\n")
        sys.stdout.flush()


def _lap(threads: int, seconds: float) -> dict[str, object]:
    latencies: list[float] = []
    while len(_writers) < threads:
        _writers.append(Writer(os.environ["DATABASE_URL"]))
    begun = time.perf_counter()
    working = [
        threading.Thread(target=_write, args=(writer, begun + seconds, latencies))
        for writer in _writers[:threads]
    ]
    for each in working:
        each.start()
    for each in working:
        each.join()
    return {"seconds": time.perf_counter() - begun, "latencies": latencies}


def _write(writer: Writer, until: float, latencies: list[float]) -> None:
    begun = time.perf_counter()
    while begun < until:
        writer.write("CA" + secrets.token_hex(16), "+46701740605")
        now = time.perf_counter()
        latencies.append(now - begun)
        begun = now


if __name__ == "__main__":
    main()
