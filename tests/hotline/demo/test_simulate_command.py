"""The command over real HTTP, as it runs beside the demo."""

import json
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.servers.basehttp import WSGIRequestHandler
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from hotline.calls.queries import tally
from hotline.demo import fake_calls_records
from tests.hotline.factories import make_counsellor, make_line, on_duty

DATABASES = ["default", "keys"]


@pytest.fixture(autouse=True)
def _nothing_stays_behind(settings: Settings) -> Iterator[None]:
    yield
    folder = Path(settings.VAR_DIR) / "run"
    if access := fake_calls_records.read_access(folder):
        fake_calls_records.withdraw_access(folder, access)


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    printed: dict[str, Any] = json.loads(out.getvalue())
    return printed


@pytest.fixture
def webhooks(settings: Settings, monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> str:
    """Serve the webhooks; the server sends its small writes at once, or each answer would take 80 ms."""
    settings.MIDDLEWARE = settings.WEBHOOK_MIDDLEWARE
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    return live_server.url


@pytest.mark.django_db(databases=DATABASES, transaction=True)
@pytest.mark.urls("hotline.webhook_urls")
def test_the_same_seed_adds_the_same_whatever_the_network_does(webhooks: str) -> None:
    line = make_line()
    make_line("+4620100202", mode="closed")
    on_duty(make_counsellor(), line)
    arguments = ("simulate_calls", "--base-url", webhooks, "--calls", "5", "--seed", "2")
    plain = run(*arguments)
    first = tally()
    faulty = run(*arguments, "--faults", "duplicate,shuffle,drop")
    assert tally().under_way > 0
    compared = run("reconcile_calls")
    second = tally()
    assert (compared["agrees"], compared["listed"]) == (True, 10)
    assert plain["calls"] == faulty["calls"]
    assert +Counter(first.outcomes) == Counter(plain["outcomes"])
    assert +(Counter(second.outcomes) - Counter(first.outcomes)) == Counter(plain["outcomes"])
    assert (second.offered, second.under_way, plain["under_way"]) == (10, 0, 0)
    assert run("tally") == {
        "offered": 10,
        "outcomes": second.outcomes,
        "under_way": 0,
        "duplicates_dropped": second.duplicates_dropped,
    }


def test_it_never_runs_among_real_calls(settings: Settings) -> None:
    settings.HOTLINE_TEST = settings.HOTLINE_DEMO = False
    with pytest.raises(CommandError, match="never among real ones"):
        run("simulate_calls", "--base-url", "http://127.0.0.1:1", "--calls", "1", "--seed", "1")


@pytest.mark.django_db(databases=DATABASES)
def test_a_server_that_is_not_there_stops_it_with_a_sentence() -> None:
    make_line()
    make_line("+4620100202", mode="closed")
    with pytest.raises(CommandError, match="The simulation stopped"):
        run("simulate_calls", "--base-url", "http://127.0.0.1:1", "--calls", "1", "--seed", "1")


@pytest.mark.parametrize("faults", ["lose", "shuffle,nonsense"])
def test_an_unknown_fault_is_named(faults: str) -> None:
    with pytest.raises(CommandError, match="Unknown faults"):
        run(
            "simulate_calls",
            "--base-url",
            "http://127.0.0.1:1",
            "--calls",
            "1",
            "--seed",
            "1",
            "--faults",
            faults,
        )
