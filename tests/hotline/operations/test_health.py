from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit import state
from hotline.operations import health
from hotline.operations.heartbeat import beat, sweep
from hotline.people.models import SharedValue


def test_health_is_told_without_touching_any_database(client: Client) -> None:
    page = client.get("/healthz/")

    assert (page.status_code, page.content) == (200, b"ok")


@pytest.mark.django_db(databases=["default", "keys"])
def test_readiness_names_each_part_and_nothing_more(client: Client) -> None:
    page = client.get("/readyz/")

    assert page.status_code == 503
    assert set(page.json()) == set(health.CHECKS)
    assert set(page.json().values()) <= {"ok", "failing"}
    assert page.json()["database"] == page.json()["keys"] == page.json()["keyring"] == "ok"


@pytest.mark.django_db(databases=["default", "keys"])
def test_when_every_part_is_ready_so_is_the_house(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {"database": lambda: True, "keys": lambda: True})

    assert client.get("/readyz/").status_code == 200


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_part_that_breaks_is_failing_and_its_words_stay_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> bool:
        message = "password authentication failed for user hotline_web"
        raise OperationalError(message)

    monkeypatch.setattr(health, "CHECKS", {"database": broken})
    page = client.get("/readyz/")

    assert (page.status_code, page.json()) == (503, {"database": "failing"})


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_worker_counts_as_alive_for_three_minutes_after_its_last_job() -> None:
    assert not health.worker()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        beat(timestamp=0)
        assert health.worker()
        clock.shift(timedelta(minutes=4))
        assert not health.worker()


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_sequencer_that_has_stopped_or_raised_an_alarm_is_failing(settings: Settings) -> None:
    settings.AUDIT_CHECKPOINT_DIR.mkdir(parents=True)
    now = timezone.now()

    state.save(settings.AUDIT_CHECKPOINT_DIR, state.SequencerState(confirmed_at=now))
    assert health.checkpoint()
    assert health.sequencer()

    state.save(settings.AUDIT_CHECKPOINT_DIR, state.SequencerState(confirmed_at=now, alarm="stopped"))
    assert not health.sequencer()

    state.save(settings.AUDIT_CHECKPOINT_DIR, state.SequencerState(confirmed_at=now - timedelta(minutes=2)))
    assert not health.checkpoint()


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_sweep_takes_what_is_over_and_leaves_the_rest() -> None:
    SharedValue.objects.create(key="over", content=1, expires_at=timezone.now() - timedelta(seconds=1))
    SharedValue.objects.create(key="live", content=1, expires_at=timezone.now() + timedelta(hours=1))

    sweep(timestamp=0)

    assert list(SharedValue.objects.values_list("key", flat=True)) == ["live"]
