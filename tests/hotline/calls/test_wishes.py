"""What a caller wishes about a call-back: when, and whether our number may be seen; hanging up loses nothing."""

import pytest
from django.test import Client

from hotline.calls.models import CallBack
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.factories import make_line, trail
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(scope="module")
def call(world: World) -> Caller:
    return world.make(let_ask)


def let_ask() -> Caller:
    make_line()
    caller = Caller(Client())
    caller.send("voice/", CallStatus="ringing")
    choice = found(caller.send("menu/", Digits="1"), "Gather")
    caller.send(choice.attrib["action"], Digits="1")
    return caller


@pytest.fixture
def promised(call: Caller) -> Caller:
    """A caller who has just been promised a call, and hears the question about when."""
    return copied(call)


def press(caller: Caller, digits: str) -> None:
    caller.send(found(caller.last, "Gather").attrib["action"], Digits=digits)


@pytest.mark.parametrize(("key", "slot"), [("1", "morning"), ("2", "afternoon"), ("3", "any"), ("9", "any")])
@pytest.mark.parametrize(("answer", "seen"), [("1", True), ("2", False)])
def test_the_wishes_are_noted(promised: Caller, key: str, slot: str, answer: str, seen: bool) -> None:
    press(promised, key)
    press(promised, answer)
    assert promised.last.find("Gather") is None
    call_back = CallBack.objects.get()
    assert (call_back.slot, call_back.line_number_may_show) == (slot, seen)
    assert ("call:call_back:wishes_noted", {"line_number_may_show": seen}) in trail(call_back.reference)


def test_silence_means_any_time_and_no_number_seen(promised: Caller) -> None:
    assert "1 1 2" in said(promised.last)
    promised.send("status/", expect=204, CallStatus="completed")
    call_back = CallBack.objects.get()
    assert (call_back.state, call_back.slot, call_back.line_number_may_show) == ("requested", "any", False)
