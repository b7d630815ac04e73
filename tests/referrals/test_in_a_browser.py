"""The portal on a telephone and the staff's pages on a screen: nothing overflows, axe finds nothing."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.fixtures import Settings

from referrals.directory.models import ContactKind
from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.questions import ask_question
from referrals.referral.states import State
from referrals.welcome.links import path_of
from referrals.welcome.models import Welcome
from referrals.welcome.services import read_out_code
from tests.browser import NARROW, barriers
from tests.referrals.factories import (
    ALE,
    MESSAGE,
    actor_for,
    make_case,
    make_point,
    make_recipient,
    make_user,
    propose,
)
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]

TABLE = f"kind;function;area;address\nschool;Elevhälsan;{ALE};elevhalsan@ale.example"
PASSWORD = "sex ord som passar bra"


def enter(context: BrowserContext, address: str, user: User) -> Page:
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    host = urlsplit(address).hostname
    cookie = {"name": name, "value": client.cookies[name].value, "domain": host, "path": "/"}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def found_on(page: Page) -> list[str]:
    """List what axe hears and whether a telephone would have to scroll sideways."""
    return barriers(page) + [f"{page.url} scrolls sideways"] * is_too_wide(page)


def test_a_municipalitys_first_day_on_a_telephone(context: BrowserContext, settings: Settings) -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    referral = propose(alice, make_case(alice, caller_role="parent"), point)
    services.send_referral(actor=actor_for(alice), user=alice, referral=referral)
    welcome = Welcome.objects.get()
    with served(settings) as address:
        page = context.new_page()
        page.set_viewport_size(NARROW)
        page.goto(address + path_of(welcome))
        page.get_by_text(f"För Ale: {point.function}").wait_for()
        found = found_on(page)
        code = read_out_code(actor=actor_for(alice), user=alice, welcome=welcome)
        page.get_by_label("Koden vi läste upp").fill(code)
        page.get_by_label("Namn").fill("Rut")
        page.get_by_label("Egen e-postadress i arbetet").fill("rut@ale.example")
        page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
        page.get_by_label("Lösenordet igen").fill(PASSWORD)
        page.get_by_role("button", name="Skapa mitt konto").click()
        page.get_by_label("Användarnamn eller e-post").fill("rut@ale.example")
        page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Logga in", exact=True).click()
        page.get_by_text("Härnäst: ni ska öppna den").wait_for()
        found += found_on(page)
        page.get_by_role("link", name=referral.receiver_reference).click()
        page.get_by_role("button", name="Öppna och läs").click()
        page.get_by_text(MESSAGE).wait_for()
        page.get_by_role("button", name="Ta emot hänvisningen").click()
        page.get_by_role("button", name="Vi har talat med den som ringt").click()
        page.get_by_label("Utfall").select_option("support_started")
        page.get_by_role("button", name="Rapportera utfallet").click()
        page.get_by_text("Härnäst: vi på stödtelefonen").wait_for()
        page.goto(f"{address}/portal/functions/{point.reference}/")
        found += found_on(page)
        page.goto(f"{address}/portal/figures/")
        found += found_on(page)
    assert found == []
    assert Referral.objects.get().state == State.OUTCOME_REPORTED


def test_a_decline_and_reroute_on_a_telephone(context: BrowserContext, settings: Settings) -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    rut, school = make_recipient("rut", point), make_point(kind=ContactKind.SCHOOL)
    make_recipient("sol", school)
    referral = propose(alice, make_case(alice, caller_role="parent"), point)
    sent = services.send_referral(actor=actor_for(alice), user=alice, referral=referral)
    opened = services.open_referral(actor=actor_for(rut), user=rut, referral=sent)
    ask_question(actor=actor_for(alice), user=alice, referral=opened, text="Vilken tid passar er?")
    with served(settings) as address:
        page = enter(context, address, rut)
        page.set_viewport_size(NARROW)
        page.goto(f"{address}/portal/{referral.receiver_reference}/")
        page.get_by_role("button", name="Öppna och läs").click()
        page.get_by_label("Ditt svar på frågan").fill("Det är skolan som har det här.")
        found = found_on(page)
        page.get_by_role("button", name="Skicka svaret").click()
        page.get_by_text("Svaret är hos kuratorn").wait_for()
        page.get_by_label("Varför ni avböjer").select_option(index=1)
        page.get_by_label("Vilken funktion borde ha den i stället?").select_option("school")
        page.get_by_role("button", name="Avböj hänvisningen").click()
        page.get_by_text("Inget väntar på er").wait_for()
        page = enter(context, address, alice)
        page.set_viewport_size(NARROW)
        page.goto(f"{address}/referrals/{referral.reference}/")
        page.get_by_text("De föreslår:").wait_for()
        found += found_on(page)
        page.get_by_label("Ny kontaktpunkt").select_option(str(school.pk))
        page.get_by_role("button", name="Skicka den någon annanstans").click()
        page.get_by_text(f"Härnäst: {school.function}").first.wait_for()
    assert found == []
    moved = Referral.objects.get()
    assert (moved.state, moved.contact_point) == (State.SENT, school)


def test_a_counsellor_composes_previews_proposes_and_sends(
    context: BrowserContext, settings: Settings
) -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    case = make_case(alice, caller_role="parent")
    with served(settings) as address:
        page = enter(context, address, alice)
        page.goto(f"{address}/referrals/new/{case.reference}/?municipality={ALE}")
        found = barriers(page)
        page.get_by_label("Den som ringt hör av sig till dem").check()
        page.get_by_label("Vem som ringer").check()
        page.get_by_label("Meddelande från kuratorn").fill(MESSAGE)
        page.get_by_label("Jag har läst upp texten").check()
        page.get_by_role("button", name="Förhandsgranska").click()
        page.get_by_role("button", name="Föreslå").wait_for()
        found += barriers(page)
        page.get_by_role("button", name="Föreslå").click()
        page.get_by_role("button", name="Skicka hänvisningen").click()
        page.get_by_text(f"Härnäst: {point.function}").first.wait_for()
        found += barriers(page)
        page.goto(f"{address}/directory/{ALE}/")
        assert page.get_by_role("heading", name=point.function).is_visible()
        found += barriers(page)
        page.goto(f"{address}/referrals/")
        found += barriers(page)
    assert found == []
    assert Referral.objects.get().state == State.SENT


def test_a_tile_of_the_map_leads_to_its_municipality(context: BrowserContext, settings: Settings) -> None:
    sam, point = make_user("sam", "supervisor"), make_point()
    with served(settings) as address:
        page = enter(context, address, sam)
        page.set_viewport_size(NARROW)
        page.goto(f"{address}/directory/map/")
        found = found_on(page)
        page.locator("a.tile", has_text="Ale: Bekräftad").click()
        page.get_by_role("heading", name=point.function).wait_for()
    assert found == []
