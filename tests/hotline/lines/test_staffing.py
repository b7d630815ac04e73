"""Breaks, languages, closing time; and that a supervisor learns of an empty line before a caller does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from audit.context import system_actor
from audit.models import Entry
from cases.notices.models import Notice
from hotline.lines import duty
from hotline.lines.duty import Claim, InACall, NotOnDuty, claim_counsellors
from hotline.lines.endpoints import legs, phone_of, set_endpoint
from hotline.lines.models import Closure, Duty, DutyEndpoint, Line
from hotline.lines.staffing import LineState, line_states, ready_on, tell_of_unstaffed_lines
from hotline.people.roles import Role, set_role
from hotline.telephony.events import Place
from tests.hotline.factories import actor_for, make_counsellor, make_line, on_duty

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9 o'clock in Stockholm
HOURS = [(day, "09:00", "15:00") for day in range(5)]
SYSTEM = system_actor("duty")


@pytest.fixture
def line() -> Line:
    return make_line(mode="hours", hours=HOURS)


def at(hours: float) -> datetime:
    """Give the moment so many hours after opening on Monday."""
    return MONDAY + timedelta(hours=hours)


def claim(number: int = 1) -> Claim:
    return Claim(call=number.to_bytes(32, "big"), round=0)


def go(name: str, line: Line, *languages: str, since: datetime = MONDAY) -> Duty:
    user = make_counsellor(name, f"+468465004{User.objects.count():02d}")
    return duty.go_on_duty(actor=actor_for(user), user=user, line=line, languages=languages, at=since)


def end_closed(moment: datetime) -> list[str]:
    return [each.user.username for each in duty.end_duties_of_closed_lines(actor=SYSTEM, at=moment)]


def state(moment: datetime) -> LineState:
    (found,) = line_states(moment)
    return found


def test_who_speaks_the_callers_language_is_rung_the_longest_idle_first(line: Line) -> None:
    go("alice", line, since=at(-1))
    bob, carol = go("bob", line, "en", since=at(0)), go("carol", line, "sv", "en", since=at(0.5))
    assert claim_counsellors(line.id, claim(1), language="en", at=at(1)) == [bob]
    assert claim_counsellors(line.id, claim(2), language="en", at=at(1)) == [carol]
    assert claim_counsellors(line.id, claim(3), language="en", at=at(1)) == []
    assert (ready_on(line.id, "en"), ready_on(line.id, "sv")) == (2, 2)


def test_without_a_choice_the_lines_own_language_is_spoken(line: Line) -> None:
    line.language = "en"
    assert go("alice", line).languages == ["en"]
    assert go("bob", line, "xx", "sv").languages == ["sv"]


def test_all_at_once_are_never_more_than_can_be_dialled(line: Line) -> None:
    for number in range(12):
        go(f"alice{number}", line)
    first = claim_counsellors(line.id, claim(1), language="sv", at_most=duty.AT_ONCE, at=at(1))
    second = claim_counsellors(line.id, claim(2), language="sv", at_most=duty.AT_ONCE, at=at(1))
    assert (len(first), len(second)) == (10, 2)


def test_on_a_break_nobody_is_rung_and_afterwards_others_come_first(line: Line) -> None:
    alice, bob = go("alice", line), go("bob", line)
    actor = actor_for(alice.user)
    for _press in range(2):
        duty.pause(actor=actor, user=alice.user, at=at(1))
    assert claim_counsellors(line.id, claim(1), language="sv", at=at(1)) == [bob]
    assert claim_counsellors(line.id, claim(2), language="sv", at=at(1)) == []
    for _press in range(2):
        duty.resume(actor=actor, user=alice.user, at=at(1.01))
    assert claim_counsellors(line.id, claim(2), language="sv", at=at(1.01)) == [alice]
    told = Entry.objects.filter(subject_reference="alice", action__startswith="duty:break").order_by("at")
    assert [entry.action for entry in told] == ["duty:break:begun", "duty:break:ended"]


def test_a_break_begins_after_the_call_and_only_on_duty(line: Line) -> None:
    alice = go("alice", line)
    claim_counsellors(line.id, claim(), language="sv", at=at(1))
    with pytest.raises(InACall):
        duty.pause(actor=SYSTEM, user=alice.user)
    duty.go_off_duty(actor=SYSTEM, user=alice.user)
    for act in (duty.pause, duty.resume):
        with pytest.raises(NotOnDuty):
            act(actor=SYSTEM, user=alice.user)


def test_who_presses_second_does_not_have_the_call(line: Line) -> None:
    alice, bob = go("alice", line), go("bob", line)
    claim_counsellors(line.id, claim(), language="sv", at_most=10, at=at(1))
    assert duty.accept(claim(), bob.id, at=at(1))
    assert not duty.accept(claim(), alice.id, at=at(1))
    assert duty.accept(claim(), bob.id, at=at(1))
    states = dict(Duty.objects.values_list("user__username", "state"))
    assert states == {"alice": "free", "bob": "busy"}


def test_duty_ends_by_itself_at_closing_time_but_not_in_a_call(line: Line) -> None:
    go("alice", line)
    bob, carol = go("bob", line), go("carol", line)
    duty.pause(actor=SYSTEM, user=carol.user, at=at(1))
    Duty.objects.filter(pk=bob.pk).update(
        state="busy", claimed_for=b"1" * 32, claimed_round=0, state_since=at(5)
    )
    assert end_closed(at(5.99)) == []
    assert sorted(end_closed(at(6))) == ["alice", "carol"]
    assert end_closed(at(6)) == []
    duty.release_call(b"1" * 32, at=at(6.2))
    assert end_closed(at(6.25)) == ["bob"]
    assert set(Duty.objects.values_list("ended_because", flat=True)) == {"closed"}
    assert Entry.objects.filter(action="duty:duty:ended", facts__because="closed").count() == 3


def test_who_comes_before_opening_stays_on_duty(line: Line) -> None:
    go("alice", line, since=at(-1))
    assert end_closed(at(-0.9)) == []
    assert end_closed(at(0.1)) == []


def test_a_duty_forgotten_over_night_ends_even_if_nobody_looked_at_closing_time(line: Line) -> None:
    go("alice", line)
    assert end_closed(at(24.1)) == ["alice"]


def test_a_closure_entered_today_and_a_line_that_is_closed_end_duty_too(line: Line) -> None:
    go("alice", line)
    Closure.objects.create(line=line, first_day=MONDAY.date(), last_day=MONDAY.date())
    assert end_closed(at(2)) == ["alice"]
    other = make_line("+4620100201", mode="closed")
    go("bob", other)
    assert end_closed(at(2)) == ["bob"]


def test_round_the_clock_midnight_ends_no_duty() -> None:
    always = make_line("+4620100201", mode="always")
    go("alice", always)
    Closure.objects.create(line=always, first_day=MONDAY.date() + timedelta(days=9), last_day="2026-12-02")
    assert end_closed(at(15)) == []
    assert end_closed(at(39)) == []


def test_an_empty_line_is_a_state_and_so_is_one_about_to_open(line: Line) -> None:
    assert (state(at(-1)).is_unstaffed, state(at(-1)).opens_unstaffed) == (False, False)
    assert state(at(-0.2)).opens_unstaffed
    assert state(at(0)).is_unstaffed
    alice = go("alice", line)
    assert not state(at(0)).is_unstaffed
    duty.pause(actor=SYSTEM, user=alice.user)
    assert state(at(0)).is_unstaffed


def test_a_language_nobody_ready_speaks_is_named(line: Line) -> None:
    Line.objects.update(other_languages=["en"])
    go("alice", line)
    assert state(at(1)).unspoken == ["Engelska"]
    assert [value for value, _label in state(at(1)).language_choices] == ["sv en", "sv", "en"]


def test_every_supervisor_is_told_of_an_empty_line_and_not_every_minute(line: Line) -> None:
    for name, role in (("sam", Role.SUPERVISOR), ("sue", Role.SUPERVISOR), ("bob", Role.COUNSELLOR)):
        set_role(User.objects.create_user(name), role)
    assert tell_of_unstaffed_lines(actor=SYSTEM, at=at(-1)) == []
    assert tell_of_unstaffed_lines(actor=SYSTEM, at=at(-0.2)) == [line]
    assert tell_of_unstaffed_lines(actor=SYSTEM, at=at(0)) == []
    told = Notice.objects.filter(kind="line_unstaffed", reference=line.number)
    assert sorted(told.values_list("user__username", flat=True)) == ["sam", "sue"]
    Notice.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert tell_of_unstaffed_lines(actor=SYSTEM, at=at(1)) == [line]
    assert Entry.objects.filter(action="line:staffing:missing").count() == 2


def test_a_new_telephone_is_rung_at_once_and_the_old_one_cannot_be_read(line: Line) -> None:
    alice = on_duty(make_counsellor(), line)
    old = DutyEndpoint.objects.get()
    set_endpoint(actor=actor_for(alice.user), user=alice.user, phone="08-465 004 07")
    alice.refresh_from_db()
    assert [leg.phone for leg in legs([alice], Place())] == ["+46846500407"]
    assert alice.endpoint_id != old.id
    assert Entry.objects.filter(action="vault:destruction:ordered", facts__reason="replaced").exists()
    assert phone_of(DutyEndpoint.objects.get(retired_at=None)) == "+46846500407"


def test_a_telephone_that_cannot_be_opened_is_left_out(line: Line) -> None:
    duties = [go("alice", line), go("bob", line)]
    DutyEndpoint.objects.filter(user=duties[0].user).update(phone_sealed=b"spoiled")
    found = Duty.objects.select_related("endpoint").order_by("user__username")
    assert [leg.place.duty for leg in legs(list(found), Place())] == [duties[1].id]
