"""A dora sends a caller to a message and lets them through again, without learning who it is."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.actions import Action
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.lines.diversions import is_diverted
from hotline.lines.models import Diversion, Line
from hotline.people.roles import Role
from hotline.telephony.events import Kind
from tests.hotline.factories import CALLER, enter, event, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PRANKSTER = "+46701740666"


def called(call_id: str = "CAfirst", caller: str = CALLER) -> Call:
    ingested = ingest_event(
        event(Kind.OFFERED, call_id=call_id, caller=caller, withheld=not caller), received_at=timezone.now()
    )
    return Call.objects.get(reference=ingested.call_reference)


def fingerprint_of(call: Call) -> bytes:
    assert call.fingerprint is not None
    return bytes(call.fingerprint)


def test_a_caller_is_sent_to_a_message_from_the_page_of_the_call(dora: Client, line: Line) -> None:
    call = called()
    page = dora.get(f"/desk/calls/{call.reference}/").content.decode()
    assert f"/lines/diversions/call/{call.reference}/" in page
    for _press in range(2):
        dora.post(f"/lines/diversions/call/{call.reference}/", {"hours": "4"})
    diversion = Diversion.objects.get()
    assert diversion.until - diversion.since == timedelta(hours=4)
    assert is_diverted([fingerprint_of(call)], timezone.now())
    diverted = [facts["hours"] for action, facts in trail(call.reference) if action == Action.CALLER_DIVERTED]
    assert diverted == [4]


def test_the_page_counts_the_callers_calls_and_shows_no_number_and_no_fingerprint(
    dora: Client, line: Line
) -> None:
    first, _second, _stranger = called(), called("CAsecond"), called("CAother", PRANKSTER)
    dora.post(f"/lines/diversions/call/{first.reference}/", {"hours": "1"})
    page = dora.get("/lines/diversions/").content.decode()
    assert "2 samtal de senaste 7 dagarna" in page
    assert CALLER.removeprefix("+46") not in page
    assert fingerprint_of(first).hex() not in page


def test_a_longer_time_replaces_a_shorter_and_one_press_lifts_both(dora: Client, line: Line) -> None:
    call = called()
    for hours in ("1", "24"):
        dora.post(f"/lines/diversions/call/{call.reference}/", {"hours": hours})
    longest = Diversion.objects.latest("until")
    for _press in range(2):
        answer = dora.post(f"/lines/diversions/{longest.pk}/lift/", follow=True)
    assert "Inget ändrades" in answer.content.decode()
    assert not is_diverted([fingerprint_of(call)], timezone.now())
    assert "Hävd" in dora.get("/lines/diversions/").content.decode()


def test_a_caller_with_a_withheld_number_cannot_be_recognised_and_it_is_told(
    dora: Client, line: Line
) -> None:
    call = called(caller="")
    path = f"/lines/diversions/call/{call.reference}/"
    assert path not in dora.get(f"/desk/calls/{call.reference}/").content.decode()
    assert "kan inte kännas igen" in dora.post(path, {"hours": "1"}, follow=True).content.decode()
    assert not Diversion.objects.exists()


@pytest.mark.parametrize("hours", ["0", "25", "-1", "1.5", "x", ""])
def test_only_the_offered_hours_are_taken(dora: Client, line: Line, hours: str) -> None:
    call = called()
    assert dora.post(f"/lines/diversions/call/{call.reference}/", {"hours": hours}).status_code == 404
    assert not Diversion.objects.exists()


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMINISTRATOR])
def test_nobody_but_a_supervisor_diverts_or_lifts(line: Line, role: Role) -> None:
    charlie, call = enter("charlie", role), called()
    assert charlie.get("/lines/diversions/").status_code == 403
    assert charlie.post(f"/lines/diversions/call/{call.reference}/", {"hours": "1"}).status_code == 403
    assert charlie.post(f"/lines/diversions/{uuid.uuid4()}/lift/").status_code == 403
    assert not Diversion.objects.exists()


def test_a_counsellor_sees_no_button(alice: Client, line: Line) -> None:
    call = called()
    assert "/lines/diversions/" not in alice.get(f"/desk/calls/{call.reference}/").content.decode()


def test_the_list_costs_the_same_for_any_number_of_rows(
    dora: Client, line: Line, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows, more in ((1, (0,)), (3, (1, 2))):
        for number in more:
            call = called(f"CA{number}", f"+467017406{60 + number}")
            dora.post(f"/lines/diversions/call/{call.reference}/", {"hours": "1"})
        with django_assert_num_queries(4):
            page = dora.get("/lines/diversions/").content.decode()
        assert page.count("/lift/") == rows
