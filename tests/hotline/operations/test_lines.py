"""That a line works is proven, not assumed: where it leads, whether the calls agree, whether any came in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit.context import system_actor
from audit.models import Entry
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, LineCheck
from hotline.calls.proof import all_proven, proofs
from hotline.demo.fake_calls_api import Account, served
from hotline.demo.fake_calls_payloads import CallRecord
from hotline.lines.models import BoardPending, Line
from hotline.operations import line_check, line_configuration, line_tasks
from hotline.telephony.api import Configuration
from hotline.telephony.events import Kind
from hotline.telephony.twilio_api import Access, TwilioApi
from tests.hotline.factories import LINE_NUMBER, event, make_line

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TESTS_FROM = "+4620100209"
ACTOR = system_actor("line-check")
OVERRIDES = "#rc=3&rp=5xx,ct,rt&rt=4000"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture
def account(settings: Settings) -> Iterator[Account]:
    """The provider's account, reached as an installation reaches it."""
    account = Account(
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_API_KEY_SID, settings.TWILIO_API_KEY_SECRET
    )
    account.own(LINE_NUMBER, {"voice_url": "https://elsewhere.example.se/"})
    settings.PUBLIC_BASE_URL = "https://line.example.se"
    with served(account) as url:
        settings.TWILIO_API_URL = url
        yield account


def lead_here(account: Account) -> None:
    right = line_configuration.wanted()
    urls = {
        "voice_url": right.voice_url,
        "status_callback": right.status_callback,
        "voice_fallback_url": right.fallback_url,
    }
    account.own(LINE_NUMBER, urls)


def a_call(account: Account, sid: str = "CAfirst", *, at: datetime = NOW - HOUR, caller: str = "") -> None:
    """Let a call come in that both know."""
    ended = at + timedelta(minutes=2)
    account.add([CallRecord(sid, LINE_NUMBER, caller or "anonymous", at, ended, 120)])
    ingest_event(event(Kind.OFFERED, call_id=sid, caller=caller), received_at=at)


def check(quarter: int = 0) -> LineCheck:
    (found,) = line_check.check_lines(actor=ACTOR, at=NOW + quarter * timedelta(minutes=15))
    return found


def configure(*arguments: str) -> str:
    out = StringIO()
    call_command("configure_line", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_shows_what_would_change_and_changes_nothing(line: Line, account: Account) -> None:
    printed = configure("--dry-run")
    assert "- https://elsewhere.example.se/\n" in printed
    assert f"+ https://line.example.se/webhooks/twilio/voice/{OVERRIDES}\n" in printed
    assert "Nothing was changed" in printed
    assert not [each for each in account.requests if each.startswith("POST")]
    assert not Entry.objects.filter(action="line:provider:configured").exists()


def test_a_line_is_led_to_us_with_its_overrides_and_once_is_enough(line: Line, account: Account) -> None:
    configure("--number", LINE_NUMBER)
    api = TwilioApi(Access(account.sid, account.key, account.secret, _url()))
    base = "https://line.example.se/webhooks/twilio"
    assert api.number_of(LINE_NUMBER) == Configuration(
        f"{base}/voice/{OVERRIDES}", f"{base}/status/{OVERRIDES}", f"{base}/fallback/{OVERRIDES}"
    )
    assert "as it should be" in configure()
    entry = Entry.objects.get(action="line:provider:configured")
    assert entry.facts == {"fields": "voice_url status_callback fallback_url"}


def _url() -> str:
    from django.conf import settings  # noqa: PLC0415 - as the fixture left it

    return str(settings.TWILIO_API_URL)


def test_a_fallback_may_be_served_from_elsewhere(line: Line, account: Account, settings: Settings) -> None:
    settings.LINE_FALLBACK_URL = "https://fallback.example.se/112.xml"
    assert "+ https://fallback.example.se/112.xml\n" in configure("--dry-run")


def test_nothing_is_led_to_an_unencrypted_address_or_to_a_number_that_is_not_there(
    line: Line, account: Account, settings: Settings
) -> None:
    settings.PUBLIC_BASE_URL = "http://line.example.se"
    with pytest.raises(CommandError, match="https://"):
        configure()
    settings.PUBLIC_BASE_URL = "https://line.example.se"
    account.numbers.clear()
    with pytest.raises(CommandError, match="no such number"):
        configure()
    with pytest.raises(CommandError, match="No line has the number"):
        configure("--number", "+4620100299")


def test_without_a_key_nothing_is_asked_and_nothing_checked(line: Line, settings: Settings) -> None:
    settings.TWILIO_API_KEY_SECRET = ""
    with pytest.raises(CommandError, match="No API key"):
        configure()
    line_tasks.reconcile_calls(timestamp=0)
    line_tasks.check_lines(timestamp=0)
    assert not LineCheck.objects.exists()
    assert all_proven(NOW)


def test_a_line_that_leads_here_and_had_a_call_both_know_is_proven(line: Line, account: Account) -> None:
    lead_here(account)
    a_call(account)
    found = check()
    assert (found.points_at_us, found.counts_agree, found.is_proven) == (True, True, True)
    assert [(each.line, each.holds, each.proven_at) for each in proofs(NOW)] == [(line.pk, True, NOW)]
    assert BoardPending.objects.exists()


def test_a_line_led_elsewhere_is_not_proven(line: Line, account: Account) -> None:
    a_call(account)
    assert (check().points_at_us, all_proven(NOW)) == (False, False)


def test_a_call_only_one_of_us_knows_leaves_the_line_unproven(line: Line, account: Account) -> None:
    lead_here(account)
    a_call(account)
    ingest_event(event(Kind.OFFERED, call_id="CAours"), received_at=NOW - HOUR)
    assert (check().points_at_us, check().counts_agree) == (True, False)
    account.calls.clear()
    assert not check(1).is_proven


def test_silence_is_no_health(line: Line, account: Account) -> None:
    lead_here(account)
    found = check()
    assert (found.points_at_us, found.counts_agree, found.is_proven) == (True, True, False)
    a_call(account, at=NOW - timedelta(hours=27))
    assert not check().is_proven


def test_a_provider_that_does_not_answer_proves_nothing(line: Line, settings: Settings) -> None:
    found = check()
    assert (found.points_at_us, found.counts_agree, found.is_proven) == (None, None, False)


def test_a_number_that_was_never_there_is_not_checked_and_one_that_is_gone_is_not_proven(
    line: Line, account: Account
) -> None:
    lead_here(account)
    other = make_line("+4620100202")
    assert check().line == line
    account.numbers.clear()
    assert (check().line, check().points_at_us) == (line, False)
    assert not LineCheck.objects.filter(line=other).exists()


def test_the_trail_says_when_a_line_turns_and_not_every_quarter_of_an_hour(
    line: Line, account: Account
) -> None:
    lead_here(account)
    for quarter in range(3):
        check(quarter)
    a_call(account)
    for quarter in range(3, 6):
        check(quarter)
    turned = Entry.objects.filter(action="line:check:turned")
    assert sorted(entry.facts["proven"] for entry in turned) == [False, True]


def test_a_call_from_the_number_for_tests_is_kept_apart(
    line: Line, account: Account, settings: Settings
) -> None:
    settings.TEST_CALL_NUMBER = TESTS_FROM
    lead_here(account)
    line_tasks.ring_lines(timestamp=0)
    (asked,) = account.asked
    assert (asked["To"], asked["From"]) == (LINE_NUMBER, TESTS_FROM)
    a_call(account, caller=TESTS_FROM)
    assert Call.objects.get().is_test
    found = check()
    assert (found.is_proven, found.test_call_at) == (True, NOW - HOUR)


def test_a_proof_holds_for_an_hour_and_the_demo_forgets_it_then(
    line: Line, account: Account, settings: Settings
) -> None:
    lead_here(account)
    a_call(account)
    check()
    (old,) = proofs(NOW + 2 * HOUR)
    assert (old.holds, old.proven_at) == (False, NOW)
    settings.HOTLINE_DEMO = True
    assert not proofs(NOW + 2 * HOUR)


def test_the_command_says_what_is_missing(line: Line, account: Account) -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_line", stdout=out)
    assert f"{LINE_NUMBER} not proven: the provider does not point at us" in out.getvalue()
    lead_here(account)
    a_call(account)
    call_command("check_line", stdout=out)
    assert f"{LINE_NUMBER} proven" in out.getvalue()
    with pytest.raises(CommandError, match="TEST_CALL_NUMBER"):
        call_command("check_line", "--call")


def test_the_night_compares_and_deletes_where_that_is_wished(
    line: Line, account: Account, settings: Settings
) -> None:
    a_call(account, at=NOW - timedelta(hours=30))
    a_call(account, "CAnew")
    line_tasks.reconcile_calls(timestamp=0)
    assert not Call.objects.filter(ended_at=None).exists()
    assert len(account.calls) == 2
    settings.DELETE_PROVIDER_RECORDS = True
    line_tasks.reconcile_calls(timestamp=0)
    assert list(account.calls) == ["CAnew"]
