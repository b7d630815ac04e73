"""Missed calls: one group a caller, settled when that caller is answered, signed off else."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.calls import missed
from hotline.calls.missed import DayIsNotOver, NotMissed, count_missed, missed_callers
from hotline.calls.models import Call, CallBack
from hotline.lines.models import Line
from tests.hotline.calls.work import ACTOR, NOON, OTHER_CALLER, asked_for, came_in
from tests.hotline.factories import make_line, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOURS = [(0, "09:00", "15:00")]


@pytest.fixture
def line() -> Line:
    return make_line(mode="hours", hours=HOURS)


def listed(at: datetime = NOON + timedelta(hours=1)) -> list[tuple[str, int]]:
    return [(each.newest, each.attempts) for each in missed_callers(at=at, most=50)]


def test_a_callers_attempts_are_one_group_with_the_usual_hour(line: Line) -> None:
    for number, hour in enumerate((8, 9, 12, 12)):
        last = came_in(f"CA{number}", at=datetime(2026, 11, 23, hour, 20 + number, tzinfo=UTC))
    other = came_in("CAother", caller=OTHER_CALLER)
    assert listed() == [(other.reference, 1), (last.reference, 4)]
    group = missed_callers(at=NOON, most=50)[1]
    assert (group.usual_hour, group.next_hour, group.alone) == (13, 14, False)  # Swedish time
    assert group.lines == ["Line 200"]


def test_withheld_callers_each_stand_alone(line: Line) -> None:
    calls = [came_in(f"CA{number}", caller="", at=NOON + timedelta(minutes=number)) for number in range(2)]
    assert listed() == [(call.reference, 1) for call in calls]
    assert missed_callers(at=NOON, most=50)[0].alone


def test_no_group_says_the_fingerprint(line: Line) -> None:
    call = came_in("CAone")
    fingerprint = bytes(call.fingerprint or b"")
    shown = repr(missed_callers(at=NOON, most=50))
    assert fingerprint.hex() not in shown
    assert repr(fingerprint) not in shown


def test_an_answer_later_settles_the_missed_ones_and_an_answer_before_does_not(line: Line) -> None:
    came_in("CAbefore", at=NOON - timedelta(hours=1), accepted=True)
    call = came_in("CAmissed")
    assert listed() == [(call.reference, 1)]
    came_in("CAafter", at=NOON + timedelta(minutes=5), accepted=True)
    assert listed() == []
    assert missed.settle_answered(actor=ACTOR, at=NOON) == 1
    assert missed.settle_answered(actor=ACTOR, at=NOON) == 0
    call.refresh_from_db()
    assert call.settled_because == "answered"
    assert trail(call.reference)[-1] == ("call:missed:settled", {})


def test_somebody_elses_answer_settles_nothing(line: Line) -> None:
    call = came_in("CAmissed")
    came_in("CAafter", caller=OTHER_CALLER, at=NOON + timedelta(minutes=5), accepted=True)
    came_in("CAhidden", caller="", at=NOON + timedelta(minutes=6), accepted=True)
    assert missed.settle_answered(actor=ACTOR, at=NOON) == 0
    assert listed() == [(call.reference, 1)]


def test_a_caller_who_then_asks_to_be_called_back_is_on_that_list_until_reached(line: Line) -> None:
    call = came_in("CAmissed")
    call_back = asked_for(line, at=NOON + timedelta(minutes=5))
    assert listed() == []
    over = {"number_sealed": None, "key": None, "ended_at": NOON + timedelta(hours=1)}
    CallBack.objects.filter(pk=call_back.pk).update(state="given_up", **over)
    assert listed() == [(call.reference, 1)]
    CallBack.objects.filter(pk=call_back.pk).update(state="reached")
    assert missed.settle_answered(actor=ACTOR, at=NOON) == 1


def test_tests_and_calls_outside_hours_are_not_on_the_list(line: Line) -> None:
    came_in("CAtest", is_test=True)
    came_in("CAlate", caller=OTHER_CALLER, at=datetime(2026, 11, 23, 20, tzinfo=UTC))
    assert listed() == []


def test_a_day_is_signed_off_after_closing_and_not_before(line: Line) -> None:
    first, last = came_in("CAone"), came_in("CAtwo", at=NOON + timedelta(minutes=9))
    other = came_in("CAother", caller=OTHER_CALLER)
    with pytest.raises(DayIsNotOver):
        missed.sign_off_lost(actor=ACTOR, reference=last.reference, at=NOON + timedelta(hours=1))
    closed = NOON + timedelta(hours=4)
    assert missed.sign_off_lost(actor=ACTOR, reference=last.reference, at=closed) == 2
    assert listed(closed) == [(other.reference, 1)]
    for call in (first, last):
        call.refresh_from_db()
        assert (call.settled_because, call.settled_at) == ("lost", closed)
        assert trail(call.reference)[-1] == ("call:missed:lost", {})
    with pytest.raises(NotMissed):
        missed.sign_off_lost(actor=ACTOR, reference=last.reference, at=closed)


def test_what_came_after_the_page_was_opened_is_not_signed_off_with_it(line: Line) -> None:
    seen = came_in("CAseen")
    unseen = came_in("CAunseen", at=NOON + timedelta(minutes=9))
    tomorrow = NOON + timedelta(days=1)
    assert missed.sign_off_lost(actor=ACTOR, reference=seen.reference, at=tomorrow) == 1
    assert listed(tomorrow) == [(unseen.reference, 1)]


def test_those_of_earlier_days_come_first_and_stay_until_signed_off(line: Line) -> None:
    today = came_in("CAtoday", caller=OTHER_CALLER)
    old = came_in("CAold", at=NOON - timedelta(days=7))
    Call.objects.filter(pk=old.pk).update(offered_at=NOON - timedelta(days=40))
    assert listed() == [(old.reference, 1), (today.reference, 1)]
    counted = count_missed(at=NOON)
    assert (counted.callers, counted.from_earlier_days) == (2, 1)


def test_the_list_is_read_in_pages(line: Line) -> None:
    for number in range(3):
        came_in(f"CA{number}", caller="", at=NOON + timedelta(minutes=number))
    pages = [missed_callers(at=NOON, most=2, skip=skip) for skip in (0, 2)]
    assert [len(page) for page in pages] == [2, 1]
