"""Events into calls: what is kept, what is counted, and that a second delivery changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.actions import Action
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallEvent, IntakeCount
from hotline.lines.models import BoardPending
from hotline.telephony.events import Kind
from tests.hotline.factories import event, make_line, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_a_call_becomes_one_record_with_its_line_and_a_fingerprint() -> None:
    line = make_line()
    ingested = ingest_event(event(Kind.OFFERED, caller="+46701740605"), received_at=NOON)
    call = Call.objects.get(reference=ingested.call_reference)
    assert call.line == line
    assert call.offered_at == NOON
    assert (call.state, call.outcome) == ("offered", None)
    assert len(bytes(call.fingerprint or b"")) == 16
    assert call.fingerprint_period is not None
    assert not call.withheld


def test_the_same_event_twice_changes_nothing_and_is_counted() -> None:
    make_line()
    first = ingest_event(event(Kind.OFFERED), received_at=NOON)
    second = ingest_event(event(Kind.OFFERED), received_at=NOON + timedelta(seconds=3))
    assert (first.duplicate, second.duplicate) == (False, True)
    assert second.call_reference == first.call_reference
    assert Call.objects.count() == CallEvent.objects.count() == 1
    assert IntakeCount.objects.get(kind="duplicate").n == 1
    assert BoardPending.objects.count() == 1


def test_the_trail_hears_of_a_call_once_and_of_its_outcome_once() -> None:
    make_line()
    reference = ingest_event(event(Kind.OFFERED), received_at=NOON).call_reference
    for _delivery in range(2):
        ingest_event(event(Kind.ENDED, ended=True, mark="0"), received_at=NOON + timedelta(seconds=9))
    assert trail(reference) == [
        (Action.CALL_OFFERED, {"line": "+4620100200"}),
        (Action.CALL_OUTCOME, {"outcome": "abandoned"}),
    ]


def test_an_outcome_that_changes_late_is_recorded_again() -> None:
    make_line()
    reference = ingest_event(event(Kind.OFFERED), received_at=NOON).call_reference
    ingest_event(event(Kind.ENDED, ended=True), received_at=NOON + timedelta(seconds=60))
    late = ingest_event(event(Kind.ACCEPTED, leg_id="CAleg"), received_at=NOON + timedelta(seconds=70))
    assert (late.state, late.outcome, late.outcome_before) == ("ended", "answered", "abandoned")
    assert [facts.get("outcome") for _action, facts in trail(reference)] == [None, "abandoned", "answered"]


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        ([], "abandoned"),
        ([Kind.GAVE_UP], "no_answer"),
        ([Kind.GAVE_UP, Kind.CALLBACK_REQUESTED], "callback_requested"),
        ([Kind.GAVE_UP, Kind.CALLBACK_REQUESTED, Kind.ACCEPTED], "answered"),
    ],
)
def test_the_outcome_follows_the_precedence(kinds: list[Kind], outcome: str) -> None:
    make_line()
    for kind in [Kind.OFFERED, *kinds]:
        ingest_event(event(kind), received_at=NOON)
    ended = ingest_event(event(Kind.ENDED, ended=True), received_at=NOON)
    assert ended.outcome == outcome


def test_a_call_on_a_closed_line_is_outside_hours_even_if_it_fails() -> None:
    make_line(mode="closed")
    ingest_event(event(Kind.OFFERED), received_at=NOON)
    ended = ingest_event(event(Kind.ENDED, ended=True, failed=True), received_at=NOON)
    assert ended.outcome == "outside_hours"


def test_opening_hours_are_judged_by_when_the_call_came() -> None:
    make_line(mode="hours", hours=[(0, "09:00", "15:00")])
    ingest_event(event(Kind.OFFERED, call_id="CAopen"), received_at=NOON)
    ingest_event(event(Kind.OFFERED, call_id="CAlate"), received_at=NOON + timedelta(hours=4))
    assert sorted(Call.objects.values_list("offered_at__hour", "outside_hours")) == [(12, False), (16, True)]


def test_a_withheld_number_has_no_fingerprint() -> None:
    make_line()
    ingest_event(event(Kind.OFFERED, caller="", withheld=True), received_at=NOON)
    call = Call.objects.get()
    assert (call.withheld, call.fingerprint, call.fingerprint_period) == (True, None, None)


def test_two_calls_from_one_number_share_a_fingerprint_and_nothing_else() -> None:
    make_line()
    for call_id in ("CAone", "CAtwo"):
        ingest_event(event(Kind.OFFERED, call_id=call_id), received_at=NOON)
    one, two = Call.objects.all()
    assert bytes(one.fingerprint or b"1") == bytes(two.fingerprint or b"2")
    assert bytes(one.call_key) != bytes(two.call_key)
    assert one.reference != two.reference


def test_a_message_about_a_call_never_seen_still_makes_its_record() -> None:
    make_line()
    ended = ingest_event(event(Kind.ENDED, ended=True, line_number="+4620100200"), received_at=NOON)
    assert (ended.created, ended.outcome) == (True, "abandoned")


def test_the_providers_clock_is_believed_within_bounds() -> None:
    make_line()
    ingest_event(event(Kind.ENDED, ended=True, at=NOON - timedelta(hours=5)), received_at=NOON)
    ingest_event(
        event(Kind.ENDED, ended=True, at=NOON + timedelta(hours=5), call_id="CAodd"), received_at=NOON
    )
    assert list(Call.objects.values_list("ended_at", flat=True)) == [NOON, NOON - timedelta(hours=5)]


def test_nothing_stored_contains_the_number_or_the_providers_call_id() -> None:
    make_line()
    ingest_event(event(Kind.OFFERED, call_id="CAsecretcall", caller="+46701740605"), received_at=NOON)
    stored = str(list(Call.objects.values())) + str(list(CallEvent.objects.values()))
    assert "701740605" not in stored
    assert "CAsecretcall" not in stored
