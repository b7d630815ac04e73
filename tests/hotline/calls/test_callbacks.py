"""A call-back's number: sealed, opened in one place only, and gone when its time is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.context import system_actor
from cases.vault.services import Owner, Unreadable, keys_of
from hotline.calls.callbacks import (
    MOVES,
    OPEN,
    Asking,
    confirm_call_back,
    expire_call_backs,
    key_in_number,
    number_of,
    request_call_back,
)
from hotline.calls.intake import ingest_event
from hotline.calls.models import CallBack
from hotline.lines.hours import plan_of
from hotline.telephony.events import Kind
from tests.hotline.factories import CALLER, event, make_line, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
ACTOR = system_actor("test")


def asking(call_id: str = "CAone") -> Asking:
    ingested = ingest_event(event(Kind.OFFERED, call_id=call_id), received_at=NOON)
    return Asking(call_id=ingested.call_id, plan=plan_of(make_line(f"+46201002{len(call_id):02d}")), at=NOON)


def test_the_number_is_sealed_and_opens_again() -> None:
    asked = request_call_back(actor=ACTOR, asking=asking(), number=CALLER)
    assert asked is not None
    asked.refresh_from_db()
    assert CALLER[3:].encode() not in bytes(asked.number_sealed or b"")
    assert number_of(asked) == CALLER
    assert trail(asked.reference) == [("call:call_back:requested", {})]


def test_one_call_backs_number_does_not_open_in_anothers_place() -> None:
    one = request_call_back(actor=ACTOR, asking=asking("CAone"), number=CALLER)
    two = request_call_back(actor=ACTOR, asking=asking("CAothers"), number="+46846500455")
    assert one is not None
    assert two is not None
    one.number_sealed, one.key = two.number_sealed, two.key
    with pytest.raises(Unreadable):
        number_of(one)


def test_a_number_keyed_again_takes_the_earlier_ones_place() -> None:
    where = asking()
    first = key_in_number(actor=ACTOR, asking=where, number=CALLER)
    second = key_in_number(actor=ACTOR, asking=where, number="+46846500455")
    assert first is not None
    assert second is not None
    assert (first.id, second.version, number_of(second)) == (second.id, 2, "+46846500455")
    first.version = 2
    with pytest.raises(Unreadable):
        number_of(first)
    assert confirm_call_back(actor=ACTOR, asking=where)
    assert key_in_number(actor=ACTOR, asking=where, number=CALLER) is None


def test_nothing_keyed_is_nothing_to_confirm() -> None:
    assert not confirm_call_back(actor=ACTOR, asking=asking())


def test_an_expired_number_is_destroyed_and_the_call_back_stays() -> None:
    where = asking()
    asked = request_call_back(actor=ACTOR, asking=where, number=CALLER)
    assert asked is not None
    assert expire_call_backs(actor=ACTOR, at=where.expires() - timedelta(seconds=1)) == 0
    with transaction.atomic():
        assert expire_call_backs(actor=ACTOR, at=where.expires()) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.number_sealed, asked.key) == ("expired", None, None)
    with pytest.raises(Unreadable):
        number_of(asked)
    assert [action for action, _facts in trail(asked.reference)][-1] == "call:call_back:expired"


def test_after_expiry_no_key_is_left(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    where = asking()
    asked = request_call_back(actor=ACTOR, asking=where, number=CALLER)
    assert asked is not None
    owner = Owner("callback", asked.id)
    assert len(keys_of(owner)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        expire_call_backs(actor=ACTOR, at=where.expires())
        assert len(keys_of(owner)) == 1, "until what destroyed the number is committed"
    assert keys_of(owner) == []


def test_a_call_back_that_is_over_cannot_keep_its_number() -> None:
    asked = request_call_back(actor=ACTOR, asking=asking(), number=CALLER)
    assert asked is not None
    for state in ("reached", "given_up", "expired"):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallBack.objects.filter(pk=asked.pk).update(state=state)


def test_the_moves_know_every_state_and_nothing_leaves_an_end() -> None:
    assert set(MOVES) == set(CallBack.State)
    assert {state for state, further in MOVES.items() if not further} == set(CallBack.State) - set(OPEN)
