"""The loop around the passes."""

import logging
import os
import signal
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError

from audit import sealing_loop
from audit.sequencer import HeadNotReproduced, SealResult, Sequencer


class Passes:
    """What each pass of a simulated sequencer does; after the last one the loop is told to stop."""

    def __init__(self, *steps: Exception | int) -> None:
        self.steps = list(steps)
        self.stop = threading.Event()
        self.done = 0

    def seal(self) -> SealResult:
        step = self.steps[self.done]
        self.done += 1
        if self.done == len(self.steps):
            self.stop.set()
        if isinstance(step, Exception):
            raise step
        return SealResult(generation=1, size=step, root=b"", sealed=step)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing_loop, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(sealing_loop, "SECONDS_AFTER_TROUBLE", 0)


def test_the_loop_outlives_every_trouble(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    passes = Passes(1, OperationalError("gone"), HeadNotReproduced(), OSError("disk full"), 2)
    asked: list[bool] = []
    monkeypatch.setattr(Sequencer, "seal", lambda _sequencer: passes.seal())

    def lead() -> bool:
        asked.append(True)
        return True

    monkeypatch.setattr(sealing_loop, "try_to_lead", lead)
    monkeypatch.setattr("audit.sealing_loop.connection.close", lambda: None)
    caplog.set_level(logging.INFO)

    sealing_loop.run(passes.stop)

    assert passes.done == 5
    assert len(asked) == 2, "the lead is asked for again after the session was lost"
    assert "The database is away" in caplog.text
    assert "Sealing has stopped: The sealed leaves do not add up" in caplog.text
    assert "Sealed 2 entries, now 2" in caplog.text


def test_a_loop_that_does_not_lead_stands_by(monkeypatch: pytest.MonkeyPatch) -> None:
    passes, asked = Passes(1), list[None]()
    monkeypatch.setattr(Sequencer, "seal", lambda _sequencer: passes.seal())

    def third_time_lucky() -> bool:
        asked.append(None)
        return len(asked) == 3

    monkeypatch.setattr(sealing_loop, "try_to_lead", third_time_lucky)

    sealing_loop.run(passes.stop)

    assert (len(asked), passes.done) == (3, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_on_either_signal_even_where_it_was_ignored(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended: list[bool] = []

    def loop(stop: threading.Event) -> None:
        os.kill(os.getpid(), number)
        ended.append(stop.wait(10))

    monkeypatch.setattr("audit.management.commands.run_sequencer.run", loop)
    try:
        call_command("run_sequencer")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

    assert ended == [True]
