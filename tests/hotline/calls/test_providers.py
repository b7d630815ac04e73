"""At the door of every provider: whole calls, what is turned away, and what is counted."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.models import Entry
from hotline.calls import webhooks
from hotline.calls.models import Call, CallBack, CallEvent, IntakeCount
from hotline.lines.models import Duty, Line
from tests.hotline.calls.provider import FORM_TYPE, Caller, found, post_signed, said
from tests.hotline.factories import COUNSELLORS_PHONE, LINE_NUMBER, make_counsellor, make_line, on_duty
from tests.hotline.telephony.fake_elks import CALL_ID, INCOMING, FakeElks, fake_elks
from tests.hotline.telephony.signing import PROVIDERS, SECRETS, payloads, signed_headers

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.urls("hotline.webhook_urls"),
]
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
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []
    monkeypatch.setattr(
        webhooks, "count_refusal", lambda *, reason, source: reasons.append(f"{reason} {source}")
    )
    return reasons


@pytest.fixture(scope="module")
def server() -> Iterator[FakeElks]:
    with fake_elks() as fake:
        yield fake


@pytest.fixture
def elks(server: FakeElks, settings: Settings) -> FakeElks:
    server.calls, server.asked = {CALL_ID: dict(INCOMING)}, []
    for name, value in server.settings().items():
        setattr(settings, name, value)
    return server


def tell_elks(client: Client, where: str, expect: int = 200, **fields: str) -> dict[str, Any]:
    path = (
        where.partition("testserver")[2] if "://" in where else f"/webhooks/46elks/s3cret-in-the-path/{where}"
    )
    told = {"direction": "incoming", "callid": CALL_ID, "from": "+46701740605", "to": LINE_NUMBER} | fields
    response = client.post(path, urlencode(told), content_type=FORM_TYPE)
    assert response.status_code == expect, response.content
    answer: dict[str, Any] = json.loads(response.content or "{}")
    return answer


def tell_generic(client: Client, **changed: object) -> int:
    body = json.dumps(
        payloads("generic")[0]["fields"] | {"at": timezone.now().isoformat()} | changed
    ).encode()
    headers = signed_headers(body, timezone.now())
    kind = headers.pop("Content-Type")
    return client.post("/webhooks/generic/", body, content_type=kind, headers=headers).status_code


def last(action: dict[str, Any]) -> dict[str, Any]:
    """Give the innermost action of a chain."""
    return last(action["next"]) if isinstance(action.get("next"), dict) else action


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path", ["/webhooks/", "/webhooks/other/voice/", "/webhooks/twilio/other/", "/webhooks/twilio/x/voice/"]
)
def test_other_addresses_are_not_there(client: Client, method: str, path: str) -> None:
    assert getattr(client, method)(path).status_code == 404


@pytest.mark.parametrize("path", ["46elks/x/voice/", "generic/", "twilio/"])
@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_post_is_allowed_at_any_provider(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(f"/webhooks/{path}").status_code == 405


@pytest.mark.parametrize("path", ["46elks/x/voice/", "46elks/voice/", "generic/", "twilio/voice/"])
def test_a_provider_that_is_not_set_up_lets_nobody_in(
    client: Client, settings: Settings, refusals: list[str], path: str
) -> None:
    settings.TWILIO_AUTH_TOKEN = ""
    response = client.post(f"/webhooks/{path}", urlencode(FORM), content_type=FORM_TYPE)
    assert (response.status_code, response.content) == (403, b"")
    assert refusals == ["webhook:not_configured 127.0.0.1"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_provider_reads_more_than_its_bound(client: Client, settings: Settings, name: str) -> None:
    for setting, value in SECRETS.items():
        setattr(settings, setting, value)
    body = b"x" * (PROVIDERS[name].max_body + 1)
    where = "46elks/s3cret-in-the-path/voice" if name == "46elks" else f"{name}/voice"
    assert client.post(f"/webhooks/{where}/", body, content_type=FORM_TYPE).status_code == 413


def test_a_door_through_which_nobody_could_come_is_not_opened(settings: Settings) -> None:
    webhooks.require_a_provider()
    settings.TWILIO_AUTH_TOKEN = ""
    with pytest.raises(ImproperlyConfigured, match=r"twilio: TWILIO_ACCOUNT_SID .*46elks: .*generic: "):
        webhooks.require_a_provider()
    settings.GENERIC_WEBHOOK_SECRET = SECRETS["GENERIC_WEBHOOK_SECRET"]
    webhooks.require_a_provider()


def test_a_refusal_is_counted_and_fills_no_log(
    client: Client, refusals: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/webhooks/twilio/voice/", urlencode(FORM), content_type=FORM_TYPE)
    assert (refusals, caplog.text) == (["webhook:missing_signature 127.0.0.1"], "")


def test_an_answer_that_cannot_be_written_still_leaves_the_caller_with_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_line()
    asked: list[str] = []
    written = PROVIDERS["twilio"].write

    def break_once(*given: Any) -> Any:
        asked.append("")
        if len(asked) == 1:
            raise ValueError
        return written(*given)

    known = webhooks.registered()["twilio"]
    monkeypatch.setattr(known, "write", break_once)
    assert "1 1 2" in said(Caller(client).send("voice/"))
    assert len(asked) == 2


# --- Twilio


@pytest.mark.parametrize("public", ["https://line.example.test", "https://line.example.test:443"])
@pytest.mark.parametrize("signed", ["https://line.example.test", "https://line.example.test:443"])
def test_the_signed_address_is_the_public_one_whatever_the_proxy_does(
    client: Client, settings: Settings, public: str, signed: str
) -> None:
    make_line()
    settings.PUBLIC_BASE_URL = public
    client.defaults |= {
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_X_FORWARDED_PROTO": "http",
        "SERVER_PORT": "8000",
    }
    path = "/webhooks/twilio/voice/"
    settings.PUBLIC_BASE_URL = signed
    body_and_headers = post_signed(client, signed + path, FORM)
    assert body_and_headers.status_code == 200  # type: ignore[attr-defined]


def test_while_tokens_change_the_previous_one_still_opens_the_door(
    client: Client, settings: Settings
) -> None:
    make_line()
    url = "http://testserver/webhooks/twilio/voice/"
    assert post_signed(client, url, FORM, token="the one before").status_code == 403  # type: ignore[attr-defined]
    settings.TWILIO_AUTH_TOKEN_PREVIOUS = "the one before"
    assert post_signed(client, url, FORM, token="the one before").status_code == 200  # type: ignore[attr-defined]
    assert post_signed(client, url, FORM).status_code == 200  # type: ignore[attr-defined]


def test_the_idempotency_token_marks_a_retry_and_is_no_event(client: Client) -> None:
    make_line()
    caller = Caller(client)
    client.defaults["HTTP_I_TWILIO_IDEMPOTENCY_TOKEN"] = "invented-1"
    leg = {"SequenceNumber": "1", "CallStatus": "ringing"}
    caller.leg("status/", 204, **leg)
    caller.leg("status/", 204, **leg | {"SequenceNumber": "2", "CallStatus": "in-progress"})
    assert CallEvent.objects.count() == 2
    client.defaults["HTTP_I_TWILIO_IDEMPOTENCY_TOKEN"] = "invented-2"
    caller.leg("status/", 204, **leg)
    assert CallEvent.objects.count() == 2
    assert IntakeCount.objects.get(kind="duplicate").n == 1


def test_where_our_answer_did_not_arrive_the_call_is_offered_and_failed(client: Client) -> None:
    make_line()
    caller = Caller(client)
    document = caller.send(
        "fallback/", ErrorCode="11205", ErrorUrl="http://testserver/webhooks/twilio/voice/"
    )
    assert "1 1 2" in said(document)
    assert "/callback/" in found(document, "Gather").attrib["action"]
    caller.send("status/", 204, CallStatus="completed")
    call = Call.objects.get()
    assert (call.outcome, call.events.get(kind="offered").cause) == ("failed", "11205")


def test_a_call_back_asked_for_from_there_is_what_became_of_the_call(client: Client) -> None:
    make_line()
    caller = Caller(client)
    gather = found(caller.send("fallback/", ErrorCode="11205"), "Gather")
    caller.send(gather.attrib["action"], Digits="1")
    caller.send("status/", 204, CallStatus="completed")
    assert Call.objects.get().outcome == "callback_requested"
    assert CallBack.objects.get().state == "requested"


# --- 46elks


def test_a_46elks_call_is_answered_from_greeting_to_goodbye(client: Client, elks: FakeElks) -> None:
    line = make_line()
    duty = on_duty(make_counsellor(), line)
    asked = last(tell_elks(client, "voice/", created="2026-11-23T10:58:00.123000"))
    waiting = last(tell_elks(client, asked["next"], result="failed"))
    assert "/webhooks/46elks/s3cret-in-the-path/wait/" in waiting["next"]
    found_one = tell_elks(client, waiting["next"], result="ok")
    assert Duty.objects.get().state == "ringing"
    connect = tell_elks(client, found_one["next"], result="ok")
    assert (connect["connect"], connect["callerid"]) == (COUNSELLORS_PHONE, LINE_NUMBER)
    elks.calls[CALL_ID]["legs"] = [{"to": COUNSELLORS_PHONE, "state": "success", "duration": 1}]
    tell_elks(client, connect["next"], result="success")
    tell_elks(client, connect["whenhangup"], 204, state="success", duration="330")
    call = Call.objects.get()
    assert (call.provider, call.outcome, call.accepted_by, call.talk_s, call.duration_s) == (
        "46elks",
        "answered",
        duty.user,
        1,
        330,
    )
    assert call.wait_s is not None
    assert Duty.objects.get().state == "free"


def test_a_46elks_caller_who_waits_in_vain_asks_for_a_call_back(client: Client, elks: FakeElks) -> None:
    make_line(mode="closed")
    choice = last(tell_elks(client, "voice/"))
    assert "/callback/" in choice["next"]
    tell_elks(client, choice["next"], result="1")
    tell_elks(client, "status/", 204, state="success", duration="30")
    assert Call.objects.get().outcome == "callback_requested"
    assert b"701740605" not in bytes(CallBack.objects.get().number_sealed or b"")


def test_a_46elks_call_from_a_wrong_path_or_place_is_counted_and_not_read(
    client: Client, elks: FakeElks, refusals: list[str]
) -> None:
    client.post("/webhooks/46elks/guessed/voice/", b"\xff", content_type=FORM_TYPE)
    client.post("/webhooks/46elks/voice/", b"\xff", content_type=FORM_TYPE)
    client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    client.post("/webhooks/46elks/s3cret-in-the-path/voice/", b"\xff", content_type=FORM_TYPE)
    assert refusals == [
        "webhook:wrong_path 127.0.0.1",
        "webhook:wrong_path 127.0.0.1",
        "webhook:wrong_source 198.51.100.7",
    ]
    assert (elks.asked, Call.objects.count()) == ([], 0)


def test_behind_our_proxy_46elks_is_recognised_by_what_the_proxy_tells(
    client: Client, elks: FakeElks, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES, settings.ELKS_SOURCES = ["127.0.0.1"], "192.0.2.9"
    make_line()
    tell_elks(client, "voice/", 403)
    client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.9"
    tell_elks(client, "voice/")
    client.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.9, 198.51.100.7"
    tell_elks(client, "voice/", 403)


def test_what_46elks_did_not_confirm_is_marked_in_what_is_kept(
    client: Client, elks: FakeElks, settings: Settings
) -> None:
    settings.ELKS_API_URL = "http://127.0.0.1:9"
    make_line()
    tell_elks(client, "voice/")
    assert Call.objects.get().events.get().cause == "unconfirmed"


# --- any exchange


def test_an_exchanges_event_is_taken_in_and_acknowledged(client: Client, settings: Settings) -> None:
    settings.GENERIC_WEBHOOK_SECRET = SECRETS["GENERIC_WEBHOOK_SECRET"]
    make_line()
    assert tell_generic(client) == 204
    assert tell_generic(client) == 204
    assert tell_generic(client, kind="ended", sequence=2) == 204
    assert tell_generic(client, kind="invented") == 204
    assert tell_generic(client, direction="outbound", call_id="other") == 204
    assert tell_generic(client, call_id="") == 400
    call = Call.objects.get()
    assert (call.provider, call.outcome, call.line) == ("generic", "abandoned", Line.objects.get())
    assert dict(IntakeCount.objects.values_list("kind", "n")) == {"duplicate": 1, "unknown": 1}
    rows = [str(list(model.objects.values())) for model in (Call, CallEvent, Entry)]
    assert "70174" not in "".join(rows)
    assert "1795431480" not in "".join(rows)


def test_an_exchange_with_another_secret_is_counted(
    client: Client, settings: Settings, refusals: list[str]
) -> None:
    settings.GENERIC_WEBHOOK_SECRET = "whsec_" + 40 * "A"
    assert tell_generic(client) == 403
    assert refusals == ["webhook:wrong_signature 127.0.0.1"]
