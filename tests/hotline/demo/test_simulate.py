"""Simulated callers against the real intake: whatever the network does, the tally is the truth."""

from collections import Counter
from dataclasses import dataclass

import pytest
from django.test import override_settings
from pytest_django import Settings

from hotline.calls.models import Call, IntakeCount
from hotline.calls.queries import Tally, tally
from hotline.demo.simulate import Report
from hotline.demo.simulate_lives import Intent, lives
from hotline.lines.models import Duty, Line
from tests.hotline.demo.calling import (
    CALLERS,
    SEED,
    forget_lines,
    let_call,
    make_open_line,
    outcomes_of,
)
from tests.hotline.factories import make_counsellor, on_duty
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KEPT_S = 60.0


@dataclass(frozen=True)
class Lived:
    """A first run over a good network, and what was counted of it."""

    line: Line
    report: Report
    counted: Tally


@pytest.fixture(scope="module")
def first_run(world: World) -> Lived:
    return world.make(live_once)


def live_once() -> Lived:
    line = make_open_line()
    for name in ("alice", "bob"):
        on_duty(make_counsellor(name, f"+4684650040{len(name)}"), line)
    make_counsellor("charlie", "+46846500409")
    with override_settings(LINES_KEPT_S=KEPT_S), pytest.MonkeyPatch.context() as patch:
        forget_lines(patch)
        report = let_call(line)
    return Lived(line, report, tally())


@pytest.fixture
def plain(first_run: Lived) -> Lived:
    return copied(first_run)


@pytest.fixture(autouse=True)
def _lines_are_kept_in_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when serving; what another test's lines were is forgotten."""
    settings.LINES_KEPT_S = KEPT_S
    forget_lines(monkeypatch)


def test_every_caller_is_accounted_for_as_they_experienced_it(plain: Lived) -> None:
    counted = plain.counted
    assert {life.intent for life in lives(calls=CALLERS, seed=SEED, run="any")} == set(Intent)
    assert +Counter(counted.outcomes) == outcomes_of(plain.report)
    assert (counted.offered, counted.under_way, counted.duplicates_dropped) == (CALLERS, 0, 0)
    assert counted.offered == sum(counted.outcomes.values()) + counted.under_way
    assert set(outcomes_of(plain.report)) == {
        "answered",
        "abandoned",
        "callback_requested",
        "no_answer",
        "outside_hours",
    }


def test_neither_a_bad_network_nor_more_to_choose_changes_an_outcome(
    plain: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = let_call(plain.line, name="faulty", faults="duplicate,shuffle")
    assert faulty.calls == plain.report.calls
    assert +(Counter(tally().outcomes) - Counter(plain.counted.outcomes)) == outcomes_of(faulty)
    assert faulty.sent - plain.report.sent == tally().duplicates_dropped > 8

    Line.objects.filter(pk=plain.line.pk).update(other_languages=["en"], asks_who_calls=True)
    plain.line.refresh_from_db()
    forget_lines(monkeypatch)
    before = Counter(tally().outcomes)
    choosing = let_call(plain.line, name="choosing", faults="duplicate,shuffle")
    assert choosing.calls == plain.report.calls
    assert +(Counter(tally().outcomes) - before) == outcomes_of(choosing)
    assert set(Call.objects.values_list("language", flat=True)) == {None, "sv", "en"}
    assert set(Call.objects.values_list("caller_kind", flat=True)) == {None, "private", "professional"}

    assert set(IntakeCount.objects.values_list("kind", flat=True)) == {"duplicate"}
    assert {duty.user.username for duty in Duty.objects.filter(until=None)} == {"alice", "bob"}
    assert not Duty.objects.filter(user__username="charlie").exists()


def test_the_same_run_sent_again_adds_nothing(plain: Lived) -> None:
    let_call(plain.line)
    assert (tally().offered, tally().outcomes) == (plain.counted.offered, plain.counted.outcomes)
    assert tally().duplicates_dropped > plain.counted.duplicates_dropped
