"""A caller is sent to a message by fingerprint, for a day at the most, and let through again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from audit.models import Entry
from hotline.lines import diversions
from hotline.lines.diversions import NotRecognisable, TooLong, divert, in_force, is_diverted, lift
from hotline.lines.models import Diversion
from tests.hotline.factories import actor_for, make_counsellor

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PRINT = b"p" * 16


@dataclass
class SomeCall:
    reference: str = "S-7KQ2MX"
    fingerprint: bytes | memoryview | None = PRINT
    fingerprint_period: UUID | None = None

    def __post_init__(self) -> None:
        self.fingerprint_period = self.fingerprint_period or uuid4()


def send(hours: int = 2, call: SomeCall | None = None) -> Diversion:
    sam = make_counsellor("sam")
    return divert(actor=actor_for(sam), user=sam, call=call or SomeCall(), hours=hours, at=NOON)


def test_it_holds_from_now_for_so_many_hours() -> None:
    send(hours=2)
    moments = {-1: False, 0: True, 119: True, 120: False}
    for minutes, expected in moments.items():
        assert is_diverted([b"q" * 16, PRINT], NOON + timedelta(minutes=minutes)) is expected
    assert not is_diverted([b"q" * 16], NOON)
    assert not is_diverted([], NOON)


def test_it_is_recorded_by_the_calls_reference() -> None:
    made = send(hours=24)
    entry = Entry.objects.get(action="line:caller:diverted")
    assert (entry.subject_reference, entry.facts) == ("S-7KQ2MX", {"hours": 24, "diversion": str(made.id)})
    assert made.by.username == "sam"


@pytest.mark.parametrize("hours", [0, 25, -1])
def test_it_never_lasts_longer_than_a_day(hours: int) -> None:
    with pytest.raises(TooLong):
        send(hours=hours)


def test_who_cannot_be_recognised_cannot_be_diverted() -> None:
    with pytest.raises(NotRecognisable):
        send(call=SomeCall(fingerprint=None))


def test_lifted_it_holds_no_more_and_lifting_is_recorded_once() -> None:
    made = send()
    actor = actor_for(made.by)
    assert lift(actor=actor, diversion=made.id, at=NOON + timedelta(minutes=1))
    assert not lift(actor=actor, diversion=made.id, at=NOON + timedelta(minutes=1))
    assert not is_diverted([PRINT], NOON + timedelta(minutes=1))
    assert list(in_force(NOON)) == []
    assert Entry.objects.filter(action="line:diversion:lifted").count() == 1


def test_with_its_period_the_fingerprint_is_forgotten() -> None:
    made = send()
    assert diversions.forget_fingerprints([uuid4()]) == 0
    assert diversions.forget_fingerprints([made.fingerprint_period]) == 1
    assert not Diversion.objects.exists()
