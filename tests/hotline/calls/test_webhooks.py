"""Step by step through a call over the webhooks, and everything that is turned away."""

import re
import threading
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from pytest_django import Settings

from audit.models import Entry
from audit.refusals import flush
from hotline.calls.models import Call, CallBack, CallEvent, IntakeCount
from hotline.lines.flow import ROUNDS
from hotline.lines.models import Duty, Line
from hotline.telephony.events import Step
from tests.hotline.calls.provider import FORM_TYPE, Caller, found, post_signed, said
from tests.hotline.factories import (
    COUNSELLORS_PHONE,
    LINE_NUMBER,
    make_counsellor,
    make_line,
    on_duty,
    someone_is_talking,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.urls("hotline.webhook_urls"),
]
VOICE = "http://testserver/webhooks/twilio/voice/"
FORM = {
    "AccountSid": "AC" + 32 * "0",
    "CallSid": "CA" + 32 * "a",
    "CallStatus": "ringing",
    "From": "+46701740605",
    "To": LINE_NUMBER,
}


@pytest.fixture(autouse=True)
def _as_the_webhook_application_serves_them(settings: Settings) -> None:
    settings.MIDDLEWARE = settings.WEBHOOK_MIDDLEWARE


@pytest.fixture
def caller(client: Client) -> Caller:
    make_line()
    return Caller(client)


def test_a_caller_is_greeted_with_112_privacy_and_the_call_back_offer(caller: Caller) -> None:
    document = caller.send("voice/", CallStatus="ringing")
    assert "1 1 2" in said(document)
    assert found(document, "Gather").attrib["action"].endswith("/menu/")
    assert found(document, "Say").attrib["language"] == "sv-SE"
    assert document[-1].tag == "Redirect"
    assert Call.objects.get().state == "offered"


def test_a_call_is_answered_from_greeting_to_goodbye(caller: Caller) -> None:
    duty = on_duty(make_counsellor(), _line())
    dial = caller.rung(caller.into_the_queue())
    assert dial.attrib["callerId"] == LINE_NUMBER
    number = found(dial, "Number")
    assert number.text == COUNSELLORS_PHONE
    caller.leg(number.attrib["statusCallback"], 204, CallStatus="ringing", SequenceNumber="1")
    screen = found(caller.leg(number.attrib["url"]), "Gather")
    assert Call.objects.get().state == "ringing"
    assert len(caller.leg(screen.attrib["action"], Digits="1")) == 0
    assert (Call.objects.get().state, Duty.objects.get().state) == ("answered", "busy")
    bye = caller.send(
        dial.attrib["action"], DialCallStatus="completed", DialBridged="true", DialCallDuration="301"
    )
    assert [verb.tag for verb in bye] == ["Hangup"]
    caller.send("status/", 204, CallStatus="completed", CallDuration="330", SequenceNumber="0")
    call = Call.objects.get()
    assert (call.outcome, call.accepted_by, call.wait_s, call.talk_s, call.rings) == (
        "answered",
        duty.user,
        12,
        301,
        1,
    )
    assert Duty.objects.get().state == "free"


def test_a_voicemail_that_picks_up_answers_nothing(caller: Caller) -> None:
    on_duty(make_counsellor(), _line())
    dial = caller.rung(caller.into_the_queue())
    number = found(dial, "Number")
    caller.leg(number.attrib["statusCallback"], 204, CallStatus="in-progress", SequenceNumber="2")
    assert caller.leg(number.attrib["url"])[-1].tag == "Hangup"
    again = caller.send(
        dial.attrib["action"], DialCallStatus="completed", DialBridged="false", DialCallDuration="9"
    )
    assert found(again, "Enqueue").attrib["action"].endswith("r=1&w=12")
    assert Call.objects.get().accepted_at is None
    assert Duty.objects.get().unanswered == 1


def _line() -> Line:
    return Line.objects.get()


def test_after_the_last_round_the_call_back_is_offered_and_the_call_counts_as_unanswered(
    caller: Caller,
) -> None:
    for index in range(ROUNDS):
        on_duty(make_counsellor(f"alice{index}", f"+4684650040{index}"), _line())
    enqueue = caller.into_the_queue()
    for _round in range(ROUNDS):
        dial = caller.rung(enqueue)
        document = caller.send(dial.attrib["action"], DialCallStatus="no-answer", DialBridged="false")
        following = document.find("Enqueue")
        enqueue = enqueue if following is None else following
    assert found(document, "Gather").attrib["action"].endswith("/callback/?part=choice")
    caller.send("status/", 204, CallStatus="completed")
    call = Call.objects.get()
    assert (call.outcome, call.rings, call.wait_s) == ("no_answer", ROUNDS, 12 * ROUNDS)


def test_the_wait_is_as_long_as_the_line_says_and_then_the_call_back_is_offered(caller: Caller) -> None:
    someone_is_talking(_line())
    enqueue = caller.into_the_queue()
    document = caller.send(enqueue.attrib["waitUrl"], QueuePosition="2", QueueTime="0")
    assert "2" in said(document)
    document = caller.send(document.findtext("Redirect") or "", QueuePosition="1", QueueTime="179")
    assert document.find("Leave") is None
    document = caller.send(document.findtext("Redirect") or "", QueuePosition="1", QueueTime="180")
    assert [verb.tag for verb in document] == ["Leave"]
    offer = caller.send(enqueue.attrib["action"], QueueResult="leave", QueueTime="181")
    assert found(offer, "Gather").attrib["action"].endswith("/callback/?part=choice")
    caller.send("status/", 204, CallStatus="completed")
    assert Call.objects.get().outcome == "no_answer"


def test_hanging_up_in_the_queue_frees_the_counsellor_who_was_claimed(caller: Caller) -> None:
    on_duty(make_counsellor(), _line())
    enqueue = caller.into_the_queue()
    caller.send(enqueue.attrib["waitUrl"])
    assert Duty.objects.get().state == "ringing"
    gone = caller.send(enqueue.attrib["action"], CallStatus="completed", QueueResult="hangup", QueueTime="3")
    assert len(gone) == 0
    assert (Duty.objects.get().state, Call.objects.get().outcome) == ("free", "abandoned")
    assert len(caller.send(enqueue.attrib["waitUrl"])) == 0
    assert Duty.objects.get().state == "free"


def test_a_queue_that_refuses_is_a_failed_call_with_an_offer(caller: Caller) -> None:
    on_duty(make_counsellor(), _line())
    enqueue = caller.into_the_queue()
    offer = caller.send(enqueue.attrib["action"], QueueResult="queue-full")
    assert found(offer, "Gather") is not None
    caller.send("status/", 204, CallStatus="completed")
    assert Call.objects.get().outcome == "failed"


def test_a_call_back_to_the_number_used(caller: Caller) -> None:
    caller.send("voice/")
    choice = found(caller.send("menu/", Digits="1"), "Gather")
    done = caller.send(choice.attrib["action"], Digits="1")
    assert done[-1].tag == "Hangup"
    caller.send("status/", 204, CallStatus="completed")
    asked = CallBack.objects.get()
    assert (asked.state, asked.call.outcome) == ("requested", "callback_requested")
    assert b"701740605" not in bytes(asked.number_sealed or b"")
    caller.send(choice.attrib["action"], Digits="1")
    assert CallBack.objects.count() == 1


def test_a_withheld_caller_keys_a_number_hears_it_and_confirms(caller: Caller) -> None:
    caller.number = "anonymous"
    caller.send("voice/")
    ask = found(caller.send("menu/", Digits="1"), "Gather")
    assert ask.attrib["finishOnKey"] == "#"
    ask = found(caller.send(ask.attrib["action"], Digits="12"), "Gather")
    confirm = found(caller.send(ask.attrib["action"], Digits="0846500455"), "Gather")
    assert "0 8 4 6 5 0 0 4 5 5" in said(caller.last)
    assert "846500455" not in confirm.attrib["action"]
    assert CallBack.objects.get().state == "keyed"
    again = found(caller.send(confirm.attrib["action"], Digits="2"), "Gather")
    confirm = found(caller.send(again.attrib["action"], Digits="0846500456"), "Gather")
    caller.send(confirm.attrib["action"], Digits="1")
    asked = CallBack.objects.get()
    assert (asked.state, asked.version, asked.call.withheld) == ("requested", 2, True)


def test_three_wrong_numbers_are_enough(caller: Caller) -> None:
    caller.number = "anonymous"
    caller.send("voice/")
    document = caller.send("menu/", Digits="1")
    for _try in range(3):
        document = caller.send(found(document, "Gather").attrib["action"], Digits="1")
    assert document.find("Gather") is None
    assert document[-1].tag == "Hangup"
    assert not CallBack.objects.exists()


def test_outside_hours_the_call_back_is_offered_at_once(client: Client) -> None:
    make_line(mode="closed")
    caller = Caller(client)
    document = caller.send("voice/")
    assert "1 1 2" in said(document)
    assert found(document, "Gather").attrib["action"].endswith("/callback/?part=choice")
    caller.send("status/", 204, CallStatus="completed")
    assert Call.objects.get().outcome == "outside_hours"


def test_a_number_that_is_none_of_our_lines_is_still_accounted_for(client: Client) -> None:
    caller = Caller(client, line="+46313900600")
    assert "1 1 2" in said(caller.send("voice/"))
    caller.send("status/", 204, CallStatus="completed")
    assert Call.objects.get().line is None


def test_a_recording_is_an_alarm_and_nothing_of_it_is_kept(caller: Caller) -> None:
    caller.send("status/", 204, RecordingSid="RE1", RecordingUrl="https://example.test/RE1")
    assert IntakeCount.objects.get().kind == "recording"
    assert Entry.objects.filter(action="call:recording:received").count() == 1
    assert not CallEvent.objects.exists()


def test_an_unknown_kind_is_acknowledged_and_counted(caller: Caller) -> None:
    caller.send("status/", 204, CallStatus="invented")
    assert (IntakeCount.objects.get().kind, Call.objects.count()) == ("unknown", 0)


def test_the_bare_address_takes_calls_too(caller: Caller) -> None:
    assert found(caller.send(""), "Gather") is not None


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options"])
def test_only_post_is_allowed(client: Client, method: str) -> None:
    for step in Step:
        response = getattr(client, method)(f"/webhooks/twilio/{step.value}/")
        assert (response.status_code, response["Allow"]) == (405, "POST"), step


def test_an_unsigned_request_is_refused_without_a_word(client: Client) -> None:
    for step in Step:
        response = client.post(f"/webhooks/twilio/{step.value}/", urlencode(FORM), content_type=FORM_TYPE)
        assert (response.status_code, response.content) == (403, b""), step
    assert not Call.objects.exists()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_refusals_are_in_the_trail_by_reason_and_neighbourhood(client: Client) -> None:
    flush()
    for _time in range(3):
        client.post(
            "/webhooks/twilio/voice/", urlencode(FORM), content_type=FORM_TYPE, REMOTE_ADDR="192.0.2.77"
        )
    flush()
    entry = Entry.objects.get(action="access:requests:refused", subject_reference="192.0.2.0/24")
    assert (entry.facts["reason"], entry.facts["times"]) == ("webhook:missing_signature", 3)


def test_another_bodys_signature_is_refused(client: Client) -> None:
    signed = post_signed(client, VOICE, FORM, token="guessed")
    assert (signed.status_code, signed.content) == (403, b"")  # type: ignore[attr-defined]
    assert not Call.objects.exists()


def test_a_refusal_logs_which_known_fields_came_and_no_value(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        post_signed(client, VOICE, FORM | {"Planted\nName": "planted value"}, token="guessed")
    assert "wrong_signature; of 6 fields known: AccountSid CallSid CallStatus From To" in caplog.text
    assert "lanted" not in caplog.text
    assert "4670" not in caplog.text


def test_behind_our_proxy_the_source_is_the_one_in_front_of_it(client: Client, settings: Settings) -> None:
    seen: list[str] = []
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "hotline.calls.webhooks.count_refusal", lambda *, reason, source: seen.append(source + reason)
        )
        client.post(VOICE, b"", content_type=FORM_TYPE, headers={"X-Forwarded-For": "192.0.2.9"})
    assert seen == ["192.0.2.9webhook:missing_signature"]


def test_an_unknown_account_is_refused(client: Client) -> None:
    response = post_signed(client, VOICE, FORM | {"AccountSid": "AC" + 32 * "9"})
    assert (response.status_code, response.content) == (403, b"")  # type: ignore[attr-defined]


def test_the_host_header_does_not_matter(client: Client) -> None:
    make_line()
    client.defaults["HTTP_HOST"] = "localhost"
    assert post_signed(client, VOICE, FORM).status_code == 200  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"A=" + b"x" * 17_000, 413),
        (b"&".join(b"A%d=" % n for n in range(201)), 400),
        (b"A=%ff", 400),
    ],
)
def test_what_is_too_large_or_unreadable_is_turned_away(client: Client, body: bytes, status: int) -> None:
    signed = {"X-Twilio-Signature": "of whatever"}
    response = client.post("/webhooks/twilio/voice/", body, content_type=FORM_TYPE, headers=signed)
    assert response.status_code == status


@pytest.mark.parametrize("fields", [{"CallSid": ""}, {"CallSid": "no-sid"}, {"QueuePosition": "x"}])
def test_a_signed_form_out_of_shape_is_malformed(client: Client, fields: dict[str, str]) -> None:
    assert post_signed(client, VOICE, FORM | fields).status_code == 400  # type: ignore[attr-defined]


def test_without_a_token_nobody_is_let_in(client: Client) -> None:
    with override_settings(TWILIO_AUTH_TOKEN=""):
        assert post_signed(client, VOICE, FORM, token=32 * "1").status_code == 403  # type: ignore[attr-defined]


def test_no_log_and_no_row_holds_the_callers_number(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caller.send("voice/")
    choice = found(caller.send("menu/", Digits="1"), "Gather")
    caller.send(choice.attrib["action"], Digits="1")
    rows = [str(list(model.objects.values())) for model in (Call, CallEvent, CallBack, Entry)]
    assert not re.search(r"70174|CAaaa", "".join(rows) + caplog.text)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_the_same_webhook_at_the_same_moment_makes_one_call() -> None:
    make_line()
    gate = threading.Barrier(4)

    def deliver() -> None:
        gate.wait(10)
        assert post_signed(Client(), VOICE, FORM).status_code == 200  # type: ignore[attr-defined]
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _delivery in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (Call.objects.count(), CallEvent.objects.count()) == (1, 1)
    assert IntakeCount.objects.get(kind="duplicate").n == 3
    assert Entry.objects.filter(action="call:call:offered").count() == 1


def test_the_addresses_are_the_published_ones() -> None:
    assert settings.PUBLIC_BASE_URL == "http://testserver"
    assert {step.value for step in Step} == {
        "voice",
        "status",
        "queue",
        "wait",
        "dial",
        "menu",
        "screen",
        "callback",
        "language",
        "who",
        "bridge",
        "fallback",
    }
