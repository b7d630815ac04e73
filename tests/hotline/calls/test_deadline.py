"""A database that is frozen or gone: callers are answered within a second, and nothing they were promised is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from audit.context import system_actor
from cases.vault.pseudonyms import forget_period_keys
from hotline.calls import callbacks, serving, snapshot, spool
from hotline.calls.models import Call, CallBack, CallEvent
from hotline.calls.provisions import lay_in
from hotline.calls.replay import replay_spool
from hotline.embedded import base
from tests.databases import host
from tests.hotline.calls.gate import Gate
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import CALLER, make_line

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.urls("hotline.webhook_urls"),
]
ANSWERED_WITHIN_S = 1.0
WORKER = system_actor("spool")


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[dict[str, Gate]]:
    """Serve as in production, behind a gate before each database; the test's own connections pass beside them."""
    make_line()
    forget_period_keys()
    snapshot.forget()
    lay_in()
    settings.MIDDLEWARE = settings.WEBHOOK_MIDDLEWARE
    settings.WEBHOOK_DEADLINE_S = 0.7
    monkeypatch.setattr(serving, "CALLS", serving.Way(4))
    monkeypatch.setattr(serving, "KEYS", serving.Way(2))
    with Gate(host()) as default, Gate(host()) as keys:
        both = {"default": default, "keys": keys}
        monkeypatch.setattr(
            base.DatabaseWrapper, "get_connection_params", _through(both, base.DatabaseWrapper)
        )
        yield both


def _through(gates: dict[str, Gate], wrapper: type[base.DatabaseWrapper]) -> object:
    real = wrapper.get_connection_params

    def parameters(self: base.DatabaseWrapper) -> dict[str, object]:
        return real(self) | {"host": str(gates[self.alias].folder)}

    return parameters


def call(client: Client, number: int = 0) -> Caller:
    return Caller(client, sid=f"CA{number:032d}")


def timed(caller: Caller, where: str) -> float:
    begun = time.monotonic()
    caller.send(where, CallStatus="ringing")
    return time.monotonic() - begun


def wait_until_closed(way: serving.Way) -> None:
    deadline = time.monotonic() + 5
    while way.breaker.is_open:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_frozen_database_keeps_no_caller_waiting_and_loses_nothing(
    client: Client, gates: dict[str, Gate], settings: Settings
) -> None:
    call(client, 0).send("voice/", CallStatus="ringing")
    assert Call.objects.count() == 1
    gates["default"].freeze()
    assert timed(call(client, 1), "voice/") < ANSWERED_WITHIN_S
    settings.WEBHOOK_DEADLINE_S = 0.1
    for number in (2, 3):
        call(client, number).send("voice/", CallStatus="ringing")
    assert serving.CALLS.breaker.is_open
    caller = call(client, 4)
    assert timed(caller, "voice/") < 0.1
    assert "1 1 2" in said(caller.last)
    assert "Välkommen" in said(caller.last)
    thanks = caller.send(found(caller.last, "Gather").attrib["action"], Digits="1")
    assert "ringer upp" in said(thanks)
    gates["default"].thaw()
    wait_until_closed(serving.CALLS)
    assert timed(call(client, 5), "voice/") < ANSWERED_WITHIN_S
    assert replay_spool(actor=WORKER) > 0
    assert Call.objects.count() == 6
    assert CallEvent.objects.filter(kind="offered").count() == 6
    asked = CallBack.objects.get()
    assert (asked.state, callbacks.number_of(asked)) == ("requested", CALLER)
    assert Call.objects.get(call_back=asked).callback_requested_at is not None
    assert Call.objects.filter(fingerprint=None).count() == 0
    assert len(set(Call.objects.values_list("fingerprint", flat=True))) == 1


def test_a_broken_connection_is_replaced_without_the_caller_noticing(
    client: Client, gates: dict[str, Gate]
) -> None:
    call(client, 0).send("voice/", CallStatus="ringing")
    gates["default"].cut()
    gates["default"].mend()
    call(client, 1).send("voice/", CallStatus="ringing")
    assert Call.objects.count() == 2
    assert spool.waiting() == 0


def test_with_both_databases_gone_callers_are_known_again_afterwards(
    client: Client, gates: dict[str, Gate]
) -> None:
    call(client, 0).send("voice/", CallStatus="ringing")
    for gate in gates.values():
        gate.cut()
    for number in range(1, 6):
        call(client, number).send("voice/", CallStatus="ringing")
    assert serving.CALLS.breaker.is_open
    for gate in gates.values():
        gate.mend()
    assert replay_spool(actor=WORKER) == 10
    assert Call.objects.count() == 6
    assert len(set(Call.objects.values_list("fingerprint", flat=True))) == 1


def test_frozen_keys_leave_calls_alone_and_a_call_back_waits_sealed(
    client: Client, gates: dict[str, Gate], settings: Settings, tmp_path: Path
) -> None:
    settings.WEBHOOK_DEADLINE_S = 0.3
    caller = call(client, 0)
    gates["keys"].freeze()
    caller.send("voice/", CallStatus="ringing")
    assert Call.objects.get().fingerprint is not None
    assert "ringer upp" in said(caller.send("callback/?part=choice", Digits="1"))
    (waiting,) = Path(settings.SPOOL_DIR).glob("*.spool")
    assert b"701740605" not in waiting.read_bytes()
    gates["keys"].thaw()
    replay_spool(actor=WORKER)
    assert callbacks.number_of(CallBack.objects.get()) == CALLER
    assert Call.objects.get().state == "in_menu"
