"""Who is rung: the longest idle, one for one caller, and nobody for ever."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connections

from audit.models import Entry
from hotline.lines import duty
from hotline.lines.duty import Claim, NoTelephone, claimed, go_off_duty, go_on_duty
from hotline.lines.endpoints import NotANumber, phone_of, set_endpoint
from hotline.lines.models import BoardPending, Duty, DutyEndpoint, Line
from tests.hotline.factories import COUNSELLORS_PHONE, actor_for, make_counsellor, make_line, on_duty

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def claim(number: int, round_: int = 0) -> Claim:
    return Claim(call=number.to_bytes(32, "big"), round=round_)


def claim_free(line_id: UUID, call: Claim, *, at: datetime | None = None) -> Duty | None:
    found = duty.claim_counsellors(line_id, call, language="sv", at=at)
    assert len(found) < 2
    return found[0] if found else None


def start(username: str, phone: str = COUNSELLORS_PHONE, *, line: object, minute: int = 0) -> Duty:
    user = make_counsellor(username, phone)
    return go_on_duty(actor=actor_for(user), user=user, line=line, at=NOON + timedelta(minutes=minute))  # type: ignore[arg-type]


def test_a_counsellors_telephone_is_sealed_and_opens_only_here() -> None:
    alice = make_counsellor()
    endpoint = DutyEndpoint.objects.get(user=alice)
    assert b"846500401" not in bytes(endpoint.phone_sealed)
    assert phone_of(endpoint) == COUNSELLORS_PHONE


def test_a_new_telephone_retires_the_old() -> None:
    alice = make_counsellor()
    set_endpoint(actor=actor_for(alice), user=alice, phone="08-465 004 07")
    assert DutyEndpoint.objects.filter(retired_at=None).count() == 1
    assert DutyEndpoint.objects.count() == 2
    with pytest.raises(NotANumber):
        set_endpoint(actor=actor_for(alice), user=alice, phone="reception")


def test_going_on_duty_needs_a_telephone(django_user_model: type) -> None:
    user = django_user_model.objects.create_user("charlie")  # type: ignore[attr-defined]
    with pytest.raises(NoTelephone):
        go_on_duty(actor=actor_for(user), user=user, line=make_line())


def test_duty_is_recorded_shown_and_replaced_by_the_next() -> None:
    alice = make_counsellor()
    first, second = make_line(), make_line("+4620100201")
    on_duty(alice, first)
    on_duty(alice, second)
    assert [each.line for each in Duty.objects.filter(until=None)] == [second]
    assert go_off_duty(actor=actor_for(alice), user=alice)
    assert not go_off_duty(actor=actor_for(alice), user=alice)
    actions = list(
        Entry.objects.filter(subject_reference="alice").order_by("at").values_list("action", flat=True)
    )
    assert actions == ["duty:telephone:set", "duty:duty:started", "duty:duty:started", "duty:duty:ended"]
    assert BoardPending.objects.count() == 3


def test_the_longest_idle_is_rung_first() -> None:
    line = make_line()
    alice, bob = start("alice", line=line, minute=1), start("bob", "+46846500402", line=line)
    assert claim_free(line.id, claim(1), at=NOON + timedelta(minutes=2)) == bob
    assert claim_free(line.id, claim(2), at=NOON + timedelta(minutes=3)) == alice
    assert claim_free(line.id, claim(3), at=NOON + timedelta(minutes=3)) is None
    duty.release(claim(1), at=NOON + timedelta(minutes=4))
    assert claim_free(line.id, claim(3), at=NOON + timedelta(minutes=4)) == bob


def test_a_call_that_asks_twice_gets_the_same_counsellor() -> None:
    line = make_line()
    start("alice", line=line)
    start("bob", "+46846500402", line=line)
    assert claim_free(line.id, claim(1)) == claim_free(line.id, claim(1))
    assert Duty.objects.filter(state="free").count() == 1


def test_another_lines_counsellor_is_not_rung() -> None:
    line, other = make_line(), make_line("+4620100201")
    start("alice", line=other)
    assert claim_free(line.id, claim(1)) is None


def test_a_ring_that_nobody_ended_expires_and_a_talk_does_not() -> None:
    line = make_line()
    alice = start("alice", line=line)
    claim_free(line.id, claim(1), at=NOON)
    assert claim_free(line.id, claim(2), at=NOON + timedelta(seconds=80)) is None
    assert claim_free(line.id, claim(2), at=NOON + timedelta(seconds=100)) == alice
    assert not claimed(claim(1))
    assert duty.accept(claim(2), alice.id, at=NOON + timedelta(seconds=110))
    assert claim_free(line.id, claim(3), at=NOON + timedelta(hours=2)) is None


def test_a_late_message_of_an_earlier_round_frees_nobody() -> None:
    line = make_line()
    start("alice", line=line)
    claim_free(line.id, claim(1, 0))
    duty.release(claim(1, 0))
    claim_free(line.id, claim(1, 1))
    assert not duty.release(claim(1, 0))
    assert claimed(claim(1, 1))


def test_a_call_that_is_over_frees_whoever_was_claimed() -> None:
    line = make_line()
    start("alice", line=line)
    claim_free(line.id, claim(1, 2))
    assert duty.release_call(claim(1).call)
    assert Duty.objects.get().state == "free"


def test_three_unanswered_rings_in_a_row_end_the_duty() -> None:
    line = make_line()
    start("alice", line=line)
    for ring in range(3):
        assert claim_free(line.id, claim(ring)) is not None
        duty.release_unanswered(claim(ring))
    ended = Duty.objects.get()
    assert (ended.ended_because, ended.until is None) == ("unanswered", False)
    assert claim_free(line.id, claim(9)) is None
    last = Entry.objects.filter(subject_reference="alice").latest("at")
    assert (last.action, last.actor_label, last.facts) == (
        "duty:duty:ended",
        "system:duty",
        {"because": "unanswered"},
    )


def test_an_answer_in_between_starts_the_count_again() -> None:
    line = make_line()
    alice = start("alice", line=line)
    for ring in range(4):
        claim_free(line.id, claim(ring))
        if ring == 2:
            duty.accept(claim(ring), alice.id)
            duty.release(claim(ring))
        else:
            duty.release_unanswered(claim(ring))
    assert Duty.objects.get().until is None


def all_at_once(asks: list[Callable[[], Duty | None]]) -> list[Duty | None]:
    won: list[Duty | None] = []
    gate = threading.Barrier(len(asks))

    def run(ask: Callable[[], Duty | None]) -> None:
        gate.wait(10)
        won.append(ask())
        connections.close_all()

    threads = [threading.Thread(target=run, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return won


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_many_callers_at_once_never_share_a_counsellor_and_one_asked_twice_gets_one() -> None:
    line = make_line()
    for index in range(3):
        start(f"alice{index}", f"+4684650040{index}", line=line)
    won = all_at_once([partial(claim_free, line.id, claim(number)) for number in range(1, 9)])
    got = [each.id for each in won if each]
    assert len(got) == len(set(got)) == 3
    assert Duty.objects.filter(state="ringing").count() == 3
    for number in range(1, 9):
        duty.release(claim(number))
    same = all_at_once([partial(claim_free, line.id, claim(99))] * 4)
    assert len({each.id for each in same if each}) == 1
    assert Duty.objects.filter(state="ringing").count() == 1
    assert sum(all_at_once_accept(line)) == 1


def all_at_once_accept(line: Line) -> list[bool]:
    """Claim everybody for one call, and let all press 1 at the same moment."""
    duty.release(claim(99))
    rung = duty.claim_counsellors(line.id, claim(100), language="sv", at_most=10)
    pressed: list[bool] = []
    all_at_once([partial(press, pressed, each.id) for each in rung])
    assert (len(pressed), Duty.objects.filter(state="busy").count()) == (3, 1)
    return pressed


def press(pressed: list[bool], by: UUID) -> None:
    pressed.append(duty.accept(claim(100), by))
