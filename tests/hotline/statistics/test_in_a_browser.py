"""Both pages of figures in Chromium, light and wide, dark and narrow: nothing overflows, axe finds nothing."""

import random
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings

from tests.browser import AXE, WIDE, looked_at
from tests.hotline.statistics.factories import make_call, make_contacts, make_member, signed_in
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]
PAGES = ("/figures/?period=90-days", "/figures/persons/")


def fill(chance: random.Random, alice: User) -> None:
    """Make calls and contacts enough for every chart and table to have something in it."""
    last_month = timezone.localdate().replace(day=1) - timedelta(days=3)
    day = datetime.combine(date(last_month.year, last_month.month, 2), datetime.min.time(), UTC)
    for _each in range(40):
        answered = {"accepted_after": chance.randint(5, 90)} if chance.random() < 0.6 else {}
        make_call(timezone.now() - timedelta(hours=chance.randint(1, 2000)), ended_after=100, **answered)
    for role, town in [("parent", "0180"), ("friend", "0180"), ("parent", "0980"), ("school", "1480")]:
        make_contacts(9, user=alice, begun_at=day, role=role, municipality=town, concerns=("violence",))


def enter(chromium: Browser, address: str, user: User, **window: object) -> Page:
    context = chromium.new_context(locale="sv-SE", **window)  # type: ignore[arg-type]
    context.add_init_script(path=AXE)
    cookie = signed_in(user).cookies
    value, host = cookie[django_settings.SESSION_COOKIE_NAME].value, urlsplit(address).hostname
    context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": value, "domain": host, "path": "/"}]
    )
    return context.new_page()


def test_figures_can_be_read_in_light_and_dark_on_a_desk_and_in_a_hand(
    chromium: Browser, settings: Settings
) -> None:
    alice = make_member("supervisor")
    fill(random.Random(1), alice)  # noqa: S311 - repeatable, not secret
    found: list[str] = []
    with served(settings) as address:
        page = enter(chromium, address, alice, viewport=WIDE, reduced_motion="reduce")
        for path in PAGES:
            page.goto(address + path)
            found += looked_at(page)
        page.context.close()
    assert found == []
