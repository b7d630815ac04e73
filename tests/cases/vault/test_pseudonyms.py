import hashlib
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
import time_machine
from django.db import connections
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from cases.vault import envelope, pseudonyms
from cases.vault.envelope import new_key
from cases.vault.models import Destruction, PeriodKey
from tests.cases.vault.sealing import ALICE

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CALLER, OTHER = "+46701740605", "+46701740606"
A_PERIOD = timedelta(days=30)
START = datetime(2026, 11, 27, tzinfo=UTC)  # eleven periods after the grid's first day
told: list[list[UUID]] = []


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def note_periods(destroyed: list[UUID]) -> int:
    told.append(destroyed)
    return 0


def test_a_caller_is_recognised_within_a_period_and_told_from_others() -> None:
    assert pseudonyms.fingerprint(CALLER) == pseudonyms.fingerprint(CALLER)
    assert pseudonyms.fingerprint(CALLER) != pseudonyms.fingerprint(OTHER)
    assert len(pseudonyms.fingerprint(CALLER)) == 16


def test_a_fingerprint_is_the_keyed_hash_that_the_design_says() -> None:
    period = pseudonyms._current()
    expected = hmac.new(period.key, b"caller+46701740605", hashlib.sha256).digest()[:16]
    assert pseudonyms.pseudonym(CALLER) == (period.id, expected)
    assert period.id == pseudonyms.current_period() == PeriodKey.objects.get().id


def test_the_stored_key_is_wrapped() -> None:
    key = pseudonyms._current().key
    assert key not in bytes(PeriodKey.objects.get().wrapped)


@pytest.mark.parametrize(
    "number", ["", "anonymous", "0701740605", "+0701740605", "+46 701740605", "46701740605", "+46x"]
)
def test_what_is_no_number_has_no_fingerprint_and_is_not_repeated(number: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164") as refusal:
        pseudonyms.fingerprint(number)
    assert not number or number not in str(refusal.value)


def test_the_previous_period_is_looked_up_and_the_one_before_is_not(clock: time_machine.Traveller) -> None:
    first = pseudonyms.fingerprint(CALLER)
    clock.shift(A_PERIOD - timedelta(seconds=1))
    assert pseudonyms.fingerprints(CALLER) == [first]
    clock.shift(timedelta(seconds=1))
    second = pseudonyms.fingerprint(CALLER)
    assert pseudonyms.fingerprints(CALLER) == [second, first]
    clock.shift(A_PERIOD)
    found = pseudonyms.fingerprints(CALLER)
    assert first not in found
    assert found[1:] == [second]


def test_another_process_comes_to_the_same_fingerprint() -> None:
    before = pseudonyms.fingerprint(CALLER)
    pseudonyms.forget_period_keys()
    assert pseudonyms.fingerprint(CALLER) == before
    assert PeriodKey.objects.count() == 1


def test_a_process_keeps_two_periods_in_memory_and_no_more(clock: time_machine.Traveller) -> None:
    for _period in range(4):
        pseudonyms.fingerprints(CALLER)
        clock.shift(A_PERIOD)
    pseudonyms.fingerprints(CALLER)
    assert len(pseudonyms._remembered) == 2


def test_warm_keys_are_enough_while_the_database_is_away(clock: time_machine.Traveller) -> None:
    clock.shift(A_PERIOD - timedelta(hours=1))
    pseudonyms.warm_period_keys()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PeriodKey.objects, "filter", None)
        this_period = pseudonyms.fingerprints(CALLER)
        clock.shift(timedelta(hours=2))
        next_period = pseudonyms.fingerprints(CALLER)
    assert next_period[1:] == this_period
    assert PeriodKey.objects.count() == 2


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_processes_that_begin_a_period_at_once_make_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread has its own connection and finds no row; then all insert together."""
    barrier = Barrier(6)

    def wait_for_all() -> bytes:
        barrier.wait(timeout=10)
        return new_key()

    def look(_process: int) -> tuple[UUID, bytes]:
        row = pseudonyms._find_or_make(START)
        connections.close_all()
        return pseudonyms._open(row)

    monkeypatch.setattr(envelope, "new_key", wait_for_all)
    with ThreadPoolExecutor(6) as processes:
        found = set(processes.map(look, range(6)))
    assert len(found) == 1
    assert PeriodKey.objects.count() == 1


def test_after_sixty_days_the_key_is_destroyed_and_whoever_holds_fingerprints_is_told(
    clock: time_machine.Traveller,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.VAULT_FINGERPRINT_HOLDERS = [f"{__name__}.note_periods"]
    told.clear()
    first = pseudonyms.current_period()
    clock.shift(2 * A_PERIOD - timedelta(seconds=1))
    second = pseudonyms.current_period()
    assert pseudonyms.expire_period_keys(actor=ALICE) == []
    clock.shift(timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert pseudonyms.expire_period_keys(actor=ALICE) == [first]
    assert [period.id for period in PeriodKey.objects.all()] == [second]
    assert Destruction.objects.get(pk=first).reason == "period over"
    assert pseudonyms.expire_period_keys(actor=ALICE) == []
    assert told == [[], [first], [first]]


def test_a_destroyed_period_is_never_made_again(
    clock: time_machine.Traveller, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    pseudonyms.fingerprint(CALLER)
    clock.shift(2 * A_PERIOD)
    with django_capture_on_commit_callbacks(execute=True):
        pseudonyms.expire_period_keys(actor=ALICE)
    assert len(pseudonyms.fingerprints(CALLER)) == 1
    assert PeriodKey.objects.get().starts_at == START + 2 * A_PERIOD


def test_a_providers_call_is_known_again_for_ever_and_only_with_the_key() -> None:
    key = pseudonyms.call_key("twilio", "CA0001")
    assert len(key) == 32
    assert pseudonyms.call_key("twilio", "CA0001") == key
    others = [pseudonyms.call_key("twilio", "CA0002"), pseudonyms.call_key("elks", "CA0001")]
    assert key not in others
    assert pseudonyms.call_key("twilioC", "A0001") != key
