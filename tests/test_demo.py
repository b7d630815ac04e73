"""The demo as a visitor starts it: a morning of signed calls over HTTP, whole afterwards, gone when told to stop.

What starts all of it is for `make sweep`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

BASE_DIR = Path(__file__).resolve().parent.parent
MORNING = 3
START_SECONDS, STOP_SECONDS = 120, 40


class Demo:
    """One started demo with its own folder and port."""

    def __init__(self, var: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | {"VAR_DIR": str(var)}
        self.said: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start as a background shell would, with SIGINT ignored, and read on until it says where it is open."""
        command = ["-m", "hotline.demo", "--port", str(self.port), "--calls", str(MORNING), "--days", "1"]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509 - no threads yet
        )
        for line in self.process.stdout or []:
            self.said.append(line)
            if "Ctrl-C stops everything" in line:
                return
        pytest.fail("".join(self.said))

    def stop(self, number: signal.Signals) -> list[psutil.Process]:
        """Tell it to stop; give the processes that outlive it."""
        process = self.process
        if process is None or process.stdout is None:
            return []
        demo = psutil.Process(process.pid)
        family = [demo, *demo.children(recursive=True)]
        process.send_signal(number)
        process.wait(STOP_SECONDS)
        process.stdout.close()
        _gone, alive = psutil.wait_procs(family, timeout=5)
        return list(alive)

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the demo."""
        line = [sys.executable, "manage.py", *command]
        return subprocess.run(
            line, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True, check=False
        )

    def started_beside(self, port: int = 1) -> subprocess.CompletedProcess[str]:
        """Start another demo in the same folder, which is to end by itself."""
        line = [sys.executable, "-m", "hotline.demo", "--port", str(port)]
        return subprocess.run(
            line, cwd=BASE_DIR, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def tally(self) -> dict[str, object]:
        """Ask what became of the calls."""
        counted: dict[str, object] = json.loads(self.manage("tally", "--json").stdout)
        return counted


@pytest.fixture
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="demo", dir="/tmp"))
    demo = Demo(folder)
    yield demo
    if demo.process is not None and demo.process.poll() is None:
        demo.process.kill()
        demo.process.wait()
    shutil.rmtree(folder)


@pytest.mark.sweep
def test_the_demo_starts_takes_calls_keeps_its_data_and_stops_whole(demo: Demo) -> None:
    demo.start()
    said = "".join(demo.said)
    assert f"http://127.0.0.1:{demo.port}" in said
    assert "kurator" in said
    first = demo.tally()
    assert first["offered"] == sum(first["outcomes"].values()) + int(str(first["under_way"]))  # type: ignore[attr-defined]
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/healthz/") as answer:
        assert answer.status == 200
    second = demo.started_beside()
    assert (second.returncode, second.stdout) == (1, "")
    assert "A demo is running in this folder already" in second.stderr
    verified = demo.manage("verify_audit")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert demo.stop(signal.SIGINT) == []

    assert demo.tally() == first
    assert not list(Path(demo.environment["VAR_DIR"]).glob("postgres/postmaster.pid"))


def test_a_second_demo_on_a_taken_port_says_so_and_starts_nothing(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        done = demo.started_beside(demo.port)
    assert done.returncode == 1
    assert f"Port {demo.port} is taken" in done.stderr
    assert list(Path(demo.environment["VAR_DIR"]).iterdir()) == []
