"""A call entered by hand: a call like any other, and counted once when the provider's record arrives."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from hotline.calls import manual, worklists
from hotline.calls.intake import ingest_event
from hotline.calls.manual import BothLogged, ByHand, NoSuchMatch, NotThen
from hotline.calls.models import Call
from hotline.calls.queries import tally
from hotline.desk.log import log_call
from hotline.lines.models import Line
from hotline.statistics.periods import PeriodChoice, period_of
from hotline.statistics.queries import calls_in
from hotline.telephony.events import Kind
from tests.hotline.calls.work import ACTOR, NOON, came_in
from tests.hotline.factories import actor_for, event, make_counsellor, make_line, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = NOON + timedelta(hours=2)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture
def alice() -> User:
    return make_counsellor("alice")


def by_hand(line: Line, alice: User, *, talked: timedelta | None = TEN_MINUTES, **more: object) -> Call:
    entered = ByHand(line=line, at=NOON, talked=talked, **more)  # type: ignore[arg-type]
    call = manual.enter_call(actor=actor_for(alice), user=alice, entered=entered, now=NOW)
    return Call.objects.get(pk=call.pk)


def test_it_has_an_outcome_and_says_who_entered_it(line: Line, alice: User) -> None:
    call, missed = by_hand(line, alice), by_hand(line, alice, talked=None, withheld=True)
    assert (call.outcome, call.provider, call.entered_by, call.talk_s) == ("answered", "manual", alice, 600)
    assert (missed.outcome, missed.withheld, missed.accepted_at) == ("abandoned", True, None)
    assert bytes(call.call_key) != bytes(missed.call_key)
    facts = {"line": line.number, "answered": True}
    assert trail(call.reference) == [("call:by_hand:entered", facts)]


@pytest.mark.parametrize("hours", [-1, 24 * 8])
def test_it_came_within_the_last_week_and_not_in_the_future(line: Line, alice: User, hours: int) -> None:
    entered = ByHand(line=line, at=NOW - timedelta(hours=hours))
    with pytest.raises(NotThen):
        manual.enter_call(actor=ACTOR, user=alice, entered=entered, now=NOW)


def test_it_is_logged_like_any_other_and_its_contact_moves_to_the_record(line: Line, alice: User) -> None:
    call = by_hand(line, alice)
    assert list(worklists.unlogged_calls()) == [call]
    contact = log_call(actor=actor_for(alice), user=alice, call=call, kind="information")
    record = came_in("CAlate", at=NOON + timedelta(minutes=3))
    assert list(manual.suggest_matches(call)) == [record]
    manual.match_call(actor=actor_for(alice), entered=call.reference, found=record.reference)
    call.refresh_from_db()
    record.refresh_from_db()
    assert (call.matched, call.contact, record.contact) == (record, None, contact)
    assert (record.outcome, record.accepted_by) == ("answered", alice)
    assert trail(call.reference)[-1] == ("call:by_hand:matched", {"record": record.reference})
    assert trail(record.reference)[-1] == ("call:outcome:reached", {"outcome": "answered"})


def test_matched_it_counts_once_everywhere(line: Line, alice: User) -> None:
    call, record = by_hand(line, alice), came_in("CAlate", accepted=True)
    period = period_of(PeriodChoice.MONTH_LONG, today=NOON.date())
    counts = [
        (tally().offered, calls_in(period, within_seconds=60).offered, worklists.unlogged_calls().count())
    ]
    manual.match_call(actor=ACTOR, entered=call.reference, found=record.reference)
    counts.append(
        (tally().offered, calls_in(period, within_seconds=60).offered, worklists.unlogged_calls().count())
    )
    assert counts == [(2, 2, 2), (1, 1, 1)]
    assert not manual.unmatched_calls().exists()


@pytest.mark.parametrize("minutes", [-11, 21])
def test_a_record_at_another_time_is_not_suggested_and_not_matched(
    line: Line, alice: User, minutes: int
) -> None:
    call, record = by_hand(line, alice), came_in("CAfar", at=NOON + timedelta(minutes=minutes))
    assert not manual.suggest_matches(call).exists()
    with pytest.raises(NoSuchMatch):
        manual.match_call(actor=ACTOR, entered=call.reference, found=record.reference)


def test_another_lines_record_and_one_matched_already_are_not_suggested(line: Line, alice: User) -> None:
    first, second = by_hand(line, alice), by_hand(line, alice)
    other = make_line("+46846500420")
    ingest_event(
        event(Kind.OFFERED, call_id="CAelse", line_number=other.number, ended=True), received_at=NOON
    )
    record = came_in("CAlate")
    manual.match_call(actor=ACTOR, entered=first.reference, found=record.reference)
    assert not manual.suggest_matches(second).exists()
    for pair in ((second, record), (first, record), (record, second), (second, first)):
        with pytest.raises(NoSuchMatch):
            manual.match_call(actor=ACTOR, entered=pair[0].reference, found=pair[1].reference)


def test_two_that_are_both_logged_stay_two(line: Line, alice: User) -> None:
    call, record = by_hand(line, alice), came_in("CAlate", accepted=True)
    for each in (call, record):
        log_call(actor=actor_for(alice), user=alice, call=each, kind="information")
    with pytest.raises(BothLogged):
        manual.match_call(actor=ACTOR, entered=call.reference, found=record.reference)


def test_the_database_keeps_a_record_from_being_matched_twice(line: Line, alice: User) -> None:
    first, second, record = by_hand(line, alice), by_hand(line, alice), came_in("CAlate")
    Call.objects.filter(pk=first.pk).update(matched=record)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=second.pk).update(matched=record)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=record.pk).update(matched=first)
