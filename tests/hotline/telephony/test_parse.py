"""Forms into events, over all parameters, storing none that is not meant to be."""

from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallBackPart, Kind, Place, QueueResult, Step, Turn
from hotline.telephony.links import Links, read_place
from hotline.telephony.twilio import parse

ACCOUNT = "AC" + 32 * "0"
CALL = {
    "AccountSid": ACCOUNT,
    "CallSid": "CA" + 32 * "a",
    "CallStatus": "in-progress",
    "From": "+46701740605",
    "To": "+4620100200",
    "FromCity": "",
    "SomethingNew": "added without notice",
}
LEG = CALL | {
    "ParentCallSid": "CA" + 32 * "a",
    "CallSid": "CA" + 32 * "b",
    "From": "+4620100200",
    "To": "+46846500401",
}
DUTY = UUID("7a0c5d7e-0d0b-4a52-9a6e-0f6f5a0f1a11")


def turn(step: Step, form: dict[str, str], query: str = "", account: str = ACCOUNT) -> Turn:
    return parse(step, {name: [value] for name, value in form.items()}, query, account=account)


def test_an_incoming_call_is_offered() -> None:
    parsed = turn(Step.VOICE, CALL | {"CallStatus": "ringing"})
    assert parsed.event is not None
    assert (parsed.event.kind, parsed.event.caller, parsed.event.line_number, parsed.event.ended) == (
        Kind.OFFERED,
        "+46701740605",
        "+4620100200",
        False,
    )


def test_neither_number_nor_keys_nor_call_id_show_in_a_representation() -> None:
    shown = repr(turn(Step.CALLBACK, CALL | {"Digits": "0701740605"}, "part=keyed"))
    assert "701740605" not in shown
    assert CALL["CallSid"] not in shown


@pytest.mark.parametrize("account", ["", "AC" + 32 * "1", ACCOUNT + "0"])
def test_another_account_is_refused(account: str) -> None:
    with pytest.raises(WebhookRefused, match="unknown_account"):
        turn(Step.VOICE, CALL | {"AccountSid": account})


def test_no_account_of_ours_means_nobody_is_let_in() -> None:
    with pytest.raises(WebhookRefused):
        turn(Step.VOICE, CALL | {"AccountSid": ""}, account="")


@pytest.mark.parametrize(
    "form",
    [
        {"CallSid": ""},
        {"CallSid": "CA-1"},
        {"CallSid": "CA" * 40},
        {"ParentCallSid": "x y"},
        {"QueuePosition": "-1"},
        {"QueuePosition": "many"},
        {"QueuePosition": "9" * 9},
    ],
)
def test_a_field_out_of_shape_is_malformed(form: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        turn(Step.WAIT, CALL | form)


def test_two_values_under_one_name_are_malformed() -> None:
    form = {name: [value] for name, value in CALL.items()} | {"From": ["+46701740605", "+46701740606"]}
    with pytest.raises(Malformed):
        parse(Step.VOICE, form, "", account=ACCOUNT)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("ringing", Kind.RINGING),
        ("in-progress", Kind.LEG_ANSWERED),
        ("completed", Kind.LEG_ENDED),
        ("busy", Kind.LEG_ENDED),
    ],
)
def test_a_legs_status_belongs_to_its_parent_call(status: str, kind: Kind) -> None:
    parsed = turn(Step.STATUS, LEG | {"CallStatus": status, "SequenceNumber": "1"}, f"r=1&d={DUTY}")
    assert parsed.event is not None
    assert (parsed.event.kind, parsed.call_id, parsed.event.leg_id) == (kind, CALL["CallSid"], LEG["CallSid"])
    assert (parsed.event.duty, parsed.event.rings, parsed.event.ended) == (DUTY, 2, False)
    assert "46846500401" not in str(parsed.event.line_number) + parsed.event.caller


def test_a_legs_answer_is_no_acceptance() -> None:
    parsed = turn(Step.STATUS, LEG | {"CallStatus": "in-progress", "SequenceNumber": "2"})
    assert parsed.event is not None
    assert parsed.event.kind is not Kind.ACCEPTED


@pytest.mark.parametrize(("digits", "accepted"), [("1", True), ("", False), ("2", False), ("11", False)])
def test_pressing_one_is_the_acceptance(digits: str, *, accepted: bool) -> None:
    parsed = turn(Step.SCREEN, LEG | {"Digits": digits}, f"d={DUTY}")
    assert (parsed.event is not None) is accepted


@pytest.mark.parametrize(
    ("status", "failed"),
    [("completed", False), ("no-answer", False), ("canceled", False), ("busy", True), ("failed", True)],
)
def test_the_end_of_a_call_takes_the_providers_time_and_duration(status: str, *, failed: bool) -> None:
    told = {
        "CallStatus": status,
        "CallDuration": "62",
        "Timestamp": "Mon, 23 Nov 2026 11:00:00 +0000",
        "SequenceNumber": "0",
    }
    event = turn(Step.STATUS, CALL | told).event
    assert event is not None
    assert (event.kind, event.ended, event.failed, event.duration_s) == (Kind.ENDED, True, failed, 62)
    assert event.at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "yesterday",
        "Mon, 23 Nov 2026 11:00:00",
        "Mon, 99 Nov 2026 11:00:00 +0000",
        "Mon, 23 Nov 99999999999999999999 11:00:00 +0000",
    ],
)
def test_a_time_stamp_that_is_none_is_left_out(stamp: str) -> None:
    event = turn(Step.STATUS, CALL | {"CallStatus": "completed", "Timestamp": stamp}).event
    assert event is not None
    assert event.at is None


@pytest.mark.parametrize("status", ["initiated", "queued", "in-progress", "invented", ""])
def test_a_status_without_meaning_for_us_is_an_unknown_kind(status: str) -> None:
    with pytest.raises(UnknownKind):
        turn(Step.STATUS, CALL | {"CallStatus": status})


def test_a_recording_is_noticed_and_is_no_event() -> None:
    parsed = turn(Step.STATUS, CALL | {"RecordingSid": "RE1", "RecordingUrl": "https://example.test/RE1"})
    assert (parsed.recording, parsed.event) == (True, None)


@pytest.mark.parametrize(
    ("result", "meaning", "ended", "failed"),
    [
        ("leave", QueueResult.LEFT, False, False),
        ("hangup", QueueResult.HUNG_UP, True, False),
        ("bridged", QueueResult.OVER, False, False),
        ("queue-full", QueueResult.REFUSED, False, True),
        ("system-error", QueueResult.REFUSED, False, True),
        ("invented", QueueResult.REFUSED, False, True),
    ],
)
def test_leaving_the_queue_adds_up_the_wait(
    result: str, meaning: QueueResult, *, ended: bool, failed: bool
) -> None:
    parsed = turn(Step.QUEUE, CALL | {"QueueResult": result, "QueueTime": "40"}, "r=1&w=25")
    assert parsed.event is not None
    assert (parsed.queue_result, parsed.event.wait_s, parsed.event.ended, parsed.event.failed) == (
        meaning,
        65,
        ended,
        failed,
    )


def test_a_voicemails_minutes_are_no_talk() -> None:
    dialled = {"DialCallStatus": "completed", "DialBridged": "false", "DialCallDuration": "30"}
    event = turn(Step.DIAL, CALL | dialled).event
    assert event is not None
    assert (event.talk_s, event.ended) == (None, False)


def test_a_talk_that_is_over_ends_the_call() -> None:
    dialled = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "300"}
    event = turn(Step.DIAL, CALL | dialled).event
    assert event is not None
    assert (event.talk_s, event.ended) == (300, True)


@pytest.mark.parametrize(
    "query", ["r=-1", "r=x", "d=7", "part=other", "w=99999999", "n=1.5", "s=-1", "s=12345678901"]
)
def test_an_address_we_did_not_write_is_malformed(query: str) -> None:
    with pytest.raises(Malformed):
        turn(Step.WAIT, CALL, query)


@given(
    place=st.builds(
        Place,
        round=st.integers(0, 9),
        waited_s=st.integers(0, 9999),
        turn=st.integers(0, 99),
        part=st.sampled_from(CallBackPart),
        duty=st.none() | st.uuids(),
        since=st.integers(0, 10**10 - 1),
    )
)
def test_a_place_survives_its_way_through_the_address(place: Place) -> None:
    url = Links("https://line.example.test").url(Step.WAIT, place)
    assert read_place(url.partition("?")[2]) == place
    assert "+" not in str(parse_qs(url.partition("?")[2]))


@given(
    step=st.sampled_from(Step),
    form=st.dictionaries(
        st.sampled_from([*LEG, "Digits", "QueueResult", "DialCallStatus", "Timestamp"]), st.text(max_size=40)
    ),
    query=st.text(max_size=40),
)
def test_whatever_is_sent_only_the_named_refusals_come_back(
    step: Step, form: dict[str, str], query: str
) -> None:
    with suppress(Malformed, UnknownKind, WebhookRefused):
        assert turn(step, {"AccountSid": ACCOUNT, "CallSid": "CA1"} | form, query).call_id
