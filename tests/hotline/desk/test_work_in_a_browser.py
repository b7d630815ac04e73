"""A counsellor works the lists in Chromium: a call-back from taking it on to giving it up."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect
from pytest_django.fixtures import Settings

from hotline.calls import bridge
from hotline.calls.models import CallBack, CallBackAttempt
from hotline.lines.endpoints import set_endpoint
from tests.browser import NARROW, barriers
from tests.hotline.calls.work import ACTOR, OTHER_CALLER, asked_for, came_in
from tests.hotline.factories import COUNSELLORS_PHONE, make_line
from tests.hotline.people.factories import make_demo
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]


@pytest.fixture
def house(settings: Settings, transactional_db: None) -> Iterator[str]:
    """The demo's accounts, a line, a caller who waits for a call and one who was missed, served."""
    settings.HOTLINE_DEMO = True
    make_demo()
    user = User.objects.get(username="kurator-1")
    set_endpoint(actor=ACTOR, user=user, phone=COUNSELLORS_PHONE)
    asked_for(make_line(), at=timezone.now() - timedelta(hours=30))
    came_in("CAmissed", caller=OTHER_CALLER, at=timezone.now() - timedelta(hours=1))
    came_in("CAtalk", accepted=True, caller="", at=timezone.now() - timedelta(hours=1))
    with served(settings) as address:
        yield address


def test_a_call_back_from_taking_it_on_to_giving_it_up(context: BrowserContext, house: str) -> None:
    page = context.new_page()
    page.goto(f"{house}/accounts/login/")
    page.click("button[value=counsellor]")
    found = []
    for where in ("call-backs/", "missed/", "by-hand/enter/"):
        page.goto(f"{house}/desk/{where}")
        found += barriers(page)
    page.goto(f"{house}/desk/call-backs/")
    page.click("td a.reference")
    page.click("button:has-text('Ta dig an den')")
    page.click("button:has-text('Koppla upp samtalet')")
    expect(page.locator("#attempt")).to_contain_text("Din jourtelefon ringer strax")
    found += barriers(page)

    bridge.ring_counsellor(CallBackAttempt.objects.get().pk, at=timezone.now())
    expect(page.locator("text=Slå numret för hand i stället")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    page.click("summary:has-text('Ge upp')")
    found += barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.click("button:has-text('Ge upp återuppringningen')")
    expect(page.locator("main")).to_contain_text("numret är förstört")

    assert found == []
    assert CallBack.objects.get().state == "given_up"
