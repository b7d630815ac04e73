"""Simulated callers where nobody has been called before: without any counsellor, and as a history."""

from collections import Counter
from datetime import timedelta

import pytest
from pytest_django import Settings

from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack
from hotline.calls.queries import tally
from hotline.demo.simulate import Lines, history
from hotline.demo.simulate_lives import FICTITIOUS
from hotline.lines.models import Line
from tests.hotline.demo.calling import (
    CLOSED_NUMBER,
    NOON,
    forget_lines,
    let_call,
    make_open_line,
    outcomes_of,
)
from tests.hotline.factories import make_counsellor, on_duty

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _lines_are_kept_in_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when serving; what another test's lines were is forgotten."""
    settings.LINES_KEPT_S = 60.0
    forget_lines(monkeypatch)


@pytest.fixture
def open_line() -> Line:
    return make_open_line()


def test_without_any_counsellor_the_truth_is_what_the_callers_experienced(open_line: Line) -> None:
    report = let_call(open_line)
    assert outcomes_of(report)["answered"] == 0
    assert outcomes_of(report)["no_answer"] > 2
    assert +Counter(tally().outcomes) == outcomes_of(report)

    asked = CallBack.objects.filter(state="requested")
    assert asked.count() == outcomes_of(report)["callback_requested"]
    assert asked.filter(call__withheld=True).exists()
    stored = str(list(CallBack.objects.values())) + str(list(Call.objects.values()))
    assert not any(number[3:] in stored for number in FICTITIOUS)


def test_history_is_taken_in_with_its_own_times(open_line: Line) -> None:
    duty = on_duty(make_counsellor(), open_line)
    lines = Lines(open=open_line.number, closed=CLOSED_NUMBER)
    told = list(history(days=28, seed=3, until=NOON, lines=lines, duties=[duty.id]))
    for event in (event for call in told for event in call):
        assert event.at is not None
        ingest_event(event, received_at=event.at)
    counted = tally()
    assert (counted.offered, counted.under_way) == (len(told), 0)
    assert counted.outcomes["answered"] > 20
    oldest = Call.objects.earliest("offered_at")
    assert NOON - timedelta(days=29) < oldest.offered_at < NOON - timedelta(days=27)
    assert oldest.fingerprint is None
    assert Call.objects.filter(outcome="answered", accepted_by__username="alice").exists()
