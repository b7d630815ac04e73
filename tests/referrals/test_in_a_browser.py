"""The portal on a telephone and the staff's pages on a screen: nothing overflows, axe finds nothing."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.fixtures import Settings

from referrals.referral import services
from referrals.referral.models import Referral
from referrals.referral.states import State
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


def test_a_recipient_opens_accepts_and_reports_on_a_telephone(
    context: BrowserContext, settings: Settings
) -> None:
    alice, point = make_user("alice", "counsellor"), make_point()
    rut = make_recipient("rut", point)
    referral = propose(alice, make_case(alice, caller_role="parent"), point)
    services.send_referral(actor=actor_for(alice), user=alice, referral=referral)
    with served(settings) as address:
        page = enter(context, address, rut)
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.goto(f"{address}/portal/")
        found = barriers(page) + [page.url] * is_too_wide(page)
        page.get_by_role("link", name=referral.receiver_reference).click()
        found += barriers(page) + [page.url] * is_too_wide(page)
        page.get_by_role("button", name="Öppna och läs").click()
        page.get_by_text(MESSAGE).wait_for()
        found += barriers(page) + [page.url] * is_too_wide(page)
        page.get_by_role("button", name="Ta emot hänvisningen").click()
        page.get_by_role("button", name="Vi har talat med den som ringt").click()
        page.get_by_label("Utfall").select_option("support_started")
        page.get_by_role("button", name="Rapportera utfallet").click()
        page.get_by_text("Utfall rapporterat").wait_for()
        found += barriers(page)
    assert found == []
    assert Referral.objects.get().state == State.OUTCOME_REPORTED


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
        found += barriers(page)
        page.get_by_role("button", name="Föreslå").click()
        page.get_by_role("button", name="Skicka hänvisningen").click()
        page.get_by_text("Härnäst: Den mottagande funktionen").wait_for()
        found += barriers(page)
        page.goto(f"{address}/directory/{ALE}/")
        assert page.get_by_role("heading", name=point.function).is_visible()
        found += barriers(page)
        page.goto(f"{address}/referrals/")
        found += barriers(page)
    assert found == []
    assert Referral.objects.get().state == State.SENT
