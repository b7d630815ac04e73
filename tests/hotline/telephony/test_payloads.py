"""Every kind of message of every provider is understood; with a field missing, added or odd it is still answered."""

from contextlib import suppress

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from hotline.calls.models import Call, CallEvent
from hotline.telephony.elks_api import ElksApi, Record
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import Kind, Step, Turn
from hotline.telephony.twilio import KNOWN_FIELDS, parse
from tests.hotline.telephony.signing import PROVIDERS, SECRETS, Payload, delivery, packed, path_of, payloads

STRANGE = ["", "x" * 300, "-1", "9" * 40, "å\x00"]
STRANGE_JSON: list[object] = [*STRANGE, None, 7, -1, 1.5, 10**30, True, [], {}, ["a"]]
each_provider = pytest.mark.parametrize("provider", PROVIDERS)


def put_on_record(monkeypatch: pytest.MonkeyPatch, payload: Payload) -> None:
    """Let 46elks have on record what the payload says, without a request over the network for each."""
    told = payload.get("record", {})
    record = Record(
        direction="incoming",
        caller=told.get("from", "+46701740605"),
        called="+4620100200",
        state=told.get("state", "ongoing"),
        duration_s=told.get("duration"),
        talk_s=max([leg["duration"] for leg in told.get("legs", [])], default=None),
    )
    monkeypatch.setattr(ElksApi, "call", lambda _api, _call_id: record)


def read(provider: str, payload: Payload) -> Turn:
    return PROVIDERS[provider].read(delivery(provider, payload), SECRETS)


def translated(provider: str, payload: Payload) -> Turn:
    """Read a payload; one of Twilio's without its signature, which covers every field and costs more than the rest."""
    if provider != "twilio":
        return read(provider, payload)
    form = {name: [value] for name, value in payload["fields"].items()}
    return parse(Step(payload["step"]), form, payload["query"], account=SECRETS["TWILIO_ACCOUNT_SID"])


@each_provider
def test_every_kind_is_understood(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for payload in payloads(provider):
        put_on_record(monkeypatch, payload)
        turn, name = read(provider, payload), payload["name"]
        assert turn.provider == provider, name
        assert (turn.event.kind.value if turn.event else None) == payload["kind"], name
        assert turn.recording is ("recording" in name), name
        assert turn.event is None or turn.event.withheld is ("withheld" in name), name


@each_provider
def test_a_field_more_changes_nothing(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for payload in payloads(provider):
        put_on_record(monkeypatch, payload)
        more = payload | {"fields": payload["fields"] | {"AddedWithoutNotice": "7", "added_too": ""}}
        assert read(provider, more) == read(provider, payload), payload["name"]


@each_provider
def test_a_field_less_is_a_turn_or_a_named_refusal(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for payload in payloads(provider):
        put_on_record(monkeypatch, payload)
        for name in payload["fields"]:
            less = {key: value for key, value in payload["fields"].items() if key != name}
            with suppress(Malformed, UnknownKind, WebhookRefused):
                assert translated(provider, payload | {"fields": less}).call_id, (payload["name"], name)


@each_provider
def test_a_strange_value_is_a_turn_or_a_named_refusal(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for payload in payloads(provider):
        put_on_record(monkeypatch, payload)
        names = set(payload["fields"]) & KNOWN_FIELDS if provider == "twilio" else payload["fields"]
        for place, name in enumerate(sorted(names)):
            understood = translated if place else read
            for strange in STRANGE_JSON if provider == "generic" else STRANGE:
                odd = payload | {"fields": payload["fields"] | {name: strange}}
                with suppress(Malformed, UnknownKind, WebhookRefused):
                    assert understood(provider, odd).call_id, (payload["name"], name, strange)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.urls("hotline.webhook_urls")
@each_provider
def test_at_the_door_nothing_of_this_is_ever_a_500(
    provider: str, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIDDLEWARE = settings.WEBHOOK_MIDDLEWARE
    for name, value in SECRETS.items():
        setattr(settings, name, value)
    statuses = set()
    for payload in payloads(provider):
        put_on_record(monkeypatch, payload)
        for left_out in ("", "To", "to", "From", "CallStatus", "kind", "from"):
            fields = {name: value for name, value in payload["fields"].items() if name != left_out}
            if left_out and fields == payload["fields"]:
                continue
            changed = payload | {"fields": fields}
            statuses.add(post(client, provider, changed))
    assert statuses <= {200, 204, 400}
    assert Call.objects.filter(provider=provider).exists()
    assert not {event.kind for event in CallEvent.objects.all()} - {kind.value for kind in Kind}


def post(client: Client, provider: str, payload: Payload) -> int:
    body, headers = packed(provider, payload, timezone.now())
    kind = headers.pop("Content-Type")
    return client.post(path_of(provider, payload), body, content_type=kind, headers=headers).status_code


def test_the_payloads_cover_every_step_and_every_kind() -> None:
    twilio = payloads("twilio")
    assert {payload["step"] for payload in twilio} == {step.value for step in Step} - {"bridge"}
    told = {payload["kind"] for provider in PROVIDERS for payload in payloads(provider)} - {None}
    assert told == {kind.value for kind in Kind} - {"callback_requested", "on_record"}
