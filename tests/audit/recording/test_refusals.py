"""Refused strangers are counted, not listed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError

from audit import refusals
from audit.actions import Action
from audit.models import Entry
from audit.refusals import MAX_KEPT, MAX_PER_MINUTE, RefusalCounter, source_prefix

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NINE = datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


def recorded() -> list[tuple[str, str, str, int]]:
    entries = Entry.objects.filter(action=Action.REQUESTS_REFUSED)
    return [
        (entry.subject_reference, entry.facts["reason"], entry.facts["minute"], entry.facts["times"])
        for entry in entries
    ]


def test_a_minute_a_reason_and_a_neighbourhood_make_one_entry(clock: time_machine.Traveller) -> None:
    counter = RefusalCounter()
    for last in range(200):
        counter.add(reason="signature", source=f"192.0.2.{last}")
    counter.add(reason="signature", source="198.51.100.7")
    counter.add(reason="account", source="192.0.2.1")
    clock.shift(timedelta(minutes=1))
    counter.add(reason="signature", source="192.0.2.1")

    assert counter.flush(everything=True) == 4

    minute, next_minute = "2026-11-22T09:00Z", "2026-11-22T09:01Z"
    assert sorted(recorded()) == [
        ("192.0.2.0/24", "account", minute, 1),
        ("192.0.2.0/24", "signature", minute, 200),
        ("192.0.2.0/24", "signature", next_minute, 1),
        ("198.51.100.0/24", "signature", minute, 1),
    ]


def test_only_finished_minutes_are_written_before_the_end(clock: time_machine.Traveller) -> None:
    counter = RefusalCounter()
    counter.add(reason="signature", source="192.0.2.1")

    assert counter.flush() == 0
    clock.shift(timedelta(minutes=1))
    assert counter.flush() == 1
    assert counter.flush(everything=True) == 0


def test_counting_never_touches_the_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        RefusalCounter().add(reason="signature", source="192.0.2.1")


def test_strangers_cannot_fill_the_trail(clock: time_machine.Traveller) -> None:
    counter = RefusalCounter()
    strangers = 5 * MAX_PER_MINUTE
    for number in range(strangers):
        counter.add(reason="signature", source=f"2001:db8:{number:x}::1")

    assert counter.flush(everything=True) == MAX_PER_MINUTE + 1

    assert ("various", "various", "2026-11-22T09:00Z", strangers - MAX_PER_MINUTE) in recorded()
    assert sum(times for *_rest, times in recorded()) == strangers


def test_memory_is_bounded_while_the_database_is_away(clock: time_machine.Traveller) -> None:
    counter = RefusalCounter()
    minutes = 2 * MAX_KEPT // MAX_PER_MINUTE
    for _minute in range(minutes):
        for number in range(MAX_PER_MINUTE):
            counter.add(reason="signature", source=f"2001:db8:{number:x}::1")
        clock.shift(timedelta(minutes=1))

    assert len(counter._counts) == MAX_KEPT + 1
    assert sum(counter._counts.values()) == minutes * MAX_PER_MINUTE


def test_what_could_not_be_written_is_kept_and_written_once(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counter = RefusalCounter()
    for source in ("192.0.2.1", "198.51.100.1", "203.0.113.1"):
        counter.add(reason="signature", source=source)
    real, calls = refusals._record, list[object]()

    def away_at_the_second(bucket: refusals.Bucket, times: int) -> None:
        calls.append(bucket)
        if len(calls) == 2:
            raise OperationalError
        real(bucket, times)

    monkeypatch.setattr(refusals, "_record", away_at_the_second)

    assert counter.flush(everything=True) == 1
    counter.add(reason="signature", source="198.51.100.1")
    assert counter.flush(everything=True) == 2

    assert sorted((source, times) for source, _reason, _minute, times in recorded()) == [
        ("192.0.2.0/24", 1),
        ("198.51.100.0/24", 2),
        ("203.0.113.0/24", 1),
    ]
    assert "kept for the next try" in caplog.text


def test_the_shared_counter_counts_and_flushes() -> None:
    refusals.count_refusal(reason="signature", source="192.0.2.1")

    assert refusals.flush() >= 1
    assert ("192.0.2.0/24", "signature") in [each[:2] for each in recorded()]


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        (" 192.0.2.77 ", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("x" * 5000, "unknown"),
    ],
)
def test_a_source_is_coarsened_to_its_neighbourhood(source: str, prefix: str) -> None:
    assert source_prefix(source) == prefix
