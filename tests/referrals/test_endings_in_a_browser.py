"""Three ways out without the municipality's portal: told by phone, closed unverified, never answered; and the rules."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.fixtures import Settings

from referrals.clock.moment import clock_at
from referrals.clock.working_days import STOCKHOLM
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.overdue import expire_overdue
from referrals.referral.states import Mode, Outcome, Party, State
from tests.browser import looked_at
from tests.referrals.factories import (
    ALE,
    CLOCK,
    actor_for,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.referrals.test_in_a_browser import enter
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]


def press(page: Page, address: str, referral: Referral, button: str) -> list[str]:
    """Press one of a referral's buttons, after a look at the page it is on."""
    if not page.url.endswith(f"/{referral.reference}/"):
        page.goto(f"{address}/referrals/{referral.reference}/")
    found = looked_at(page)
    page.get_by_role("button", name=button).click()
    return found


def fall_silent(referral: Referral) -> None:
    """Let every day pass on which somebody should have answered."""
    while referral.next_actor != Party.SUPERVISOR:
        assert referral.due_on is not None
        moment = datetime.combine(referral.due_on + timedelta(days=1), time(9), STOCKHOLM)
        with clock_at(moment):
            expire_overdue(actor=CLOCK, now=moment)
        referral.refresh_from_db()


def test_told_by_phone_closed_unverified_and_never_answered(
    context: BrowserContext, settings: Settings
) -> None:
    alice, sam, point = make_user("alice", "counsellor"), make_user("sam", "supervisor"), make_point()
    rut, case = make_recipient("rut", point), make_case(alice, caller_role="parent")
    by_alice: dict[str, Any] = {"actor": actor_for(alice), "user": alice}
    by_rut: dict[str, Any] = {"actor": actor_for(rut), "user": rut}
    phoned, unverified, silent = (
        services.send_referral(**by_alice, referral=propose(alice, case, point, mode=Mode.CALLER_CONTACTS))
        for _number in range(3)
    )
    services.open_referral(**by_rut, referral=unverified)
    services.accept_referral(**by_rut, referral=unverified)
    services.report_not_reached(**by_rut, referral=unverified)
    services.report_outcome(**by_rut, referral=unverified, outcome=Outcome.NOT_REACHED)
    with served(settings) as address:
        page = enter(context, address, alice)
        page.goto(f"{address}/referrals/{phoned.reference}/")
        page.get_by_label("Vilken funktion du talade med").fill("Socialjouren")
        found = press(page, address, phoned, "Jag har berättat för funktionen på telefon")
        page.get_by_text("Socialjouren").wait_for()
        page.goto(f"{address}/referrals/{unverified.reference}/")
        page.get_by_label("Varför den som ringt inte tillfrågas").select_option("anonymous")
        found += press(page, address, unverified, "Avsluta utan att fråga")
        page.get_by_text("Avslutad: Inte nådd").first.wait_for()
        page.goto(f"{address}/referrals/new/{case.reference}/{ALE}/?need=leaving&acute=on")
        found += looked_at(page)
        fall_silent(silent)
        page = enter(context, address, sam)
        found += press(page, address, silent, "Avsluta som aldrig besvarad")
        page.get_by_role("heading", name="Hänvisningar").wait_for()
        page.goto(f"{address}/referrals/rules/")
        found += looked_at(page)
    assert found == []
    told = phoned.moves.get(kind="tell_by_phone")
    assert (told.spoken_with, told.to_state) == ("Socialjouren", State.OPENED)
    ends = {each.reference: (each.state, each.outcome) for each in Referral.objects.exclude(pk=phoned.pk)}
    assert ends == {
        unverified.reference: (State.CLOSED, Outcome.NOT_REACHED),
        silent.reference: (State.CLOSED, Outcome.NEVER_ANSWERED),
    }
