"""The work lists' pages: what they show, to whom, and that nothing on them says who called."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from audit.actions import Action
from hotline.calls import attempts, bridge, missed
from hotline.calls.attempts import Result
from hotline.calls.models import Call, CallBack, CallBackAttempt
from hotline.lines.models import Line
from hotline.people.roles import Role
from tests.hotline.calls.work import ACTOR, OTHER_CALLER, asked_for, came_in
from tests.hotline.factories import CALLER, enter, trail

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SHOWN = "070-174 06 05"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def asked_now(line: Line, **more: object) -> CallBack:
    return asked_for(line, at=timezone.now() - timedelta(minutes=5), **more)  # type: ignore[arg-type]


def press(client: Client, call_back: CallBack, act: str, **fields: str) -> str:
    path = f"/desk/call-backs/{call_back.reference}/{act}/"
    return client.post(path, fields, follow=True).content.decode()


def test_alice_takes_a_call_back_on_connects_it_and_says_that_she_reached_the_caller(
    alice: Client, line: Line
) -> None:
    call_back = asked_now(line)
    assert call_back.reference in page(alice, "/desk/")
    assert call_back.reference in page(alice, "/desk/call-backs/")
    shown = page(alice, f"/desk/call-backs/{call_back.reference}/")
    assert "Säg inte vem som ringer" in shown
    assert "Koppla upp samtalet" in press(alice, call_back, "claim")
    assert "Din jourtelefon ringer" in press(alice, call_back, "connect")
    logging_page = press(alice, call_back, "report", result="reached")
    assert f"/desk/calls/{call_back.call.reference}/log/" in logging_page
    assert f"/desk/calls/{call_back.call.reference}/" in page(alice, "/desk/unlogged/")
    alice.post(f"/desk/calls/{call_back.call.reference}/log/at-once/", {"kind": "thanks"})
    assert Call.objects.get().contact is not None
    assert f"/desk/calls/{call_back.call.reference}/" not in page(alice, "/desk/unlogged/")


def test_no_page_shows_the_number_until_it_must_be_dialled_by_hand(
    alice: Client, line: Line, settings: Settings
) -> None:
    call_back = asked_now(line)
    pages = [
        press(alice, call_back, "claim"),
        press(alice, call_back, "number"),
        press(alice, call_back, "connect"),
    ]
    bridge.ring_counsellor(CallBackAttempt.objects.get().pk, at=timezone.now())
    pages.append(page(alice, f"/desk/call-backs/{call_back.reference}/"))
    assert not [each for each in pages if SHOWN in each or CALLER in each]
    assert alice.get(f"/desk/call-backs/{call_back.reference}/number/").status_code == 405
    response = alice.post(f"/desk/call-backs/{call_back.reference}/number/")
    assert SHOWN in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert (Action.CALL_BACK_NUMBER_READ, {"attempt": 2}) in trail(call_back.reference)


def test_a_refusal_is_told_and_changes_nothing(alice: Client, line: Line) -> None:
    call_back = asked_now(line)
    assert "Ta dig an återuppringningen först" in press(alice, call_back, "connect")
    assert not CallBackAttempt.objects.exists()
    assert (
        alice.post(f"/desk/call-backs/{call_back.reference}/report/", {"result": "ringing"}).status_code
        == 404
    )
    assert alice.post(f"/desk/call-backs/{call_back.reference}/give-up/", {"because": "x"}).status_code == 404


def test_the_page_of_an_attempt_is_asked_for_anew_once_it_is_over(alice: Client, line: Line) -> None:
    call_back = asked_now(line)
    press(alice, call_back, "claim")
    press(alice, call_back, "connect")
    path = f"/desk/call-backs/{call_back.reference}/attempt/"
    assert "HX-Refresh" not in alice.get(path).headers
    attempt = attempts.find_open(CallBackAttempt.objects.get().pk)
    assert attempt is not None
    attempts.conclude_attempt(actor=ACTOR, attempt=attempt, result=Result.NO_ANSWER, at=timezone.now())
    assert alice.get(path).headers["HX-Refresh"] == "true"
    assert "Ge upp återuppringningen" in page(alice, f"/desk/call-backs/{call_back.reference}/")
    assert "Uppgiven" in press(alice, call_back, "give-up", because="no_answer")


def test_looking_at_a_call_back_is_recorded(alice: Client, line: Line) -> None:
    call_back = asked_now(line)
    page(alice, f"/desk/call-backs/{call_back.reference}/")
    assert (Action.CALL_BACK_VIEWED, {}) in trail(call_back.reference)


def test_what_expired_is_on_the_list_without_its_number(dora: Client, line: Line) -> None:
    call_back = asked_now(line)
    over = {"number_sealed": None, "key": None, "ended_at": timezone.now()}
    CallBack.objects.filter(pk=call_back.pk).update(state="expired", **over)
    shown = page(dora, "/desk/call-backs/")
    assert "Förfallna innan någon nåddes" in shown
    assert call_back.reference in shown


def test_overdue_comes_first(alice: Client, line: Line) -> None:
    fresh = asked_now(line, call_id="CAfresh")
    late = asked_for(line, call_id="CAlate", number=OTHER_CALLER, at=timezone.now() - timedelta(hours=30))
    CallBack.objects.filter(pk=late.pk).update(expires_at=fresh.expires_at + timedelta(days=1))
    shown = page(alice, "/desk/call-backs/")
    assert shown.index(late.reference) < shown.index("Försenad") < shown.index(fresh.reference)


def test_missed_callers_are_shown_by_attempts_and_hour_and_signed_off_by_a_supervisor(
    alice: Client, dora: Client, line: Line
) -> None:
    yesterday = timezone.localtime().replace(hour=13, minute=10) - timedelta(days=1)
    calls = [came_in(f"CA{n}", at=yesterday + timedelta(minutes=n)) for n in range(3)]
    shown = page(alice, "/desk/missed/")
    assert "mellan 13 och 14" in shown
    assert calls[2].reference in shown
    assert calls[0].reference not in shown
    assert bytes(calls[0].fingerprint or b"").hex() not in shown
    path = f"/desk/missed/{calls[2].reference}/sign-off/"
    assert "Att skriva av" in shown
    assert alice.post(path).status_code == 403
    assert "Avskrivet som förlorat" in dora.post(path, follow=True).content.decode()
    assert missed.missed_callers(at=timezone.now(), most=5) == []


def test_a_call_is_entered_by_hand_logged_and_matched(alice: Client, line: Line) -> None:
    at = timezone.localtime() - timedelta(hours=1)
    form = {"line": str(line.pk), "at": at.strftime("%Y-%m-%dT%H:%M"), "answered": "on", "minutes": "12"}
    assert (
        "Ange ungefär hur länge"
        in alice.post("/desk/by-hand/enter/", form | {"minutes": ""}).content.decode()
    )
    shown = alice.post("/desk/by-hand/enter/", form, follow=True).content.decode()
    call = Call.objects.get()
    assert f"/desk/calls/{call.reference}/log/" in shown
    alice.post(f"/desk/calls/{call.reference}/log/at-once/", {"kind": "thanks"})
    record = came_in("CAlate", at=at + timedelta(minutes=2))
    assert call.reference in page(alice, "/desk/by-hand/")
    assert record.reference in page(alice, f"/desk/by-hand/{call.reference}/")
    alice.post(f"/desk/by-hand/{call.reference}/match/", {"record": record.reference})
    call.refresh_from_db()
    assert call.matched == record
    assert record.reference in page(alice, f"/desk/calls/{call.reference}/")
    assert call.reference not in page(alice, "/desk/by-hand/")


def test_a_call_entered_for_tomorrow_is_refused_beside_its_field(alice: Client, line: Line) -> None:
    at = timezone.localtime() + timedelta(days=1)
    form = {"line": str(line.pk), "at": at.strftime("%Y-%m-%dT%H:%M"), "answered": "on", "minutes": "1"}
    assert "inte i framtiden" in alice.post("/desk/by-hand/enter/", form).content.decode()
    assert not Call.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.RECIPIENT])
def test_the_lists_are_closed_to_other_roles(role: Role, line: Line) -> None:
    charlie, call_back = enter("charlie", role, "+46846500402"), asked_now(line)
    paths = [
        "",
        "call-backs/",
        f"call-backs/{call_back.reference}/",
        "missed/",
        "unlogged/",
        "by-hand/",
        "by-hand/enter/",
    ]
    assert {charlie.get(f"/desk/{path}").status_code for path in paths} == {403}


def test_a_supervisor_watches_and_does_not_call(dora: Client, line: Line) -> None:
    call_back = asked_now(line)
    assert "En kurator ringer samtalet" in page(dora, f"/desk/call-backs/{call_back.reference}/")
    for act in ("claim", "connect", "number", "report", "give-up", "release"):
        assert dora.post(f"/desk/call-backs/{call_back.reference}/{act}/").status_code == 403


def test_a_list_costs_the_same_however_much_it_shows(
    alice: Client, alices_user: User, line: Line, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice.get("/desk/unlogged/")  # the session notes its first act
    for rows in ((0,), (1, 2)):
        for n in rows:
            asked_now(line, call_id=f"CAb{n}")
            came_in(f"CAm{n}", caller="")
            came_in(f"CAa{n}", accepted=True, caller="")
            Call.objects.filter(pk=came_in(f"CAh{n}", caller="").pk).update(entered_by=alices_user)
        for path, queries in {"call-backs": 10, "missed": 9, "unlogged": 9, "by-hand": 9}.items():
            with django_assert_num_queries(queries):
                alice.get(f"/desk/{path}/")
