"""Simulated callers against the real intake: whatever the network does, the tally is the truth."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack, IntakeCount
from hotline.calls.queries import tally
from hotline.demo.simulate import Lines, Report, Run, history, simulate
from hotline.demo.simulate_lives import FICTITIOUS
from hotline.demo.simulate_staff import staffed
from hotline.demo.simulate_transport import InProcessTransport, Signer
from hotline.lines import diversions, hours
from hotline.lines.kept import Kept
from hotline.lines.models import Duty, Line
from hotline.webhook_wsgi import get_webhook_application
from tests.hotline.factories import make_counsellor, make_line, on_duty

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
CLOSED_NUMBER = "+4620100202"


@pytest.fixture(autouse=True)
def _lines_are_kept_in_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when serving; what another test's lines were is forgotten."""
    settings.LINES_KEPT_S = 60.0
    forget_lines(monkeypatch)


def forget_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "_kept", Kept(hours._read_plan))
    monkeypatch.setattr(diversions, "_of_day", Kept(diversions._read_day))


@pytest.fixture
def open_line() -> Line:
    make_line(CLOSED_NUMBER, mode="closed")
    return make_line()


def let_call(
    open_line: Line, *, faults: str = "", seed: int = 16, calls: int = 16, name: str = "first"
) -> Report:
    transport = InProcessTransport(get_webhook_application(), Signer(32 * "1"), NOON)
    run = Run(calls=calls, seed=seed, name=name, faults=frozenset(faults.split(",")) - {""})
    with staffed(open_line) as staff:
        lines = Lines(open=open_line.number, closed=CLOSED_NUMBER)
        return simulate(
            run, transport=transport, lines=lines, before_each=lambda: staff.ready(transport.clock)
        )


def outcomes_of(report: Report) -> Counter[str]:
    return Counter(outcome for _number, outcome in report.calls)


def test_every_caller_is_accounted_for_as_they_experienced_it(open_line: Line) -> None:
    for name in ("alice", "bob"):
        on_duty(make_counsellor(name, f"+4684650040{len(name)}"), open_line)
    report = let_call(open_line, calls=24)
    counted = tally()
    assert +Counter(counted.outcomes) == outcomes_of(report)
    assert (counted.offered, counted.under_way, counted.duplicates_dropped) == (24, 0, 0)
    assert counted.offered == sum(counted.outcomes.values()) + counted.under_way
    assert set(outcomes_of(report)) == {
        "answered",
        "abandoned",
        "callback_requested",
        "no_answer",
        "outside_hours",
    }


def test_neither_a_bad_network_nor_more_to_choose_changes_an_outcome(
    open_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = make_counsellor("alice"), make_counsellor("bob", "+46846500402")
    on_duty(alice, open_line)
    plain = let_call(open_line, name="plain")
    before = Counter(tally().outcomes)

    faulty = let_call(open_line, name="faulty", faults="duplicate,shuffle")
    assert faulty.calls == plain.calls
    assert +(Counter(tally().outcomes) - before) == outcomes_of(faulty)
    assert faulty.sent - plain.sent == tally().duplicates_dropped > 8

    Line.objects.filter(pk=open_line.pk).update(other_languages=["en"], asks_who_calls=True)
    open_line.refresh_from_db()
    forget_lines(monkeypatch)
    before = Counter(tally().outcomes)
    choosing = let_call(open_line, name="choosing", faults="duplicate,shuffle")
    assert choosing.calls == plain.calls
    assert +(Counter(tally().outcomes) - before) == outcomes_of(choosing)
    assert set(Call.objects.values_list("language", flat=True)) == {None, "sv", "en"}
    assert set(Call.objects.values_list("caller_kind", flat=True)) == {None, "private", "professional"}

    assert set(IntakeCount.objects.values_list("kind", flat=True)) == {"duplicate"}
    assert [duty.user for duty in Duty.objects.filter(until=None)] == [alice]
    assert not Duty.objects.filter(user=bob).exists()


def test_the_same_run_sent_again_adds_nothing(open_line: Line) -> None:
    on_duty(make_counsellor(), open_line)
    let_call(open_line, calls=8)
    before = tally()
    let_call(open_line, calls=8)
    assert (tally().offered, tally().outcomes) == (before.offered, before.outcomes)
    assert tally().duplicates_dropped > before.duplicates_dropped


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
    told = list(history(days=40, seed=3, until=NOON, lines=lines, duties=[duty.id]))
    for event in (event for call in told for event in call):
        assert event.at is not None
        ingest_event(event, received_at=event.at)
    counted = tally()
    assert (counted.offered, counted.under_way) == (len(told), 0)
    assert counted.outcomes["answered"] > 20
    oldest = Call.objects.earliest("offered_at")
    assert NOON - timedelta(days=41) < oldest.offered_at < NOON - timedelta(days=39)
    assert oldest.fingerprint is None
    assert Call.objects.filter(outcome="answered", accepted_by__username="alice").exists()
