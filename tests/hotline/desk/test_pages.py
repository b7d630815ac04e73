"""The desk: what it shows, who may look, and logging a call with one press or with a conversation."""

import uuid

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.actions import Action
from cases.record.models import Contact
from cases.vault import pseudonyms
from hotline.calls import retention
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call, CallBack
from hotline.desk import board
from hotline.lines.models import Duty, Line
from hotline.people.roles import Role
from hotline.telephony.events import Kind
from tests.hotline.calls.work import asked_for, came_in
from tests.hotline.factories import answered, enter, event, make_counsellor, make_line, on_duty, trail

PERIOD_BEGINS = pseudonyms.GRID + 11 * pseudonyms.PERIOD
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_counsellor_sees_an_answered_call_until_it_is_logged(alice: Client, line: Line) -> None:
    call = answered()
    shown = alice.get("/desk/").content.decode()
    assert f"/desk/calls/{call.reference}/" in shown
    assert "4:05" in shown
    alice.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "wrong_number"})
    assert f"/desk/calls/{call.reference}/" not in alice.get("/desk/board/").content.decode()


def test_one_press_logs_the_call_once_however_often_it_is_pressed(alice: Client, line: Line) -> None:
    call = answered()
    pressed = {"kind": "silent", "contact": str(uuid.uuid4())}
    for _press in range(2):
        assert alice.post(f"/desk/calls/{call.reference}/log/at-once/", pressed).status_code == 302
    contact = Contact.objects.get()
    assert str(contact.pk) == pressed["contact"]
    assert Call.objects.get().contact == contact
    logged = [facts for action, facts in trail(call.reference) if action == Action.CALL_LOGGED]
    assert logged == [{"contact": contact.reference}]


def test_a_conversation_is_logged_with_its_answers_and_its_text_sealed(alice: Client, line: Line) -> None:
    call = answered()
    form = {
        "kind": "counselling",
        "caller_role": "parent",
        "concerns": ["withdrawal", "new_contacts"],
        "ideology_mixed": "assumed",
        "summary": "Vill ha råd om samtal hemma.",
    }
    response = alice.post(f"/desk/calls/{call.reference}/log/", form)
    contact = Contact.objects.get()
    assert response.headers["Location"] == f"/contacts/{contact.reference}/#open-case"
    assert contact.caller_role_id == "caller_role:parent"
    assert sorted(contact.concerns.values_list("code", flat=True)) == ["new_contacts", "withdrawal"]
    assert contact.ideology_notes.get().basis.code == "assumed"
    assert "råd om samtal".encode() not in bytes(contact.summary or b"")


def test_personal_data_is_named_before_anything_is_saved(alice: Client, line: Line) -> None:
    call = answered()
    form = {"kind": "counselling", "summary": "Ring 070-174 06 33."}
    shown = alice.post(f"/desk/calls/{call.reference}/log/", form).content.decode()
    assert "telefonnummer" in shown
    assert "Ring 070-174 06 33." in shown
    assert not Contact.objects.exists()
    alice.post(f"/desk/calls/{call.reference}/log/", form | {"keep_personal_data": "on"})
    assert Contact.objects.count() == 1


def test_a_call_nobody_answered_cannot_be_logged(alice: Client, line: Line) -> None:
    ingest_event(event(Kind.OFFERED), received_at=timezone.now())
    call = Call.objects.get()
    shown = alice.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "test"}, follow=True)
    assert "Ingen talade med den som ringde" in shown.content.decode()
    assert not Contact.objects.exists()


def test_a_colleagues_log_is_not_overwritten(alice: Client, line: Line) -> None:
    call = answered()
    bob = enter("bob", Role.COUNSELLOR, "+46846500402")
    alice.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "test"})
    shown = bob.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "silent"}, follow=True)
    assert "En kollega har redan dokumenterat samtalet" in shown.content.decode()
    assert Contact.objects.get().kind.code == "test"


@pytest.mark.parametrize("kind", ["counselling", "nonsense", ""])
def test_only_the_listed_kinds_are_logged_with_one_press(kind: str, alice: Client, line: Line) -> None:
    call = answered()
    assert alice.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": kind}).status_code == 404
    assert not Contact.objects.exists()


def test_looking_at_a_call_is_recorded(alice: Client, line: Line) -> None:
    call = answered()
    alice.get(f"/desk/calls/{call.reference}/")
    assert (Action.CALL_VIEWED, {}) in trail(call.reference)


def test_earlier_calls_from_the_same_telephone_are_counted_and_never_named(alice: Client, line: Line) -> None:
    first, second = answered("CAone"), answered("CAtwo")
    assert (board.earlier_calls(first), board.earlier_calls(second)) == (0, 1)
    shown = alice.get(f"/desk/calls/{second.reference}/").content.decode()
    assert "1 tidigare samtal från samma telefon" in shown
    assert first.reference not in shown


def test_earlier_calls_are_counted_across_one_change_of_keys_and_no_pair_of_fingerprints_is_kept(
    line: Line,
) -> None:
    with time_machine.travel(PERIOD_BEGINS) as clock:
        first, again = answered("CAfirst"), answered("CAagain")
        clock.shift(pseudonyms.PERIOD)
        later, last = answered("CAlater"), answered("CAlast")
        assert (
            bytes(later.fingerprint or b"")
            == bytes(last.fingerprint or b"")
            != bytes(first.fingerprint or b"")
        )
        assert [board.earlier_calls(each) for each in (first, again, later, last)] == [0, 1, 2, 3]
        clock.shift(pseudonyms.PERIOD)
        retention.forget_fingerprints([first.fingerprint_period or uuid.uuid4()])
        later.refresh_from_db()
        last.refresh_from_db()
        assert [board.earlier_calls(each) for each in (later, last)] == [0, 1]
        assert board.earlier_calls(answered("CAnewest")) == 2


def test_going_on_and_off_duty_from_the_desk(alice: Client, line: Line) -> None:
    alice.post("/desk/duty/on/", {"line": str(line.pk)})
    assert Duty.objects.get(until=None).user.username == "alice"
    alice.post("/desk/duty/off/")
    assert not Duty.objects.filter(until=None).exists()


def test_an_open_line_without_anyone_on_duty_is_said_aloud(alice: Client, line: Line) -> None:
    assert "Öppen, ingen har jour" in alice.get("/desk/board/").content.decode()
    on_duty(make_counsellor("bob", "+46846500402"), line)
    assert "Öppen, ingen har jour" not in alice.get("/desk/board/").content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.RECIPIENT])
def test_the_desk_is_closed_to_other_roles(role: Role, line: Line) -> None:
    charlie, call = enter("charlie", role, "+46846500402"), answered()
    paths = ("/desk/", "/desk/board/", f"/desk/calls/{call.reference}/")
    assert [charlie.get(path).status_code for path in paths] == [403, 403, 403]


def test_a_supervisor_sees_the_desk_and_takes_no_calls(dora: Client, line: Line) -> None:
    call = answered()
    assert dora.get("/desk/").status_code == 200
    assert dora.post("/desk/duty/on/", {"line": str(line.pk)}).status_code == 403
    assert dora.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "test"}).status_code == 403


def test_the_board_costs_the_same_however_much_it_shows(
    alice: Client, alices_user: User, line: Line, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    on_duty(alices_user, line)
    alice.get("/desk/board/")  # the session notes its first act
    shown: list[Call | CallBack] = []
    for more in ((0,), (1, 2)):
        for number in more:
            make_line(f"+4684650042{number}")
            shown += [answered(f"CAanswered{number}"), *three_kinds(line, number)]
        with django_assert_num_queries(12):
            page = alice.get("/desk/board/").content.decode()
        assert [each.reference for each in shown if each.reference not in page] == []


def three_kinds(line: Line, number: int) -> tuple[Call | CallBack, ...]:
    """Let a call be under way, another be missed, and a caller ask to be called back."""
    now, caller = timezone.now(), f"+467017406{10 + number}"
    under_way = ingest_event(event(Kind.OFFERED, call_id=f"CAnow{number}"), received_at=now)
    missed = came_in(f"CAmissed{number}", at=now, caller=caller)
    back = asked_for(line, call_id=f"CAback{number}", number=f"+467017406{20 + number}", at=now)
    return Call.objects.get(pk=under_way.call_id), missed, back
