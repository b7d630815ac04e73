"""Signed JSON from any exchange: who is let in, and how the records of a queue's members become one call."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hotline.calls.models import Call
from hotline.calls.serving import serve
from hotline.telephony.answers import Answer, HangUp
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import Kind, Turn
from hotline.telephony.generic import Generic, keys_of, parse
from hotline.telephony.links import Links
from hotline.telephony.providers import Delivery, Reply
from tests.hotline.factories import make_line
from tests.hotline.telephony.signing import KEY, NOW, SECRET, SECRETS, delivery, payloads, signed_headers

OFFERED = payloads("generic")[0]
EVENT: dict[str, Any] = OFFERED["fields"]
OTHER_KEY = bytes(range(1, 33))


def given(**changed: str) -> Delivery:
    sent = delivery("generic", OFFERED)
    headers = dict(sent.headers) | {name.replace("_", "-"): value for name, value in changed.items()}
    return replace(sent, headers=headers)


def read(sent: Delivery, **secrets: str) -> Turn:
    return Generic().read(sent, dict(SECRETS) | secrets)


def refused(sent: Delivery, **secrets: str) -> str:
    with pytest.raises(WebhookRefused) as caught:
        read(sent, **secrets)
    return caught.value.reason


def test_a_signed_event_is_let_in() -> None:
    turn = read(given())
    assert turn.event is not None
    assert (turn.event.kind, turn.event.caller, turn.event.line_number) == (
        Kind.OFFERED,
        "+46701740605",
        "+4620100200",
    )
    assert EVENT["call_id"] not in repr(turn)


def test_the_standards_own_example_is_let_in() -> None:
    """From the reference implementations: secret, id, time, body and signature as they publish them."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = NOW.fromtimestamp(1614265330, tz=NOW.tzinfo)
    sent = replace(given(), headers=headers, body=body, at=at)
    with pytest.raises(Malformed):  # let in, and then no event of ours
        read(sent, GENERIC_WEBHOOK_SECRET=secret)


@pytest.mark.parametrize("apart", [timedelta(minutes=5), -timedelta(minutes=5), timedelta()])
def test_five_minutes_either_way_are_accepted(apart: timedelta) -> None:
    assert read(replace(given(), at=NOW + apart)).event is not None


@pytest.mark.parametrize("apart", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_anything_older_or_newer_is_stale(apart: timedelta) -> None:
    assert refused(replace(given(), at=NOW + apart)) == "stale_timestamp"


@pytest.mark.parametrize("header", ["webhook_id", "webhook_timestamp", "webhook_signature"])
def test_each_header_is_needed(header: str) -> None:
    assert refused(given(**{header: ""})) == "missing_signature"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("webhook_id", "msg.1"),
        ("webhook_id", "x" * 101),
        ("webhook_timestamp", "-1"),
        ("webhook_timestamp", "²"),
        ("webhook_timestamp", "1.5"),
    ],
)
def test_a_header_out_of_shape_is_refused(header: str, value: str) -> None:
    assert refused(given(**{header: value})) == "missing_signature"


@pytest.mark.parametrize("signature", ["v1,", "v1", "v1a,AAAA", "x", "v1,å", "v1,AAAA v1,BBBB"])
def test_what_is_no_signature_of_ours_is_wrong(signature: str) -> None:
    assert refused(given(webhook_signature=signature)) == "wrong_signature"


def test_another_version_alone_is_wrong_even_with_our_signature_behind_it() -> None:
    ours = given().headers["webhook-signature"].removeprefix("v1,")
    assert refused(given(webhook_signature=f"v2,{ours}")) == "wrong_signature"


def test_one_of_several_signatures_is_enough() -> None:
    ours = given().headers["webhook-signature"]
    assert read(given(webhook_signature=f"v1a,AAAA v1,BBBB {ours}")).event is not None


def test_id_time_and_body_are_all_covered() -> None:
    sent = given()
    assert refused(replace(sent, body=sent.body + b" ")) == "wrong_signature"
    assert refused(given(webhook_id="msg_2")) == "wrong_signature"
    assert refused(given(webhook_timestamp=str(int(NOW.timestamp()) + 1))) == "wrong_signature"


def test_while_secrets_change_either_signs() -> None:
    body = json.dumps(EVENT).encode()
    sent = replace(given(), body=body, headers=signed_headers(body, NOW, key=OTHER_KEY))
    other = "whsec_" + base64.b64encode(OTHER_KEY).decode()
    assert refused(sent) == "wrong_signature"
    assert read(sent, GENERIC_WEBHOOK_SECRET_PREVIOUS=other).event is not None


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_%%%", "whsec_" + base64.b64encode(KEY[:23]).decode()]
)
def test_a_secret_that_is_short_or_none_lets_nobody_in(secret: str) -> None:
    secrets = dict(SECRETS) | {"GENERIC_WEBHOOK_SECRET": secret}
    assert keys_of(secrets) == []
    assert not Generic().is_configured(secrets)
    assert refused(given(), GENERIC_WEBHOOK_SECRET=secret) == "wrong_signature"


def test_a_secret_is_read_with_and_without_its_prefix() -> None:
    assert keys_of(SECRETS) == keys_of(
        dict(SECRETS) | {"GENERIC_WEBHOOK_SECRET": SECRET.removeprefix("whsec_")}
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"provider": ""},
        {"provider": "Växel 1"},
        {"call_id": None},
        {"call_id": "two words"},
        {"at": "2026-11-23T10:58:00"},
        {"at": "yesterday"},
        {"at": None},
        {"talk_s": -1},
        {"talk_s": 1.5},
        {"wait_s": True},
        {"sequence": "1"},
        {"from": 46701740605},
        {"kind": "Offered"},
    ],
)
def test_a_field_out_of_shape_is_malformed(changed: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        parse(EVENT | changed)


@pytest.mark.parametrize("kind", ["invented", "dialled", "callback_requested"])
def test_a_kind_without_meaning_is_unknown(kind: str) -> None:
    with pytest.raises(UnknownKind):
        parse(EVENT | {"kind": kind})


def test_a_leg_cannot_end_or_give_up_the_call() -> None:
    ended = parse(EVENT | {"kind": "ended", "leg_id": "1795431480.18"}).event
    assert ended is not None
    assert (ended.kind, ended.ended, ended.caller) == (Kind.LEG_ENDED, False, "")
    with pytest.raises(UnknownKind):
        parse(EVENT | {"kind": "gave_up", "leg_id": "1795431480.18"})


@pytest.mark.parametrize("direction", ["outbound", "out", "outgoing"])
def test_what_the_exchange_dialled_itself_is_no_event(direction: str) -> None:
    assert parse(EVENT | {"direction": direction, "kind": "ended"}).event is None


def test_two_exchanges_with_the_same_id_are_two_calls_and_neither_is_anothers() -> None:
    one, other = parse(EVENT), parse(EVENT | {"provider": "twilio"})
    assert one.call_id != other.call_id
    assert (one.provider, other.provider) == ("generic", "generic")


def test_an_exchange_is_told_nothing() -> None:
    turn = parse(EVENT)
    assert Generic().write(turn, Answer(verbs=(HangUp(),)), Links("https://x"), SECRETS) == Reply(204)


@pytest.mark.django_db(databases=["default", "keys"])
def test_three_members_rung_and_their_records_are_one_answered_call() -> None:
    make_line()
    told = [EVENT | {"kind": "offered"}, EVENT | {"kind": "queued", "sequence": 2}]
    for member in ("18", "19", "20"):
        leg = {"leg_id": f"1795431480.{member}", "sequence": 1}
        told += [EVENT | leg | {"kind": "ringing"}, EVENT | leg | {"kind": "ended", "sequence": 2}]
    answered = {"leg_id": "1795431480.19"}
    told += [
        EVENT | answered | {"kind": "accepted", "wait_s": 12, "at": "2026-11-23T10:58:20Z"},
        EVENT | answered | {"kind": "ended", "sequence": 3, "talk_s": 301},
        EVENT | {"kind": "ended", "sequence": 9, "at": "2026-11-23T11:03:30Z"},
    ]
    for fields in reversed(told * 2):
        serve(parse(fields), at=NOW)
    call = Call.objects.get()
    assert (call.outcome, call.wait_s, call.talk_s, call.rings, call.events.count()) == (
        "answered",
        12,
        301,
        1,
        11,
    )
