"""The operational figures against an oracle that counts the same calls again, in plain Python."""

import random
import statistics
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from cases.followups.models import FollowUp
from hotline.calls.models import Call, Outcome
from hotline.statistics import queries
from hotline.statistics.measures import Share, Spread
from hotline.statistics.panels import Figure, operational_panel
from hotline.statistics.periods import Period, midnight
from tests.hotline.statistics.factories import (
    NOW,
    make_call,
    make_call_back,
    make_case,
    make_contacts,
    make_member,
    make_referral,
    told_call,
)

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))
WITHIN = 60


def random_call(chance: random.Random) -> Call:
    """Give a call with facts drawn at random; some lie outside the week, some are tests, some under way."""
    offered_at = midnight(WEEK.first_day) + timedelta(seconds=chance.randint(-86_400, 8 * 86_400))
    end = chance.randint(1, 900)
    facts: dict[str, object] = {
        "outside_hours": chance.random() < 0.2,
        "is_test": chance.random() < 0.1,
        "duration_s": end,
    }
    for moment, likelihood in [("queued", 0.6), ("accepted", 0.5), ("gave_up", 0.2), ("failed", 0.1)]:
        if chance.random() < likelihood:
            facts[f"{moment}_after"] = chance.randint(0, end)
    if chance.random() < 0.9:
        facts["ended_after"] = end
    return told_call(offered_at, **facts)


def outcome_of(call: Call) -> str | None:
    """Say the outcome by the precedence of the house's rules, not by the database's column."""
    if call.ended_at is None:
        return None
    for outcome, is_true in [
        ("answered", call.accepted_at),
        ("outside_hours", call.outside_hours),
        ("failed", call.failed_at),
        ("no_answer", call.gave_up_at),
    ]:
        if is_true:
            return outcome
    return "abandoned"


def seconds_of(call: Call) -> float:
    moment = call.accepted_at or call.ended_at
    assert moment
    return max(0.0, (moment - (call.queued_at or call.offered_at)).total_seconds())


@pytest.mark.parametrize("seed", range(5))
def test_every_figure_of_random_calls_is_what_counting_again_gives(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made = Call.objects.bulk_create(random_call(chance) for _each in range(120))
    calls = [c for c in made if WEEK.begin <= c.offered_at < WEEK.end and not c.is_test]
    found = queries.calls_in(WEEK, within_seconds=WITHIN)
    outcomes = [outcome_of(call) for call in calls]
    assert found.offered == len(calls)
    assert found.outcomes == {each: outcomes.count(each.value) for each in Outcome}
    assert found.under_way == outcomes.count(None)
    assert found.offered == sum(found.outcomes.values()) + found.under_way
    assert found.outside_hours == Share(sum(call.outside_hours for call in calls), len(calls))
    in_hours = [call for call in calls if not call.outside_hours and outcome_of(call)]
    answered = [call for call in in_hours if outcome_of(call) == "answered"]
    gave_up = [call for call in in_hours if outcome_of(call) == "abandoned"]
    assert found.answered == Share(len(answered), len(in_hours))
    assert found.abandoned == Share(len(gave_up), len(in_hours))
    quick = sum(seconds_of(call) <= WITHIN for call in answered)
    at_once = sum(seconds_of(call) <= WITHIN for call in gave_up)
    assert found.service_level == Share(quick, len(in_hours) - at_once)
    waits = [seconds_of(call) for call in calls if outcome_of(call) == "answered"]
    assert found.speed.n == len(waits)
    assert found.speed.median == pytest.approx(statistics.median(waits))
    assert found.speed.p90 == pytest.approx(statistics.quantiles(waits, n=10, method="inclusive")[-1])


def test_a_test_call_is_counted_apart() -> None:
    make_call(accepted_after=5, ended_after=60, is_test=True)
    make_call(ended_after=3, duration_s=3)
    found = queries.calls_in(WEEK, within_seconds=WITHIN)
    assert (found.offered, found.tests, found.short) == (1, 1, 1)


def test_a_call_before_midnight_in_sweden_belongs_to_that_day() -> None:
    make_call(datetime(2026, 11, 15, 22, 59, 59, tzinfo=UTC))
    make_call(datetime(2026, 11, 15, 23, 0, 0, tzinfo=UTC), accepted_after=9, ended_after=60)
    assert queries.calls_in(WEEK, within_seconds=WITHIN).offered == 1
    offered, answered = queries.calls_per_day(WEEK)
    assert offered == {date(2026, 11, 16): 1}
    assert answered == {date(2026, 11, 16): 1}


def test_without_calls_nothing_is_claimed() -> None:
    found = queries.calls_in(WEEK, within_seconds=WITHIN)
    assert found.answered == Share(0, 0)
    assert found.speed == Spread(n=0, median=None, p90=None)


def test_call_backs_are_sorted_by_what_became_of_them_and_when() -> None:
    make_call_back(state="reached", ended_after=23)
    make_call_back(state="reached", ended_after=25)
    make_call_back(state="expired", ended_after=72)
    make_call_back(state="given_up", ended_after=2)
    make_call_back(state="requested")
    make_call_back(state="keyed")
    make_call_back(NOW - timedelta(days=30), state="reached", ended_after=1)
    found = queries.call_backs_in(WEEK, target=timedelta(hours=24))
    assert vars(found) == {"asked": 5, "reached_in_time": 1, "reached_late": 1, "given_up": 1, "expired": 1}


def test_contacts_first_contacts_and_cases() -> None:
    alice = make_member("counsellor")
    closed = {"state": "closed", "outcome_id": "outcome:unknown", "closed_at": NOW}
    case = make_case(alice, opened_at=NOW - timedelta(days=2))
    make_case(alice, opened_at=NOW - timedelta(days=40), **closed)
    make_case(alice, opened_at=NOW - timedelta(days=20), **closed)
    make_contacts(1, user=alice, begun_at=NOW - timedelta(days=2), case=case)
    make_contacts(1, user=alice, begun_at=NOW - timedelta(days=1), case=case)
    make_contacts(2, user=alice)
    make_contacts(3, user=alice, kind="wrong_number")
    make_contacts(1, user=alice, begun_at=NOW - timedelta(days=9))
    found = queries.casework_in(WEEK)
    assert (found.contacts, found.first_contacts, found.opened) == (4, 3, 1)
    assert found.open_to_close.n == 2
    assert found.open_to_close.median == pytest.approx(30)
    assert found.open_to_close.p90 == pytest.approx(38)


def test_a_case_merged_into_another_counts_once_and_so_does_its_end() -> None:
    alice, begun = make_member("counsellor"), NOW - timedelta(days=2)
    kept = make_case(alice, opened_at=begun)
    closed = {"state": "closed", "outcome_id": "outcome:unknown", "closed_at": NOW}
    make_case(alice, opened_at=begun, merged_into=kept)
    make_case(alice, opened_at=begun - timedelta(days=30), merged_into=kept, **closed)
    make_contacts(2, user=alice, begun_at=begun, case=kept)
    found = queries.casework_in(WEEK)
    assert (found.contacts, found.opened, found.open_to_close.n) == (2, 1, 0)


def test_referrals_are_followed_to_their_outcome_in_working_days() -> None:
    friday, monday = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    case = make_case(make_member("counsellor"))
    make_referral(
        case,
        state="verified",
        sent_at=friday,
        moves={"accept": friday, "report_contact": monday, "verify": monday},
    )
    make_referral(
        case,
        state="contact_made",
        sent_at=friday,
        moves={"accept": friday, "report_contact": monday + timedelta(days=2), "report_outcome": monday},
    )
    make_referral(case, state="sent", sent_at=friday, moves={"send": friday})
    make_referral(case, state="proposed", sent_at=None, moves={})
    make_referral(case, state="sent", sent_at=friday - timedelta(days=30), moves={})
    assert figure("referrals").value == 4
    assert figure("referrals_sent").value == 3
    assert figure("referrals_accepted").value == Share(2, 3)
    assert figure("referrals_verified").value == Share(1, 3)
    days = figure("first_municipal_contact").value
    assert isinstance(days, Spread)
    assert (days.n, days.median) == (2, 2.0)
    assert days.p90 == pytest.approx(2.8)
    assert operational_panel(WEEK).referral_states == {
        "sent": 1,
        "contact_made": 1,
        "verified": 1,
        "proposed": 1,
    }


def test_overdue_follow_ups_are_those_whose_day_has_passed() -> None:
    alice = make_member("counsellor")
    case = make_case(alice)
    for days in (-2, -1, 0, 1):
        due_on = timezone.localdate() + timedelta(days=days)
        FollowUp.objects.create(case=case, assigned_to=alice, due_on=due_on, key=case.key, text=b"")
    assert figure("overdue_follow_ups").value == 2


def test_the_service_level_of_the_settings_is_the_one_shown(settings: object) -> None:
    settings.SERVICE_LEVEL_SECONDS = 20  # type: ignore[attr-defined]
    make_call(accepted_after=20, ended_after=60)
    make_call(accepted_after=21, ended_after=60)
    make_call(ended_after=19)
    found = figure("service_level")
    assert found.value == Share(1, 2)
    assert "80/20" in str(found.label)


def figure(key: str) -> Figure:
    sections = operational_panel(WEEK).sections
    return next(each for _heading, figures in sections for each in figures if each.key == key)
