"""The provider's record against ours: every gap is found, named, repaired where it can be, and found once."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from audit.context import system_actor
from audit.models import Entry
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, Gap, IntakeCount, Reconciliation
from hotline.calls.queries import tally
from hotline.calls.reconcile import Comparison, WindowTooLong, reconcile
from hotline.demo.fake_calls_api import Account, served
from hotline.demo.fake_calls_payloads import CallRecord
from hotline.lines import duty
from hotline.lines.models import BoardPending, Line
from hotline.telephony.api import ProviderApi, Unavailable
from hotline.telephony.events import Kind
from hotline.telephony.twilio_api import Access, TwilioApi
from tests.hotline.demo.calling import CALLERS, CLOSED_NUMBER, let_call, outcomes_of
from tests.hotline.factories import CALLER, LINE_NUMBER, event, make_counsellor, make_line, on_duty, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NOW = NOON + timedelta(hours=3)
DAY = timedelta(days=1)
ACTOR = system_actor("reconciliation")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture
def account() -> Account:
    return Account("AC" + 32 * "0", "SKkey", "invented")


@pytest.fixture
def api(account: Account) -> Iterator[TwilioApi]:
    with served(account) as url:
        yield TwilioApi(Access(account.sid, account.key, account.secret, url))


def on_record(sid: str = "CAfirst", **fields: object) -> CallRecord:
    """Make the provider's record of a call of four minutes, at noon."""
    began = fields.get("started_at", NOON)
    assert isinstance(began, datetime)
    known = {
        "sid": sid,
        "line": LINE_NUMBER,
        "caller": CALLER,
        "started_at": began,
        "ended_at": began + timedelta(minutes=4),
        "duration_s": 240,
    }
    return CallRecord(**known | fields)  # type: ignore[arg-type]


def compare(api: ProviderApi, *, delete_ended_before: datetime | None = None) -> Reconciliation:
    comparison = Comparison("twilio", list(Line.objects.all()), NOW - 2 * DAY, NOW)
    return reconcile(actor=ACTOR, comparison=comparison, api=api, delete_ended_before=delete_ended_before)


def gaps(made: Reconciliation) -> list[tuple[str, str, bool]]:
    return [(gap.kind, gap.call.reference, gap.is_repaired) for gap in made.gaps.select_related("call")]


def test_whatever_callbacks_are_lost_the_tally_is_the_truth_after_comparing(
    line: Line, account: Account, api: TwilioApi
) -> None:
    make_line(CLOSED_NUMBER, mode="closed")
    on_duty(make_counsellor(), line)
    report = let_call(line, faults="duplicate,shuffle,drop", name="lost", begin=NOW - timedelta(hours=20))
    account.add(report.records)
    assert tally().under_way > 0
    made = compare(api)
    assert (made.listed, made.is_whole) == (CALLERS, True)
    assert +Counter(tally().outcomes) == outcomes_of(report)
    assert (tally().offered, tally().under_way) == (CALLERS, 0)
    assert {kind for kind, _reference, _repaired in gaps(made)} == {"open"}
    assert not Call.objects.filter(duration_s=None).exists()
    again = compare(api)
    assert (again.repaired, gaps(again)) == (0, [])


@pytest.mark.parametrize(("mode", "outcome"), [("always", "failed"), ("closed", "outside_hours")])
def test_a_call_we_had_no_record_of_is_made_from_the_providers(
    account: Account, api: TwilioApi, mode: str, outcome: str
) -> None:
    make_line(mode=mode)
    account.add([on_record()])
    made = compare(api)
    call = Call.objects.get()
    assert gaps(made) == [("missing", call.reference, True)]
    assert (call.outcome, call.duration_s, call.withheld) == (outcome, 240, False)
    assert (call.offered_at, call.ended_at) == (NOON, NOON + timedelta(minutes=4))
    assert call.fingerprint
    told = dict(trail(call.reference))
    assert told["call:gap:found"] == {"kind": "missing", "repaired": True}
    assert told.keys() == {"call:call:offered", "call:outcome:reached", "call:gap:found"}
    stored = str(list(Call.objects.values())) + str(list(Entry.objects.values()))
    assert "CAfirst" not in stored
    assert CALLER[3:] not in stored


def test_an_open_call_is_ended_and_whoever_was_held_for_it_is_free_again(
    line: Line, account: Account, api: TwilioApi
) -> None:
    mine = on_duty(make_counsellor(), line)
    reference = ingest_event(event(Kind.OFFERED), received_at=NOON).call_reference
    ingest_event(event(Kind.ACCEPTED, leg_id="CAleg", duty_id=mine.id), received_at=NOON)
    key = bytes(Call.objects.get().call_key)
    claim = duty.Claim(key, 0)
    mine.state, mine.claimed_for, mine.claimed_round = "busy", claim.call, claim.round
    mine.save()
    BoardPending.objects.all().delete()
    account.add([on_record(), on_record("CAunderway", ended_at=None)])
    made = compare(api)
    assert gaps(made) == [("open", reference, True)]
    call = Call.objects.get()
    assert (call.outcome, call.ended_at) == ("answered", NOON + timedelta(minutes=4))
    mine.refresh_from_db()
    assert (mine.state, mine.until) == ("free", None)
    assert BoardPending.objects.exists()


def test_a_status_callback_that_comes_after_all_changes_nothing(
    line: Line, account: Account, api: TwilioApi
) -> None:
    ingest_event(event(Kind.OFFERED), received_at=NOON)
    account.add([on_record()])
    compare(api)
    before = Call.objects.values().get()
    late = event(Kind.ENDED, at=NOON + timedelta(minutes=4), ended=True, duration_s=240, mark="0")
    ingest_event(late, received_at=NOW)
    assert Call.objects.values().get() == before


def test_a_call_the_provider_does_not_know_is_named_and_left_alone(
    line: Line, account: Account, api: TwilioApi
) -> None:
    known, extra, by_hand, older = (
        ingest_event(event(Kind.OFFERED, call_id=sid), received_at=at).call_reference
        for sid, at in (("CAknown", NOON), ("CAextra", NOON), ("CAbyhand", NOON), ("CAolder", NOW - 3 * DAY))
    )
    Call.objects.filter(reference=by_hand).update(entered_by=make_counsellor())
    account.add([on_record("CAknown")])
    made = compare(api)
    assert not made.is_whole
    assert sorted(gaps(made)) == [("extra", extra, False), ("open", known, True)]
    untouched = Call.objects.filter(reference__in=[extra, by_hand, older])
    assert set(untouched.values_list("state", flat=True)) == {"offered"}


def test_comparing_again_finds_nothing_and_counts_no_duplicates(
    line: Line, account: Account, api: TwilioApi
) -> None:
    account.add([on_record(f"CA{number}") for number in range(3)])
    assert compare(api).repaired == 3
    again = compare(api)
    assert (again.listed, again.repaired, again.is_whole) == (3, 0, True)
    assert not IntakeCount.objects.exists()
    assert Gap.objects.count() == 3


def test_records_are_deleted_only_once_both_agree_and_a_day_has_passed(
    line: Line, account: Account, api: TwilioApi
) -> None:
    account.add([on_record("CAold", started_at=NOW - DAY - timedelta(hours=2)), on_record("CAnew")])
    ingest_event(event(Kind.OFFERED, call_id="CAextra"), received_at=NOON)
    assert compare(api, delete_ended_before=NOW - DAY).deleted == 0
    assert len(account.calls) == 2
    Call.objects.filter(ended_at=None).update(entered_by=make_counsellor())
    assert compare(api, delete_ended_before=NOW - DAY).deleted == 1
    assert list(account.calls) == ["CAnew"]
    assert compare(api, delete_ended_before=NOW - DAY).is_whole


def test_the_records_of_what_was_rung_from_the_line_are_deleted_too(
    line: Line, account: Account, api: TwilioApi
) -> None:
    long_ago = NOW - DAY - timedelta(hours=2)
    rung = {"line": CALLER, "caller": LINE_NUMBER}
    account.add(
        [
            on_record("CAback", started_at=long_ago, direction="outbound-api", **rung),
            on_record("CAleg", started_at=long_ago, direction="outbound-dial", parent="CAback", **rung),
            on_record("CAlate", direction="outbound-api", **rung),
            on_record("CAother", started_at=long_ago, direction="outbound-api", line=CALLER, caller=CALLER),
        ]
    )
    assert compare(api, delete_ended_before=NOW - DAY).deleted == 2
    assert list(account.calls) == ["CAlate", "CAother"]


def test_where_the_provider_breaks_off_nothing_is_half_done_and_the_next_run_goes_on(
    line: Line, account: Account, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.add([on_record(f"CA{number}") for number in range(3)])
    with monkeypatch.context() as patch:
        patch.setattr(TwilioApi, "list_calls", _broken)
        with pytest.raises(Unavailable):
            compare(api)
    assert not Reconciliation.objects.exists()
    with monkeypatch.context() as patch:
        patch.setattr("hotline.calls.reconcile._name", _broken)
        with pytest.raises(Unavailable):
            compare(api)
    assert not Call.objects.exists()
    assert not Reconciliation.objects.get().is_whole
    assert compare(api).repaired == 3


def _broken(*_arguments: object, **_named: object) -> None:
    raise Unavailable


def test_legs_and_our_own_calls_are_no_calls_that_came_in(
    line: Line, account: Account, api: TwilioApi
) -> None:
    account.add([on_record("CAleg", direction="outbound-dial", parent="CAfirst")])
    account.add([on_record("CAout", direction="outbound-api", line=CALLER, caller=LINE_NUMBER)])
    made = compare(api)
    assert (made.listed, made.is_whole, Call.objects.count()) == (0, True, 0)


def test_what_is_older_than_a_week_cannot_be_compared(line: Line, api: TwilioApi) -> None:
    comparison = Comparison("twilio", [line], NOW - 8 * DAY, NOW)
    with pytest.raises(WindowTooLong):
        reconcile(actor=ACTOR, comparison=comparison, api=api)


def test_the_command_says_with_its_exit_code_whether_both_agree(
    line: Line, account: Account, api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "hotline.management.commands.reconcile_calls"
    monkeypatch.setattr(f"{module}.api_of", lambda _provider: api)
    account.add([on_record()])
    out = StringIO()
    call_command("reconcile_calls", "--since", "2026-11-22", stdout=out)
    assert "1 calls on the provider's record, 1 repaired" in out.getvalue()
    assert f"{Call.objects.get().reference} missing, repaired" in out.getvalue()
    ingest_event(event(Kind.OFFERED, call_id="CAextra"), received_at=NOON)
    with pytest.raises(SystemExit) as left:
        call_command("reconcile_calls", "--json", stdout=StringIO())
    assert left.value.code == 1
    with pytest.raises(CommandError, match="neither a day"):
        call_command("reconcile_calls", "--since", "yesterday")
