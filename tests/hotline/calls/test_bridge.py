"""A call-back is bridged by the provider, against a fake of its interface: rung once, and no number told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from hotline.calls import attempts, bridge, call_back_work
from hotline.calls.models import Call, CallBack, CallBackAttempt, IntakeCount
from hotline.demo.fake_calls_api import Account, served
from hotline.lines.models import Line
from tests.hotline.calls.provider import Caller, found, said
from tests.hotline.calls.work import NOON, asked_for, claimed
from tests.hotline.factories import (
    CALLER,
    COUNSELLORS_PHONE,
    LINE_NUMBER,
    actor_for,
    make_counsellor,
    make_line,
    on_duty,
    trail,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SOON = NOON + timedelta(minutes=10)


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


@pytest.fixture
def account() -> Account:
    return Account(django_settings.TWILIO_ACCOUNT_SID, "SKkey", "invented")


@pytest.fixture
def fake(account: Account, settings: Settings) -> Iterator[Account]:
    with served(account) as url:
        settings.TWILIO_API_URL = url
        settings.TWILIO_API_KEY_SID, settings.TWILIO_API_KEY_SECRET = account.key, account.secret
        yield account


@pytest.fixture
def line() -> Line:
    return make_line()


def begun(line: Line) -> tuple[CallBack, CallBackAttempt, User]:
    alice = make_counsellor("alice")
    call_back = claimed(asked_for(line), alice)
    attempt = call_back_work.connect_call_back(
        actor=actor_for(alice), user=alice, reference=call_back.reference, at=SOON
    )
    return call_back, attempt, alice


@pytest.fixture
def bridged(fake: Account, line: Line, client: Client) -> Bridged:
    """Alice's telephone rings."""
    call_back, attempt, alice = begun(line)
    bridge.ring_counsellor(attempt.pk, at=SOON)
    phone = Caller(client, sid="CA" + 32 * "9")
    return Bridged(call_back, attempt, alice, phone, fake.asked[0])


def test_the_job_and_the_providers_addresses_hold_no_number(fake: Account, line: Line) -> None:
    _call_back, attempt, _alice = begun(line)
    job = ProcrastinateJob.objects.get(task_name="calls.ring_for_call_back")
    assert job.args == {"attempt": str(attempt.pk)}
    bridge.ring_counsellor(attempt.pk, at=SOON)
    (asked,) = fake.asked
    assert (asked["To"], asked["From"], asked["Record"]) == (COUNSELLORS_PHONE, LINE_NUMBER, "false")
    for name in ("Url", "StatusCallback"):
        assert urlsplit(asked[name]).path == "/webhooks/twilio/bridge/"
    assert CALLER[3:] not in str(asked)


def test_a_job_that_runs_twice_rings_once(fake: Account, line: Line) -> None:
    _call_back, attempt, _alice = begun(line)
    for _run in range(2):
        bridge.ring_counsellor(attempt.pk, at=SOON)
    assert len(fake.asked) == 1


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


def test_without_the_provider_the_attempt_fails_and_the_number_may_be_read(
    line: Line, settings: Settings
) -> None:
    call_back, attempt, alice = begun(line)
    bridge.ring_counsellor(attempt.pk, at=SOON)
    assert CallBackAttempt.objects.get().result == "failed"
    assert call_back_work.must_be_dialled(call_back, alice)


def test_the_discreet_number_is_shown_where_the_lines_may_not(bridged: Bridged, line: Line) -> None:
    line.discreet_number = "+46846500477"
    line.save()
    CallBack.objects.update(line_number_may_show=False)
    dial = found(bridged.tell(bridged.asked["Url"], Digits="1"), "Dial")  # type: ignore[arg-type]
    assert dial.attrib["callerId"] == "+46846500477"


def test_who_is_calling_out_is_not_rung_by_a_caller_meanwhile(fake: Account, line: Line) -> None:
    alice = make_counsellor("alice")
    free = on_duty(alice, line)
    call_back = claimed(asked_for(line), alice)
    attempt = call_back_work.connect_call_back(
        actor=actor_for(alice), user=alice, reference=call_back.reference, at=SOON
    )
    free.refresh_from_db()
    assert free.state == "busy"
    still_open = attempts.find_open(attempt.pk)
    assert still_open is not None
    attempts.hang_up_attempt(attempt=still_open, at=SOON)
    free.refresh_from_db()
    assert (free.state, free.claimed_for) == ("free", None)
