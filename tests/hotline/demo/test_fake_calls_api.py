"""The fake of the provider's interface, asked through the provider's own library."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.demo import fake_calls_records
from hotline.demo.fake_calls_api import Account, served
from hotline.demo.fake_calls_payloads import CallRecord
from hotline.demo.simulate_lives import FICTITIOUS
from hotline.telephony.api import Configuration, Refused, Status
from hotline.telephony.twilio_api import Access, TwilioApi
from tests.hotline.factories import CALLER, LINE_NUMBER

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
OTHER_LINE = "+4620100202"


def a_call(number: int, **fields: object) -> CallRecord:
    """Make a call that began so many minutes after noon."""
    began = NOON + timedelta(minutes=number)
    known = {
        "sid": f"CA{number:032d}",
        "line": LINE_NUMBER,
        "caller": CALLER,
        "started_at": began,
        "ended_at": began + timedelta(seconds=240),
        "duration_s": 240,
    }
    return CallRecord(**known | fields)  # type: ignore[arg-type]


@pytest.fixture
def account() -> Account:
    account = Account("AC" + 32 * "0", "SKkey", "invented")
    account.own(LINE_NUMBER, {"voice_url": "https://before.example.se/"})
    return account


@pytest.fixture
def api(account: Account) -> Iterator[TwilioApi]:
    with served(account) as url:
        yield TwilioApi(Access(account.sid, account.key, account.secret, url))


def test_calls_are_listed_by_line_and_time_over_several_pages(account: Account, api: TwilioApi) -> None:
    account.add(a_call(number) for number in range(450))
    account.add([a_call(900, line=OTHER_LINE), a_call(901, parent="CA1", direction="outbound-dial")])
    until = NOON + timedelta(minutes=420)
    found = list(api.list_calls(line_number=LINE_NUMBER, since=NOON + timedelta(minutes=10), until=until))
    assert len(found) == len({each.call_id for each in found}) == 411
    assert account.requests == ["GET /2010-04-01/Accounts/AC" + 32 * "0" + "/Calls.json"] * 3
    first = found[0]
    assert (first.started_at, first.duration_s, first.caller) == (until, 240, CALLER)


def test_a_call_under_way_has_no_end_and_cannot_be_deleted(account: Account, api: TwilioApi) -> None:
    account.add([a_call(1, ended_at=None), a_call(2, caller="+266696687", status="no-answer")])
    later, now = sorted(
        api.list_calls(line_number=LINE_NUMBER, since=NOON, until=NOON + timedelta(hours=1)),
        key=lambda each: each.is_over,
        reverse=True,
    )
    assert (now.status, now.ended_at, now.duration_s) == (Status.IN_PROGRESS, None, None)
    assert (later.status, later.withheld) == (Status.NO_ANSWER, True)
    with pytest.raises(Refused):
        api.delete_call(now.call_id)
    assert api.delete_call(later.call_id)
    assert not api.delete_call(later.call_id)
    assert list(account.calls) == [now.call_id]


def test_a_number_is_read_and_led_elsewhere(account: Account, api: TwilioApi) -> None:
    assert api.number_of(OTHER_LINE) is None
    assert api.number_of(LINE_NUMBER) == Configuration(voice_url="https://before.example.se/")
    wanted = Configuration("https://a.example.se/", "https://b.example.se/", "https://c.example.se/#rc=3")
    api.configure_number(LINE_NUMBER, wanted)
    assert api.number_of(LINE_NUMBER) == wanted
    with pytest.raises(Refused):
        api.configure_number(OTHER_LINE, wanted)


def test_a_call_can_be_placed(account: Account, api: TwilioApi) -> None:
    made = api.create_call(
        to=LINE_NUMBER, from_=OTHER_LINE, url="https://a.example.se/", status_callback="https://b.example.se/"
    )
    assert account.calls[made]["direction"] == "outbound-api"
    assert account.asked[0]["Url"] == "https://a.example.se/"


def test_nobody_gets_in_with_another_key(account: Account) -> None:
    account.add([a_call(1)])
    with served(account) as url, pytest.raises(Refused):
        TwilioApi(Access(account.sid, account.key, "another", url)).delete_call(a_call(1).sid)
    assert account.calls


def test_records_of_several_runs_are_kept_together_without_a_number_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    now = datetime.now(UTC).replace(microsecond=0)
    calls = [
        a_call(number, started_at=now - timedelta(hours=number), caller=caller)
        for number, caller in enumerate((FICTITIOUS[7], "Anonymous", FICTITIOUS[400], FICTITIOUS[1]))
    ]
    old = a_call(99, started_at=now - timedelta(days=4))
    fake_calls_records.add(folder, [calls[0], calls[1], old], {LINE_NUMBER: {"voice_url": "https://x"}})
    fake_calls_records.add(folder, [calls[1], calls[2], calls[3]], {})
    kept = fake_calls_records.read(folder)
    assert sorted(kept.calls, key=lambda call: call.sid) == calls
    assert kept.numbers == {LINE_NUMBER: {"voice_url": "https://x"}}
    file = folder / fake_calls_records.CALLS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any(number[3:] in file.read_text() for number in FICTITIOUS)


def test_a_process_stays_behind_until_its_place_is_taken(tmp_path: Path) -> None:
    fake_calls_records.add(tmp_path, [a_call(1, started_at=datetime.now(UTC))], {})
    access = fake_calls_records.serve_for(tmp_path, account="AC" + 32 * "0", minutes=0.2)
    assert stat.S_IMODE((tmp_path / fake_calls_records.ACCESS).stat().st_mode) == 0o600
    api = TwilioApi(Access(access.account, access.key, access.secret, access.url))
    assert api.delete_call(a_call(1).sid)
    fake_calls_records.withdraw_access(tmp_path, access)
    assert fake_calls_records.read_access(tmp_path) is None
