"""The journeys of a working day, each through the pages as counsellors and supervisors see them, in Swedish."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.handover.models import HandOver
from cases.record.models import Basis, Case, Grant
from cases.record.services import open_case, open_contact
from hotline.calls.models import Call
from hotline.demo.simulate_lives import Intent
from tests.callers import WITHHELD
from tests.hotline.people.factories import actor_for
from tests.journeys.day import ANNA, BO, SUPERVISOR, Day, follow, press, see

pytestmark = pytest.mark.browser
MOTHER, WRONG, LEAVER, THREATENED, FORMER, PRANKSTER = (f"+4670174061{n}" for n in range(6))
IN_A_WEEK = timezone.localdate() + timedelta(days=7)


def begin_to_log(day: Day, call: Call, username: str = ANNA) -> Page:
    """Take the call from the desk's list of those that are not logged."""
    page = day.go(username, "/desk/")
    page.locator(f"#log-{call.reference}").click()
    see(page, call.reference)
    return page


def said(page: Page, **answers: str) -> None:
    """Fill in the form of the conversation, by the names of its fields."""
    for name, answer in answers.items():
        field = page.locator(f"#log-form [name={name}]").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)


def logged(call: Call) -> str:
    """Give the reference of the contact a call was logged as."""
    call.refresh_from_db()
    assert call.contact is not None
    return call.contact.reference


def refused_nothing(day: Day) -> bool:
    """Tell that no page had an error of its own."""
    return day.errors == []


def test_a_mother_calls_and_gets_a_case_a_code_and_a_day_to_be_called_on(day: Day) -> None:
    call = day.called(MOTHER)
    page = begin_to_log(day, call)
    said(page, caller_role="parent", age_band="15_17", summary="Mamman är orolig för sin son.")
    page.get_by_label("Drar sig undan").check()
    press(page, "Spara samtalet")
    see(page, "Vad som antecknades")
    press(page, "Öppna ett ärende")
    code = page.locator(".figure-large").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]", code)
    follow(page, "Till ärende")
    follow(page, "Ny uppföljning")
    page.locator("[name=due_on]").fill(f"{IN_A_WEEK:%Y-%m-%d}")
    page.locator("main [name=text]").fill("Ring och fråga hur samtalet med sonen gick.")
    press(page, "Planera")
    follow_up = Case.objects.get(contacts__reference=logged(call)).follow_ups.get()
    see(page, follow_up.reference)
    assert (follow_up.due_on, follow_up.assigned_to.username) == (IN_A_WEEK, ANNA)
    assert refused_nothing(day)


def test_a_teacher_calls_twice_from_a_withheld_number_and_is_not_recognised(day: Day) -> None:
    calls = [day.called(WITHHELD), day.called(WITHHELD)]
    page = begin_to_log(day, calls[0])
    see(page, "prickat")
    said(page, kind="professional_consultation", caller_role="school", summary="En lärare frågar om råd.")
    press(page, "Spara samtalet")
    press(page, "Öppna ett ärende")
    expect(page.locator(".figure-large")).to_be_visible()
    case = Case.objects.get(contacts__reference=logged(calls[0]))

    page = begin_to_log(day, calls[1])
    assert "tidigare samtal" not in page.locator("main").inner_text()
    said(
        page,
        kind="professional_consultation",
        caller_role="school",
        summary="Samma lärare, har talat med rektorn.",
    )
    press(page, "Spara samtalet")
    page.locator("main [name=case]").select_option(case.reference)
    press(page, "Koppla till ärendet")
    see(page, case.reference)
    assert case.contacts.count() == 2
    assert refused_nothing(day)


def test_a_caller_who_hangs_up_in_the_queue_is_missed_until_a_supervisor_signs_the_call_off(day: Day) -> None:
    call = day.called(LEAVER, Intent.LEAVE_QUEUE)
    assert (call.outcome, call.contact) == ("abandoned", None)
    page = day.go(SUPERVISOR, "/desk/missed/")
    row = page.locator("tr", has_text=call.reference)
    expect(row).to_contain_text("I dag")
    Call.objects.filter(pk=call.pk).update(
        offered_at=call.offered_at - timedelta(days=1),
        ended_at=call.ended_at and call.ended_at - timedelta(days=1),
    )
    page = day.go(SUPERVISOR, "/morning/")
    follow(page, "1 missad uppringare")
    row.get_by_role("button", name="Skriv av som förlorat").click()
    see(page, "Ingen är missad")
    assert refused_nothing(day)


def test_an_acute_threat_puts_112_first_and_asks_for_a_second_look(day: Day) -> None:
    call = day.called(THREATENED)
    page = begin_to_log(day, call)
    warning = page.locator(".when-acute")
    expect(warning).to_be_hidden()
    said(page, acute_danger="yes")
    expect(warning).to_contain_text("112")
    said(page, kind="acute", risk_level="acute", summary="Sonen har ett vapen hemma.")
    press(page, "Spara samtalet")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    said(page, risk_reason="Vapen i hemmet och uttalat hot i dag.")
    page.get_by_label("Polisen informerad").check()
    press(page, "Spara samtalet")
    press(page, "Öppna ett ärende")
    follow(page, "Till ärende")
    follow(page, "Andra bedömning")
    page.locator("[name=question]").fill("Har vi gjort allt som går i dag?")
    press(page, "Fråga")
    case = Case.objects.get(contacts__reference=logged(call))
    page = day.go(SUPERVISOR, "/morning/")
    see(page, case.reference)
    assert refused_nothing(day)


def test_at_the_change_of_shifts_a_case_goes_to_whoever_acknowledges_it(day: Day) -> None:
    case = case_of(ANNA)
    page = day.go(ANNA, f"/cases/{case.reference}/hand-over/")
    page.locator("main [name=colleague]").select_option(label="Bo")
    page.locator("[name=note]").fill("Mamman väntar på ett samtal i morgon.")
    press(page, "Lämna över")
    page.goto(f"{day.address}/desk/")
    press(page, "Avsluta jouren")
    see(page, "Du har inte jour")
    day.staff(BO)

    page = day.go(BO, "/cases/waiting/")
    follow(page, case.reference)
    press(page, "Öppna")
    see(page, "Mamman väntar på ett samtal i morgon.")
    press(page, "Kvittera")
    expect(page.locator("#offered")).to_have_count(0)
    assert HandOver.objects.get(case=case).state == "acknowledged"
    owner = Grant.objects.get(case=case, basis=Basis.OWNER, until=None)
    assert owner.user.username == BO
    assert refused_nothing(day)


def test_a_caller_who_is_back_after_two_months_is_known_by_the_code_alone(day: Day) -> None:
    if not Call.objects.filter(accepted_by__username=BO).exists():
        day.staff(BO)
    case, code = old_case_of(ANNA)
    call = day.called(FORMER)
    page = begin_to_log(day, call, BO)
    page.locator("#caller-code").fill(code.lower().replace("-", " "))
    press(page, "Öppna med kod")
    see(page, f"Det här samtalet hör till {case.reference}")
    said(page, summary="Ringer igen. Det har vänt.")
    press(page, "Spara samtalet")
    call.refresh_from_db()
    assert call.contact is not None
    assert call.contact.case == case
    opened = Grant.objects.get(case=case, user__username=BO)
    assert (opened.basis, opened.until is not None) == (Basis.CALLER_CODE, True)
    assert refused_nothing(day)


def test_a_wrong_number_is_logged_with_one_key(day: Day) -> None:
    call = day.called(WRONG)
    page = begin_to_log(day, call, BO)
    page.keyboard.press("1")
    page.wait_for_url("**/desk/")
    contact = logged(call)
    see(page, contact)
    assert call.contact is not None
    assert (call.contact.kind.code, call.contact.case) == ("wrong_number", None)
    assert refused_nothing(day)


def test_a_prank_is_logged_and_its_caller_hears_a_message_next_time(day: Day) -> None:
    call = day.called(PRANKSTER)
    page = begin_to_log(day, call, BO)
    press(page, "Busringning")
    page.wait_for_url("**/desk/")
    page = day.go(SUPERVISOR, f"/desk/calls/{call.reference}/")
    page.get_by_text("Hänvisa uppringaren till ett meddelande").click()
    press(page, "i 4 timmar")
    expect(page.get_by_role("cell", name="Gäller", exact=True)).to_be_visible()
    again = day.called(PRANKSTER)
    assert (again.accepted_at, again.outcome) == (None, "no_answer")
    assert refused_nothing(day)


def case_of(username: str) -> Case:
    """Make a case as somebody, as earlier days left it."""
    return old_case_of(username)[0]


def old_case_of(username: str) -> tuple[Case, str]:
    """Make a case two months old, with its code."""
    user = User.objects.get(username=username)
    begun = timezone.now() - timedelta(days=61)
    contact = open_contact(
        actor=actor_for(user), user=user, channel="phone", begun_at=begun, kind="counselling"
    )
    opened = open_case(actor=actor_for(user), user=user, contact=contact)
    Case.objects.filter(pk=opened.case.pk).update(opened_at=begun, state_since=begun)
    return opened.case, opened.caller_code
