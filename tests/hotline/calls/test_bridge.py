"""A call-back is bridged by the provider: who is heard when, and what is known of how it ended."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.utils import timezone

from hotline.calls import bridge, call_back_work
from hotline.calls.models import Call, CallBack, CallBackAttempt, IntakeCount
from hotline.demo.fake_calls_api import Account, served
from hotline.lines.models import Line
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.calls.work import SOON, begun
from tests.hotline.factories import (
    CALLER,
    COUNSELLORS_PHONE,
    LINE_NUMBER,
    actor_for,
    make_line,
    trail,
)
from tests.worlds import World, copied

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@dataclass
class Bridged:
    """A call-back being connected, and the counsellor's call as the provider reports it."""

    call_back: CallBack
    attempt: CallBackAttempt
    alice: User
    phone: Caller
    asked: dict[str, str]

    def tell(self, url: str, **fields: str) -> object:
        about = {"Direction": "outbound-api", "From": LINE_NUMBER, "To": COUNSELLORS_PHONE}
        return self.phone.send(url, **about | fields)  # type: ignore[arg-type]

    def result(self) -> str:
        return CallBackAttempt.objects.get(pk=self.attempt.pk).result


@pytest.fixture(scope="module")
def rung(world: World) -> Bridged:
    return world.make(let_ring)


def let_ring() -> Bridged:
    """Let Alice begin a call-back, and her telephone ring."""
    call_back, attempt, alice = begun(make_line())
    account = Account(settings.TWILIO_ACCOUNT_SID, "SKkey", "invented")
    with served(account) as url:
        reached = {"URL": url, "KEY_SID": account.key, "KEY_SECRET": account.secret}
        with override_settings(**{f"TWILIO_API_{name}": value for name, value in reached.items()}):
            bridge.ring_counsellor(attempt.pk, at=SOON)
    return Bridged(call_back, attempt, alice, Caller(Client(), sid="CA" + 32 * "9"), account.asked[0])


@pytest.fixture
def bridged(rung: Bridged) -> Bridged:
    """Alice's telephone rings."""
    return copied(rung)


def test_the_caller_is_rung_after_pressing_1_and_sees_the_lines_number(bridged: Bridged) -> None:
    gather = found(bridged.tell(bridged.asked["Url"]), "Gather")  # type: ignore[arg-type]
    assert "Tryck 1" in said(bridged.phone.last)
    assert CALLER[3:] not in gather.attrib["action"]
    dial = found(bridged.tell(gather.attrib["action"], Digits="1"), "Dial")  # type: ignore[arg-type]
    assert (dial.attrib["callerId"], dial.attrib["record"]) == (LINE_NUMBER, "do-not-record")
    assert dial.findtext("Number") == CALLER
    assert CALLER[3:] not in dial.attrib["action"]
    assert ("call:call_back:put_through", {"attempt": 1}) in trail(bridged.call_back.reference)


def test_a_talk_waits_for_the_counsellors_word_and_reached_destroys_the_number(bridged: Bridged) -> None:
    dial = found(bridged.tell(bridged.asked["Url"], Digits="1"), "Dial")  # type: ignore[arg-type]
    bridged.tell(dial.attrib["action"], DialCallStatus="completed", DialCallDuration="300")
    bridged.tell(bridged.asked["StatusCallback"], CallStatus="completed")
    assert bridged.result() == "ringing"
    call_back_work.report_attempt(
        actor=actor_for(bridged.alice),
        user=bridged.alice,
        reference=bridged.call_back.reference,
        result=CallBackAttempt.Result.REACHED,
        at=timezone.now(),
    )
    assert CallBack.objects.get().state == "reached"


@pytest.mark.parametrize(
    ("status", "result"),
    [("no-answer", "no_answer"), ("busy", "no_answer"), ("canceled", "no_answer"), ("failed", "failed")],
)
@pytest.mark.parametrize("over_first", [False, True])
def test_the_provider_tells_that_nobody_picked_up_in_any_order(
    bridged: Bridged, status: str, result: str, over_first: bool
) -> None:
    dial = found(bridged.tell(bridged.asked["Url"], Digits="1"), "Dial")  # type: ignore[arg-type]
    told = [(dial.attrib["action"], {"DialCallStatus": status})]
    told.insert(0 if over_first else 1, (bridged.asked["StatusCallback"], {"CallStatus": "completed"}))
    for url, fields in [*told, *told]:
        bridged.tell(url, **fields)
    assert bridged.result() == result


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "completed"])
def test_a_counsellor_who_does_not_press_1_reaches_nobody(bridged: Bridged, status: str) -> None:
    bridged.tell(bridged.asked["StatusCallback"], CallStatus=status)
    assert bridged.result() == "failed"
    assert bridged.tell(bridged.asked["Url"], Digits="1").find("Dial") is None  # type: ignore[attr-defined]


def test_a_call_out_is_no_call_to_the_line(bridged: Bridged) -> None:
    offered = Call.objects.count()
    dial = found(bridged.tell(bridged.asked["Url"], Digits="1"), "Dial")  # type: ignore[arg-type]
    bridged.tell(dial.attrib["action"], DialCallStatus="completed")
    bridged.tell(bridged.asked["StatusCallback"], CallStatus="completed")
    assert Call.objects.count() == offered == 1
    assert not IntakeCount.objects.filter(kind=IntakeCount.Kind.UNKNOWN).exists()


def test_a_number_that_expired_meanwhile_is_not_dialled(bridged: Bridged) -> None:
    CallBack.objects.update(number_sealed=None, key=None)
    assert bridged.tell(bridged.asked["Url"], Digits="1").find("Dial") is None  # type: ignore[attr-defined]
    assert bridged.result() == "failed"


def test_the_discreet_number_is_shown_where_the_lines_may_not(bridged: Bridged) -> None:
    Line.objects.update(discreet_number="+46846500477")
    CallBack.objects.update(line_number_may_show=False)
    dial = found(bridged.tell(bridged.asked["Url"], Digits="1"), "Dial")  # type: ignore[arg-type]
    assert dial.attrib["callerId"] == "+46846500477"
