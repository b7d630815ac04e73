"""A call-back asked for while the databases are away: sealed for the worker, promised only where it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.context import system_actor
from cases.vault.pseudonyms import forget_period_keys, warm_period_keys
from hotline.calls import callbacks, lost, snapshot, spool, steps
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack, CallEvent, IntakeCount, Reconciliation
from hotline.calls.replay import replay_spool
from hotline.operations import health
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import CALLER, make_line

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.urls("hotline.webhook_urls"),
]
KEYED = "+46846500499"
WORKER = system_actor("spool")


class Away:
    """A main database that is away while `is_so`."""

    is_so = True


@pytest.fixture(autouse=True)
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    make_line()
    forget_period_keys()
    warm_period_keys()
    snapshot.take_snapshot()
    state, real = Away(), ingest_event

    def fail(*args: object, **kwargs: object) -> object:
        if state.is_so:
            raise OperationalError
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(steps, "ingest_event", fail)
    return state


@pytest.fixture
def _nothing_lost_before() -> Iterator[None]:
    lost._lost.clear()
    yield
    lost._lost.clear()


def test_a_number_keyed_in_travels_sealed_and_is_kept_once_it_is_confirmed(client: Client) -> None:
    caller = Caller(client, number="anonymous")
    caller.send("voice/", CallStatus="ringing")
    ask = found(caller.last, "Gather").attrib["action"]
    read_back = caller.send(ask, Digits="0846500499")
    address = found(read_back, "Gather").attrib["action"]
    assert "4 6 5 0 0 4 9 9" in said(read_back)
    assert "46500499" not in address
    assert "ringer upp" in said(caller.send(address, Digits="1"))
    replay_spool(actor=WORKER)
    asked = CallBack.objects.get()
    assert (asked.state, callbacks.number_of(asked)) == ("requested", KEYED)


def test_a_number_keyed_in_is_kept_though_the_database_is_back_before_it_is_confirmed(
    client: Client, away: Away
) -> None:
    caller = Caller(client, number="anonymous")
    read_back = caller.send("callback/?part=keyed", Digits="0846500499")
    away.is_so = False
    assert "ringer upp" in said(caller.send(found(read_back, "Gather").attrib["action"], Digits="1"))
    replay_spool(actor=WORKER)
    assert callbacks.number_of(CallBack.objects.get()) == KEYED


def test_a_number_keyed_in_before_the_database_went_away_is_confirmed_afterwards(
    client: Client, away: Away
) -> None:
    caller = Caller(client, number="anonymous")
    away.is_so = False
    read_back = caller.send("callback/?part=keyed", Digits="0846500499")
    away.is_so = True
    assert "ringer upp" in said(caller.send(found(read_back, "Gather").attrib["action"], Digits="1"))
    assert CallBack.objects.get().state == "keyed"
    replay_spool(actor=WORKER)
    assert CallBack.objects.get().state == "requested"


def test_a_number_that_is_not_confirmed_is_never_kept(client: Client) -> None:
    caller = Caller(client, number="anonymous")
    read_back = caller.send("callback/?part=keyed", Digits="0846500499")
    caller.send(found(read_back, "Gather").attrib["action"], Digits="2")
    replay_spool(actor=WORKER)
    assert not CallBack.objects.exists()


def test_nonsense_in_the_place_of_a_box_is_set_aside_and_raises_the_alarm(client: Client) -> None:
    Caller(client).send("callback/?part=read_back&b=AAAA", Digits="1")
    replay_spool(actor=WORKER)
    assert not CallBack.objects.exists()
    assert spool.damaged() == 1
    assert not health.spool_empty()


def test_asked_twice_and_replayed_twice_it_is_one_call_back(client: Client, away: Away) -> None:
    caller = Caller(client)
    caller.send("callback/?part=choice", Digits="1")
    (waiting,) = Path(project.SPOOL_DIR).glob("*.spool")
    content = waiting.read_bytes()
    away.is_so = False
    caller.send("callback/?part=choice", Digits="1")
    replay_spool(actor=WORKER)
    waiting.write_bytes(content)
    replay_spool(actor=WORKER)
    assert callbacks.number_of(CallBack.objects.get()) == CALLER
    assert CallEvent.objects.filter(kind="callback_requested").count() == 1


def test_without_the_workers_key_the_call_is_taken_in_and_its_call_back_goes_on_waiting(
    client: Client, settings: Settings
) -> None:
    Caller(client).send("callback/?part=choice", Digits="1")
    with_key, settings.SPOOL_PRIVATE_KEY_BYTES = settings.SPOOL_PRIVATE_KEY_BYTES, None
    for _each in range(2):
        replay_spool(actor=WORKER)
    assert Call.objects.count() == 1
    assert (CallBack.objects.count(), spool.waiting()) == (0, 1)
    assert not IntakeCount.objects.filter(kind="duplicate").exists()
    settings.SPOOL_PRIVATE_KEY_BYTES = with_key
    replay_spool(actor=WORKER)
    assert (CallBack.objects.count(), spool.waiting()) == (1, 0)


def test_without_a_public_key_nothing_is_promised(client: Client, settings: Settings) -> None:
    settings.SPOOL_PUBLIC_KEY_BYTES = None
    assert "ringer upp" not in said(Caller(client).send("callback/?part=choice", Digits="1"))


def test_wishes_that_cannot_be_noted_end_the_call_kindly(client: Client) -> None:
    for part in ("slot", "seen"):
        assert Caller(client).send(f"callback/?part={part}", Digits="1")[-1].tag == "Hangup"


@pytest.mark.usefixtures("_nothing_lost_before")
def test_what_could_not_be_kept_is_counted_and_told_until_the_provider_was_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MAX_FOLDER", -1)
    Caller(client).send("status/", 204, CallStatus="completed")
    assert (lost.lost(), health.nothing_lost()) == (1, True)
    lost.write_lost()
    assert (lost.lost(), health.nothing_lost()) == (0, False)
    assert IntakeCount.objects.get(kind="lost").n == 1
    tomorrow = timezone.now() + timedelta(days=1)
    Reconciliation.objects.create(
        provider="twilio", since=timezone.now(), until=tomorrow, at=tomorrow, is_whole=True
    )
    assert health.nothing_lost()


@pytest.mark.usefixtures("_nothing_lost_before")
def test_a_count_that_cannot_be_written_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    lost.count_lost(3)
    monkeypatch.setattr(lost, "count_intake", fail)
    with pytest.raises(OperationalError):
        lost.write_lost()
    assert lost.lost() == 3


def test_answering_without_a_database_shows_in_readiness_for_a_minute(client: Client) -> None:
    assert health.calls_served()
    Caller(client).send("voice/", CallStatus="ringing")
    assert not health.calls_served()
