"""When the database is away: callers are answered, events wait on disk, and coming back loses and doubles nothing."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DataError, OperationalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from audit.context import system_actor
from audit.models import Entry
from cases.vault.pseudonyms import forget_period_keys, warm_period_keys
from hotline.calls import snapshot, spool, steps
from hotline.calls.intake import ingest_minimised
from hotline.calls.minimise import Minimised, from_memory, minimise
from hotline.calls.models import Call, CallEvent
from hotline.calls.replay import replay_spool
from hotline.calls.waiting import Waiting, decode, encode
from hotline.telephony.events import Kind
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import event, make_line

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.urls("hotline.webhook_urls"),
]
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
WORKER = system_actor("spool")


@pytest.fixture(autouse=True)
def _in_memory(db: None) -> None:
    """Have the keys of this test's database in memory, as a process that has served for a while does."""
    forget_period_keys()
    warm_period_keys()
    snapshot.forget()


@pytest.fixture
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        message = "connection to +46701740605 failed"
        raise OperationalError(message)

    monkeypatch.setattr(steps, "ingest_event", fail)


def files() -> list[Path]:
    kinds = (".spool", ".replaying", ".damaged")
    return sorted(path for path in Path(settings.SPOOL_DIR).iterdir() if path.suffix in kinds)


def minimised(
    kind: Kind = Kind.OFFERED, call_id: str = "CAone", seconds: int = 0, **facts: object
) -> Minimised:
    return minimise(event(kind, call_id=call_id, **facts), received_at=NOON + timedelta(seconds=seconds))  # type: ignore[arg-type]


@pytest.mark.usefixtures("_no_database")
def test_a_caller_is_answered_although_the_database_is_away(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caller = Caller(client)
    document = caller.send("voice/", CallStatus="ringing")
    assert "1 1 2" in said(document)
    assert found(document, "Gather").attrib["action"].endswith("/callback/?part=choice")
    assert "701740605" not in caplog.text
    assert "OperationalError" in caplog.text


@pytest.mark.usefixtures("_no_database")
def test_every_step_has_an_answer_without_a_database(client: Client) -> None:
    caller = Caller(client)
    assert found(caller.send("wait/"), "Leave") is not None
    assert found(caller.send("queue/", QueueResult="leave"), "Gather") is not None
    assert found(caller.send("dial/", DialCallStatus="no-answer"), "Gather") is not None
    assert caller.send("dial/", DialCallStatus="completed", DialBridged="true")[-1].tag == "Hangup"
    assert found(caller.leg("screen/"), "Gather") is not None
    assert len(caller.leg("screen/", Digits="1")) == 0
    assert found(caller.send("callback/"), "Gather") is not None
    thanks = caller.send("callback/?part=choice", Digits="1")
    assert thanks.find("Gather") is None
    caller.send("status/", 204, CallStatus="completed")


@pytest.mark.usefixtures("_no_database")
def test_what_waits_on_disk_holds_neither_number_nor_call_id_and_is_ours_alone(client: Client) -> None:
    Caller(client).send("voice/")
    (path,) = files()
    content = path.read_bytes()
    assert b"70174" not in content
    assert b"CAaaa" not in content
    assert b'"fingerprint":"' in content
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_replay_makes_the_call_that_would_have_been(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_line()
    caller = Caller(client)
    with monkeypatch.context() as broken:
        broken.setattr(steps, "ingest_event", None)
        caller.send("voice/")
        caller.send("status/", 204, CallStatus="completed", CallDuration="7")
    assert not Call.objects.exists()
    assert replay_spool(actor=WORKER) == 3
    call = Call.objects.get()
    assert (call.outcome, call.duration_s, call.fingerprint is None) == ("no_answer", 7, False)
    assert files() == []
    assert Entry.objects.get(action="call:spool:replayed").facts == {"events": 3}
    assert replay_spool(actor=WORKER) == 0


def test_an_event_that_was_committed_after_all_is_not_doubled() -> None:
    make_line()
    waiting = minimised()
    spool.append(waiting)
    ingest_minimised(waiting)
    spool.append(minimised(Kind.ENDED, ended=True, seconds=5))
    assert replay_spool(actor=WORKER) == 2
    assert (Call.objects.count(), CallEvent.objects.count()) == (1, 2)


def test_a_replay_that_is_cut_off_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make_line()
    for number in range(5):
        spool.append(minimised(call_id=f"CA{number}"))
    taken: list[Minimised] = []

    def fail_at_the_third(each: Minimised) -> None:
        taken.append(each)
        if len(taken) == 3:
            raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(spool, "ingest_minimised", fail_at_the_third)
        with pytest.raises(OperationalError):
            replay_spool(actor=WORKER)
    spool.append(minimised(call_id="CA5"))
    assert spool.waiting() == 2
    assert replay_spool(actor=WORKER) == 6
    assert Call.objects.count() == 6


def test_a_second_replay_never_takes_the_place_of_one_that_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A long replay is overtaken by the next minute's; then both are cut off."""
    make_line()
    spool.append(minimised(call_id="CA1"))
    taken: list[Minimised] = []

    def fail_after_the_next_replay_has_failed(each: Minimised) -> None:
        taken.append(each)
        if len(taken) == 1:
            spool.append(minimised(call_id="CA2"))
            later = next(path for path in files() if path.suffix == ".spool")
            with pytest.raises(OperationalError):
                spool._replay_file(later)
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(spool, "ingest_minimised", fail_after_the_next_replay_has_failed)
        with pytest.raises(OperationalError):
            replay_spool(actor=WORKER)
    assert replay_spool(actor=WORKER) == 2
    assert Call.objects.count() == 2


def test_an_event_that_cannot_be_taken_in_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_line()
    for number in range(3):
        spool.append(minimised(call_id=f"CA{number}"))
    poison = minimised(call_id="CA0").event_key

    def refuse_one(each: Minimised) -> None:
        if each.event_key == poison:
            raise DataError
        ingest_minimised(each)

    monkeypatch.setattr(spool, "ingest_minimised", refuse_one)
    assert replay_spool(actor=WORKER) == 2
    assert [each.suffix for each in files()] == [".damaged"]
    assert "set aside" in caplog.text


def test_what_a_killed_process_left_half_written_hides_nothing_that_came_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_line()
    spool.append(minimised(call_id="CA1"))
    (path,) = files()
    os.truncate(path, path.stat().st_size - 1)
    monkeypatch.setattr(spool, "STARTED", uuid.uuid4().hex)
    spool.append(minimised(call_id="CA2"))
    assert replay_spool(actor=WORKER) == 1
    assert files() == []


@pytest.mark.parametrize("missing", [1, 8, 40])
def test_a_torn_end_loses_only_what_was_never_acknowledged(missing: int) -> None:
    make_line()
    spool.append(minimised(call_id="CA1"))
    spool.append(minimised(call_id="CA2"))
    (path,) = files()
    os.truncate(path, path.stat().st_size - missing)
    assert replay_spool(actor=WORKER) == 1
    assert Call.objects.count() == 1


def test_a_damaged_file_is_set_aside_and_not_thrown_away(caplog: pytest.LogCaptureFixture) -> None:
    make_line()
    for number in range(3):
        spool.append(minimised(call_id=f"CA{number}"))
    (path,) = files()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert replay_spool(actor=WORKER) == 1
    assert [each.suffix for each in files()] == [".damaged"]
    assert "set aside" in caplog.text


def test_a_full_spool_still_answers_the_caller(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(steps, "ingest_event", None)
    monkeypatch.setattr(spool, "MAX_FILE", 0)
    caller = Caller(client)
    caller.send("voice/")
    assert "1 1 2" in said(caller.send("voice/", CallStatus="ringing"))
    assert "could not be spooled: SpoolFull" in caplog.text


def test_without_the_keys_database_the_call_is_kept_and_the_caller_is_not_recognisable(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_line()
    with monkeypatch.context() as broken:
        broken.setattr(steps, "ingest_event", None)
        forget_period_keys()
        Caller(client).send("voice/")
    assert replay_spool(actor=WORKER) == 2
    call = Call.objects.get()
    assert (call.fingerprint, call.withheld) == (None, False)


@given(st.sampled_from(Kind), st.none() | st.integers(0, 900), st.booleans(), st.none() | st.uuids())
def test_an_event_survives_its_time_on_disk(
    kind: Kind, seconds: int | None, ended: bool, duty: object
) -> None:
    told = minimise(
        event(kind, wait_s=seconds, ended=ended, duty_id=duty, cause="no-answer"),  # type: ignore[arg-type]
        received_at=NOON,
        by=from_memory,
    )
    assert decode(encode(told)) == Waiting(told)
