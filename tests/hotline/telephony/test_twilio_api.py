"""Twilio's REST interface as we use it, against a server on loopback."""

import logging
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from hotline.telephony.api import Configuration, Direction, Refused, Status, Unavailable
from hotline.telephony.twilio_api import Access, TwilioApi
from tests.hotline.factories import CALLER, COUNSELLORS_PHONE, LINE_NUMBER
from tests.hotline.telephony.rest import Asked, rest

ACCOUNT = "AC" + 32 * "0"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
NUMBERS = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
NINE, TEN = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC)


def api(url: str) -> TwilioApi:
    return TwilioApi(Access(account=ACCOUNT, key="SKkey", secret="invented", url=url))


def listed(sid: str, **fields: object) -> dict[str, object]:
    """Write a call as the provider lists it, with invented values."""
    return {
        "sid": sid,
        "parent_call_sid": None,
        "direction": "inbound",
        "from": CALLER,
        "to": LINE_NUMBER,
        "status": "completed",
        "start_time": "Mon, 23 Nov 2026 09:10:00 +0000",
        "end_time": "Mon, 23 Nov 2026 09:14:00 +0000",
        "duration": "240",
    } | fields


def test_calls_are_listed_over_every_page_and_only_those_that_came_in() -> None:
    def answer(asked: Asked) -> tuple[int, object]:
        if asked.fields.get("Page") == "1":
            return 200, {"calls": [listed("CAthree", **{"from": "+266696687", "status": "no-answer"})]}
        further = f"{CALLS}?Page=1&PageToken=PAx"
        calls = [listed("CAone"), listed("CAtwo", direction="outbound-api")]
        return 200, {"calls": calls, "next_page_uri": further}

    with rest(answer) as served:
        found = list(api(served.url).list_calls(line_number=LINE_NUMBER, since=NINE, until=TEN))
    assert [each.call_id for each in found] == ["CAone", "CAthree"]
    assert (found[0].caller, found[0].duration_s, found[0].is_over) == (CALLER, 240, True)
    assert found[0].started_at == datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
    assert (found[1].caller, found[1].withheld, found[1].status) == ("", True, Status.NO_ANSWER)
    first = served.asked[0]
    assert first.fields["To"] == LINE_NUMBER
    assert first.fields["StartTime>"] == "2026-11-23T09:00:00Z"
    assert first.fields["StartTime<"] == "2026-11-23T10:00:00Z"
    assert first.authorization.startswith("Basic ")


def test_no_record_says_who_called_when_it_is_written_out() -> None:
    with rest(lambda _asked: (200, {"calls": [listed("CAone")]})) as served:
        found = list(api(served.url).list_calls(line_number=LINE_NUMBER, since=NINE, until=TEN))
    assert CALLER not in repr(found)
    assert "CAone" not in repr(found)


def test_a_leg_names_our_number_but_not_the_phone_it_rang() -> None:
    leg = listed(
        "CAleg",
        direction="outbound-dial",
        parent_call_sid="CAone",
        **{"from": LINE_NUMBER, "to": COUNSELLORS_PHONE},
    )
    with rest(lambda _asked: (200, {"calls": [leg]})) as served:
        (found,) = api(served.url).list_calls_made(line_number=LINE_NUMBER, since=NINE, until=TEN)
    assert (found.direction, found.line_number) == (Direction.LEG, LINE_NUMBER)
    assert served.asked[0].fields["From"] == LINE_NUMBER
    assert (found.caller, found.withheld) == ("", False)


def test_a_number_is_rung_and_nothing_is_recorded(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), rest(lambda _asked: (201, listed("CAout"))) as served:
        made = api(served.url).create_call(
            to=COUNSELLORS_PHONE,
            from_=LINE_NUMBER,
            url="https://x.example/b/",
            status_callback="https://x.example/s/",
        )
    (asked,) = served.asked
    assert (made, asked.method, asked.path) == ("CAout", "POST", CALLS)
    assert (asked.fields["To"], asked.fields["From"], asked.fields["Record"]) == (
        COUNSELLORS_PHONE,
        LINE_NUMBER,
        "false",
    )
    assert COUNSELLORS_PHONE not in caplog.text


@pytest.mark.parametrize(("status", "gone"), [(204, True), (404, False)])
def test_deleting_a_record_twice_is_no_error(status: int, gone: bool) -> None:
    with rest(lambda _asked: (status, None if gone else {"code": 20404, "message": "x"})) as served:
        assert api(served.url).delete_call("CAone") is gone


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (HTTPStatus.UNAUTHORIZED, Refused),
        (HTTPStatus.BAD_REQUEST, Refused),
        (HTTPStatus.TOO_MANY_REQUESTS, Unavailable),
        (HTTPStatus.BAD_GATEWAY, Unavailable),
    ],
)
def test_what_goes_wrong_is_told_without_a_number(status: int, error: type[Exception]) -> None:
    with rest(lambda _asked: (status, {"code": 1, "message": f"{CALLER} is bad"})) as served:
        with pytest.raises(error) as raised:
            api(served.url).create_call(
                to=CALLER, from_=LINE_NUMBER, url="https://x/", status_callback="https://x/"
            )
        assert CALLER not in str(raised.value)
        assert raised.value.__cause__ is None


def test_a_provider_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        api("http://127.0.0.1:9").delete_call("CAone")


def test_a_number_is_read_and_set_with_any_application_removed() -> None:
    number = {"sid": "PNone", "voice_url": "https://old.example/", "voice_application_sid": "APone"}

    def answer(asked: Asked) -> tuple[int, object]:
        return 200, number if asked.method == "POST" else {"incoming_phone_numbers": [number]}

    wanted = Configuration("https://x/v/#rc=3", "https://x/s/", "https://x/f/")
    with rest(answer) as served:
        assert api(served.url).number_of(LINE_NUMBER) == Configuration()
        api(served.url).configure_number(LINE_NUMBER, wanted)
    post = served.asked[-1]
    assert post.path == f"{NUMBERS}/PNone.json"
    assert (post.fields["VoiceUrl"], post.fields["VoiceApplicationSid"]) == ("https://x/v/#rc=3", "")
    assert (post.fields["StatusCallback"], post.fields["VoiceFallbackUrl"]) == (
        "https://x/s/",
        "https://x/f/",
    )


def test_a_number_of_somebody_elses_is_not_configured() -> None:
    with rest(lambda _asked: (200, {"incoming_phone_numbers": []})) as served:
        assert api(served.url).number_of(LINE_NUMBER) is None
        with pytest.raises(Refused):
            api(served.url).configure_number(LINE_NUMBER, Configuration())
