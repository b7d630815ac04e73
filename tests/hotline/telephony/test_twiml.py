"""Answers into TwiML: the caller's number never shows, and nothing is recorded."""

import re
from dataclasses import fields
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree as ET

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
)
from hotline.telephony.events import Place, Step
from hotline.telephony.links import Links
from hotline.telephony.twiml import render

LINKS = Links("https://line.example.test")
HOTLINE = Path(__file__).resolve().parents[3] / "hotline"


def document(*verbs: object) -> ET.Element:
    text = render(Answer(verbs=verbs), LINKS)  # type: ignore[arg-type]
    return ET.fromstring(text)  # noqa: S314 - our own document


def test_every_dial_carries_the_lines_number_a_screen_and_no_recording() -> None:
    duty = uuid4()
    place = Place(round=1, duty=duty)
    dial = document(Ring(legs=(Leg("+46846500401", place),), caller_id="+4620100200", place=place))[0]
    assert dial.tag == "Dial"
    assert (dial.get("callerId"), dial.get("answerOnBridge"), dial.get("record")) == (
        "+4620100200",
        "true",
        "do-not-record",
    )
    number = dial[0]
    assert number.text == "+46846500401"
    assert number.get("url") == f"https://line.example.test/webhooks/twilio/screen/?r=1&d={duty}"
    assert number.get("statusCallback") == f"https://line.example.test/webhooks/twilio/status/?r=1&d={duty}"


def test_a_dial_without_a_caller_id_cannot_be_made() -> None:
    assert "caller_id" in {each.name for each in fields(Ring)}
    with pytest.raises(ValueError, match="line's own number"):
        document(Ring(legs=(Leg("+46846500401", Place()),), caller_id="", place=Place()))


def test_only_one_place_in_the_project_makes_a_dial() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in HOTLINE.rglob("*.py")}
    makers = [name for name, text in sources.items() if re.search(r"\bDial\(|\.dial\(|<Dial[ >/].*</", text)]
    assert makers == ["twiml.py"]


def test_a_ring_does_not_show_the_phone() -> None:
    ring = Ring(legs=(Leg("+46846500401", Place()),), caller_id="+4620100200", place=Place())
    assert "46846500401" not in repr(ring)


def test_several_phones_ring_at_once_each_with_its_own_screen_and_never_more_than_ten() -> None:
    duties = [uuid4() for _leg in range(12)]
    legs = tuple(Leg(f"+468465004{n:02d}", Place(duty=duty)) for n, duty in enumerate(duties))
    dial = document(Ring(legs=legs, caller_id="+4620100200", place=Place()))[0]
    assert [number.text for number in dial] == [leg.phone for leg in legs[:10]]
    assert dial[9].get("url", "").endswith(f"/screen/?d={duties[9]}")
    assert dial.get("action", "").endswith("/dial/")


def test_audio_is_played_and_each_text_read_in_its_own_language() -> None:
    heard = (Say("Hej"), Say("Hello", "en"), Play("https://audio.example.test/hej.mp3", "Hej"))
    gather = document(Ask(heard=heard, step=Step.LANGUAGE, place=Place()), Play("https://a.test/b.mp3", ""))
    assert [(said.tag, said.get("language"), said.text) for said in gather[0]] == [
        ("Say", "sv-SE", "Hej"),
        ("Say", "en-GB", "Hello"),
        ("Play", None, "https://audio.example.test/hej.mp3"),
    ]
    assert (gather[1].tag, gather[1].text) == ("Play", "https://a.test/b.mp3")


def test_swedish_is_read_by_a_swedish_voice() -> None:
    assert document(Say("Hej"))[0].attrib == {"language": "sv-SE"}


def test_keys_are_asked_for_and_go_to_their_step() -> None:
    gather = document(Ask(heard=(Say("Ett"), Say("Två")), step=Step.MENU, place=Place(), digits=1))[0]
    assert gather.get("action") == "https://line.example.test/webhooks/twilio/menu/"
    assert [said.text for said in gather] == ["Ett", "Två"]
    assert gather.get("input") == "dtmf"


def test_the_queue_knows_where_to_wait_and_where_to_report() -> None:
    enqueue = document(Enqueue(name="line", place=Place(round=2, waited_s=30)))[0]
    assert enqueue.get("waitUrl", "").endswith("/wait/?r=2&w=30")
    assert enqueue.get("action", "").endswith("/queue/?r=2&w=30")


def test_the_small_verbs() -> None:
    tags = [verb.tag for verb in document(Pause(5), LeaveQueue(), GoTo(Step.MENU, Place()), HangUp())]
    assert tags == ["Pause", "Leave", "Redirect", "Hangup"]


def test_an_empty_answer_is_an_empty_document() -> None:
    assert len(document()) == 0
