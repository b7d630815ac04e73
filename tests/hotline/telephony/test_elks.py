"""46elks signs nothing: what opens the door instead, what is believed, and how its actions are written."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hotline.telephony.answers import (
    Answer,
    Ask,
    Enqueue,
    GoTo,
    HangUp,
    LeaveQueue,
    Leg,
    Pause,
    Play,
    Ring,
    Say,
    Verb,
)
from hotline.telephony.elks import Elks
from hotline.telephony.elks_api import MAX_ANSWER
from hotline.telephony.errors import Malformed, UnknownKind, WebhookRefused
from hotline.telephony.events import CallBackPart, Kind, Place, QueueResult, Step, Turn
from hotline.telephony.links import Links
from tests.hotline.telephony.fake_elks import CALL_ID, INCOMING, FakeElks, fake_elks
from tests.hotline.telephony.signing import NOW, SECRETS, delivery, payloads

DUTY = UUID("7a0c5d7e-0d0b-4a52-9a6e-0f6f5a0f1a11")
SINCE = int(NOW.timestamp()) - 40
TOLD: dict[str, str] = payloads("46elks")[0]["fields"]
LINKS = Links("https://line.example.test", "46elks", "s3cret")
BASE = "https://line.example.test/webhooks/46elks/s3cret"
HOLD, DEFAULT = SECRETS["ELKS_HOLD_SOUND"], SECRETS["ELKS_DEFAULT_SOUND"]
TALKED = [{"to": "+46846500401", "from": "+4620100200", "state": "success", "duration": 301}]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeElks]:
    with fake_elks() as fake:
        yield fake


@pytest.fixture
def elks(server: FakeElks) -> FakeElks:
    server.calls = {CALL_ID: dict(INCOMING)}
    server.asked, server.status, server.body, server.delay_s = [], 200, b"", 0
    return server


def read(elks: FakeElks, step: str = "voice", query: str = "", **fields: str) -> Turn:
    payload = {"step": step, "query": query, "fields": TOLD | fields}
    return Elks().read(delivery("46elks", payload), elks.settings())


def refused(elks: FakeElks, step: str = "voice", **fields: str) -> str:
    with pytest.raises(WebhookRefused) as caught:
        read(elks, step, **fields)
    return caught.value.reason


def test_an_incoming_call_is_offered_when_the_record_agrees(elks: FakeElks) -> None:
    turn = read(elks)
    assert turn.event is not None
    assert (turn.event.kind, turn.event.caller, turn.event.cause) == (Kind.OFFERED, "+46701740605", "")
    assert turn.event.at is not None
    assert turn.event.at.isoformat() == "2026-11-23T10:58:00.123000+00:00"
    assert elks.asked == [f"/a1/calls/{CALL_ID}"]


@pytest.mark.parametrize("given", ["", "s3cret-in-the-pat", "s3cret-in-the-path ", "å"])
def test_another_path_is_refused_before_anything_is_asked(elks: FakeElks, given: str) -> None:
    sent = replace(delivery("46elks", payloads("46elks")[0]), in_path=given)
    with pytest.raises(WebhookRefused, match="wrong_path"):
        Elks().read(sent, elks.settings())
    assert elks.asked == []


@pytest.mark.parametrize("source", ["", "192.0.2.16", "2001:db8::1"])
def test_another_source_is_refused_before_anything_is_asked(elks: FakeElks, source: str) -> None:
    sent = replace(delivery("46elks", payloads("46elks")[0]), source=source)
    with pytest.raises(WebhookRefused, match="wrong_source"):
        Elks().read(sent, elks.settings())
    assert elks.asked == []


def test_a_source_within_an_allowed_network_is_let_in(elks: FakeElks) -> None:
    sent = replace(delivery("46elks", payloads("46elks")[0]), source="192.0.2.15")
    assert Elks().read(sent, elks.settings()).event is not None


def test_a_call_that_is_not_on_record_is_refused(elks: FakeElks) -> None:
    elks.calls.clear()
    assert refused(elks) == "not_confirmed"


@pytest.mark.parametrize(
    "changed", [{"from": "+46701740606"}, {"to": "+46313900600"}, {"direction": "outgoing"}]
)
def test_a_record_that_says_otherwise_is_refused(elks: FakeElks, changed: dict[str, str]) -> None:
    elks.calls[CALL_ID] |= changed
    assert refused(elks) == "not_confirmed"


@pytest.mark.parametrize("trouble", ["error", "nonsense", "password", "endless", "gone"])
def test_where_nobody_confirms_the_call_is_taken_in_and_marked(
    elks: FakeElks, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = elks.settings()
    if trouble == "gone":
        settings["ELKS_API_URL"] = "http://127.0.0.1:9"
    if trouble == "password":
        settings["ELKS_API_PASSWORD"] = "wrong"
    elks.status = 503 if trouble == "error" else 200
    elks.body = {"nonsense": b"<html>", "endless": b'"' + MAX_ANSWER * b"x"}.get(trouble, b"")
    turn = Elks().read(delivery("46elks", payloads("46elks")[0]), settings)
    assert turn.event is not None
    assert (turn.event.kind, turn.event.cause, turn.event.caller) == (
        Kind.OFFERED,
        "unconfirmed",
        "+46701740605",
    )
    assert "could not be asked" in caplog.text
    assert CALL_ID not in caplog.text


def test_a_slow_confirmation_does_not_keep_the_caller_waiting(elks: FakeElks) -> None:
    elks.delay_s = 0.6
    began = time.monotonic()
    turn = read(elks)
    assert time.monotonic() - began < 0.6 + 0.1
    assert turn.event is not None
    assert turn.event.cause == "unconfirmed"


def test_the_end_of_an_unconfirmed_call_keeps_its_state_too(elks: FakeElks) -> None:
    elks.status = 503
    event = read(elks, "status", state="success", duration="330").event
    assert event is not None
    assert (event.kind, event.cause, event.duration_s) == (Kind.ENDED, "success unconfirmed", 330)
    assert len(event.cause) <= 24


@pytest.mark.parametrize(
    "number", ["anonymous", "", "0701740605", "+", "+46 70", "sip:x@example.test", "266696687"]
)
def test_anything_that_is_not_e164_is_withheld(elks: FakeElks, number: str) -> None:
    elks.calls[CALL_ID]["from"] = number
    event = read(elks, **{"from": number}).event
    assert event is not None
    assert (event.caller, event.withheld) == ("", True)


def test_what_a_callback_leaves_out_comes_from_the_record(elks: FakeElks) -> None:
    bare = {"step": "menu", "query": "", "fields": {"callid": CALL_ID, "result": "1"}}
    turn = Elks().read(delivery("46elks", bare), elks.settings())
    assert (turn.caller, turn.line_number, turn.digits) == ("+46701740605", "+4620100200", "1")
    assert turn.event is not None
    assert not turn.event.withheld


def test_what_is_not_taken_in_is_not_asked_about(elks: FakeElks) -> None:
    assert read(elks, "wait", f"n=2&s={SINCE}").event is None
    assert elks.asked == []


def test_no_key_pressed_is_no_digit(elks: FakeElks) -> None:
    assert read(elks, "menu", result="failed", why="noinput").digits == ""
    assert read(elks, "callback", "part=keyed", result="0846500455").digits == "0846500455"


def test_the_wait_is_measured_as_nobody_tells_it(elks: FakeElks) -> None:
    turn = read(elks, "queue", f"s={SINCE}&w=25&r=1")
    assert turn.event is not None
    assert (turn.queue_result, turn.queued_s, turn.event.wait_s) == (QueueResult.LEFT, 40, 65)


def test_a_talk_began_as_long_ago_as_it_lasted(elks: FakeElks) -> None:
    elks.calls[CALL_ID]["legs"] = TALKED
    turn = read(elks, "dial", f"d={DUTY}&r=1", result="success")
    assert turn.event is not None
    assert (turn.bridged, turn.event.kind, turn.event.duty, turn.event.rings, turn.event.talk_s) == (
        True,
        Kind.ACCEPTED,
        DUTY,
        2,
        301,
    )
    assert turn.event.at == NOW - timedelta(seconds=301)


def test_a_caller_who_hangs_up_first_was_answered_all_the_same(elks: FakeElks) -> None:
    elks.calls[CALL_ID]["legs"] = [{"state": "failed", "duration": 0}, "odd", *TALKED]
    event = read(elks, "status", f"d={DUTY}", state="success", duration="330").event
    assert event is not None
    assert (event.kind, event.ended, event.talk_s, event.duration_s, event.duty) == (
        Kind.ACCEPTED,
        True,
        301,
        330,
        DUTY,
    )


@pytest.mark.parametrize("result", ["failed", "busy"])
def test_a_ring_without_an_answer_is_no_acceptance(elks: FakeElks, result: str) -> None:
    turn = read(elks, "dial", result=result)
    assert turn.event is not None
    assert (turn.bridged, turn.event.kind) == (False, Kind.DIALLED)


def test_an_unknown_result_is_an_unknown_kind(elks: FakeElks) -> None:
    with pytest.raises(UnknownKind):
        read(elks, "dial", result="invented")


@pytest.mark.parametrize("call_id", ["", "c 4", "c/../x", "c" * 65])
def test_an_id_out_of_shape_is_malformed_and_not_asked_about(elks: FakeElks, call_id: str) -> None:
    with pytest.raises(Malformed):
        read(elks, callid=call_id)
    assert elks.asked == []


def test_a_recording_is_noticed_and_is_no_event(elks: FakeElks) -> None:
    turn = read(elks, "callback", wav="https://api.example.test/1.wav")
    assert (turn.recording, turn.event) == (True, None)


@pytest.mark.parametrize("left_out", [name for name in Elks.settings if name != "ELKS_API_URL"])
def test_it_needs_all_it_is_recognised_by(left_out: str) -> None:
    assert Elks().is_configured(SECRETS)
    assert not Elks().is_configured(dict(SECRETS) | {left_out: ""})


@pytest.mark.parametrize("sources", ["", "somewhere", "127.0.0.1,", "192.0.2.1/24"])
def test_sources_that_are_no_addresses_let_nobody_in(sources: str) -> None:
    assert not Elks().is_configured(dict(SECRETS) | {"ELKS_SOURCES": sources})


def written(*verbs: Verb, step: Step = Step.MENU, place: Place | None = None) -> dict[str, Any]:
    turn = Turn(step=step, provider="46elks", call_id="c1", place=place or Place(since=SINCE))
    reply = Elks().write(turn, Answer(verbs=verbs), LINKS, SECRETS)
    assert (reply.status, reply.content_type) == (200, "application/json")
    document: dict[str, Any] = json.loads(reply.body)
    assert document.pop("whenhangup").startswith(f"{BASE}/status/")
    return document


def test_a_greeting_is_played_and_then_keys_are_asked_for() -> None:
    ask = Ask(
        heard=(Play("https://x/b.mp3", "b"), Play("https://x/c.mp3", "c")),
        step=Step.MENU,
        place=Place(),
        timeout_s=3,
    )
    assert written(Play("https://x/a.mp3", "a"), ask, GoTo(Step.MENU, Place())) == {
        "play": "https://x/a.mp3",
        "next": {
            "play": "https://x/b.mp3",
            "next": {
                "ivr": "https://x/c.mp3",
                "digits": 1,
                "timeout": 3,
                "repeat": 1,
                "next": f"{BASE}/menu/",
            },
        },
    }


def test_what_has_no_recording_is_the_default_sound_once() -> None:
    keyed = Ask(
        heard=(Say("e"),), step=Step.CALLBACK, place=Place(part=CallBackPart.KEYED), digits=16, timeout_s=99
    )
    document = written(Say("a"), Play("https://x/b.mp3", "b"), Say("c"), Say("d"), keyed)
    assert json.dumps(document).count(DEFAULT) == 1
    assert document["next"]["next"] == {
        "ivr": "sound/beep",
        "digits": 16,
        "timeout": 30,
        "repeat": 1,
        "next": f"{BASE}/callback/?part=keyed",
    }


def test_a_queue_is_a_sound_after_which_we_are_asked_again() -> None:
    assert written(Say("a"), Enqueue("line", Place(round=1, waited_s=12))) == {
        "play": DEFAULT,
        "next": f"{BASE}/wait/?r=1&w=12&s={SINCE}",
    }
    here = Place(round=1, turn=2, since=SINCE)
    again = GoTo(Step.WAIT, replace(here, turn=3))
    assert written(Say("a"), Pause(15), again, step=Step.WAIT, place=here)["next"] == {
        "play": HOLD,
        "next": f"{BASE}/wait/?r=1&n=3&s={SINCE}",
    }
    assert written(LeaveQueue(), step=Step.WAIT, place=here) == {
        "play": "sound/beep",
        "next": f"{BASE}/queue/?r=1&n=2&s={SINCE}",
    }


def test_every_connect_carries_the_lines_own_number() -> None:
    place = Place(round=1, waited_s=12, duty=DUTY)
    legs = (Leg("+46846500401", place),)
    assert written(Ring(legs, "+4620100200", Place(), timeout_s=20), step=Step.QUEUE) == {
        "connect": "+46846500401",
        "callerid": "+4620100200",
        "timeout": 20,
        "next": f"{BASE}/dial/?r=1&w=12&d={DUTY}",
    }
    with pytest.raises(ValueError, match="own number"):
        written(Ring(legs, "", Place()))


def test_of_several_phones_nobody_tells_which_one_answered() -> None:
    legs = tuple(Leg(f"+4684650040{index}", Place(duty=DUTY)) for index in range(3))
    document = written(Ring(legs, "+4620100200", Place(round=2)))
    assert document["connect"] == "+46846500400,+46846500401,+46846500402"
    assert document["next"] == f"{BASE}/dial/?r=2"


def test_the_end_of_a_talk_comes_back_with_the_counsellor_it_was_with() -> None:
    ring = Ring((Leg("+46846500401", Place(duty=DUTY)),), "+4620100200", Place())
    turn = Turn(step=Step.QUEUE, provider="46elks", call_id="c1", place=Place())
    reply = Elks().write(turn, Answer(verbs=(ring,)), LINKS, SECRETS)
    assert json.loads(reply.body)["whenhangup"] == f"{BASE}/status/?d={DUTY}"


@pytest.mark.parametrize("verbs", [(), (HangUp(),)])
def test_an_end_without_words_hangs_up(verbs: tuple[Verb, ...]) -> None:
    assert written(*verbs) == {"hangup": "reject"}


def test_after_the_last_words_the_call_ends_by_itself() -> None:
    assert written(Say("a"), HangUp()) == {"play": DEFAULT}


def test_an_address_alone_is_no_action() -> None:
    assert written(GoTo(Step.MENU, Place())) == {"play": "sound/beep", "next": f"{BASE}/menu/"}


def test_the_end_of_a_call_wants_no_answer() -> None:
    turn = Turn(step=Step.STATUS, provider="46elks", call_id="c1", place=Place())
    assert Elks().write(turn, Answer(), LINKS, SECRETS).status == 204
