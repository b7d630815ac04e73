"""A counsellor is rung for a call-back, against a fake of the provider's interface: rung once, and no number told."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from hotline.calls import attempts, bridge, call_back_work
from hotline.calls.models import CallBackAttempt
from hotline.demo.fake_calls_api import Account, served
from hotline.lines.models import Line
from tests.hotline.calls.work import SOON, asked_for, begun, claimed
from tests.hotline.factories import (
    CALLER,
    COUNSELLORS_PHONE,
    LINE_NUMBER,
    actor_for,
    make_counsellor,
    make_line,
    on_duty,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


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


def test_without_the_provider_the_attempt_fails_and_the_number_may_be_read(
    line: Line, settings: Settings
) -> None:
    call_back, attempt, alice = begun(line)
    bridge.ring_counsellor(attempt.pk, at=SOON)
    assert CallBackAttempt.objects.get().result == "failed"
    assert call_back_work.must_be_dialled(call_back, alice)


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
