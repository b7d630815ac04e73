"""Simulated callers in this process, on one line that is open and one that is closed."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from hotline.demo.simulate import Lines, Report, Run, simulate
from hotline.demo.simulate_staff import staffed
from hotline.demo.simulate_transport import InProcessTransport, Signer
from hotline.lines import diversions, hours
from hotline.lines.kept import Kept
from hotline.lines.models import Line
from hotline.webhook_wsgi import get_webhook_application
from tests.hotline.factories import make_line

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLOSED_NUMBER = "+4620100202"
# Few callers, and yet every intent, one who calls again, and of those who want to be called back one who withholds
# the number and one who does not, and one who first keys too little.
CALLERS, SEED = 12, 1531


def make_open_line() -> Line:
    """Make the two lines that are called; gives the open one."""
    make_line(CLOSED_NUMBER, mode="closed")
    return make_line()


def forget_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the lines were, as when what is kept in memory has become old."""
    monkeypatch.setattr(hours, "_kept", Kept(hours._read_plan))
    monkeypatch.setattr(diversions, "_of_day", Kept(diversions._read_day))


def let_call(
    open_line: Line,
    *,
    faults: str = "",
    name: str = "first",
    begin: datetime = NOON,
) -> Report:
    """Let the callers live through their calls."""
    transport = InProcessTransport(get_webhook_application(), Signer(32 * "1"), begin)
    run = Run(calls=CALLERS, seed=SEED, name=name, faults=frozenset(faults.split(",")) - {""})
    with staffed(open_line) as staff:
        lines = Lines(open=open_line.number, closed=CLOSED_NUMBER)
        return simulate(
            run, transport=transport, lines=lines, before_each=lambda: staff.ready(transport.clock)
        )


def outcomes_of(report: Report) -> Counter[str]:
    """Count what the callers experienced."""
    return Counter(outcome for _number, outcome in report.calls)
