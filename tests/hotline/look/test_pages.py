"""The frame of every page, seen in Chromium: light and dark, wide and narrow, by keyboard, heard by axe."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser import AXE, WIDE, barriers, looked_at
from tests.databases import renew_databases
from tests.hotline.people.factories import code_now, make_demo
from tests.served import served

pytestmark = pytest.mark.browser
PAGES = ("/accessibility/", "/nothing/")


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo, served to the whole module; its databases are thrown away after it."""
    with django_db_blocker.unblock(), override_settings(HOTLINE_DEMO=True, SECOND_FACTOR_FORCED=False):
        make_demo()
        with served(settings) as address:
            yield address
        renew_databases()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """One wide, light window, whose cookies each test forgets."""
    context = chromium.new_context(locale="sv-SE", viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.add_init_script(path=AXE)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, house: str) -> Iterator[Page]:
    """A page of nobody's yet."""
    window.clear_cookies()
    page = window.new_page()
    yield page
    page.close()


def enter(page: Page, house: str, role: str = "administrator") -> None:
    page.goto(f"{house}/accounts/login/")
    page.click(f"button[value={role}]")
    expect(page.locator(".whoami-name")).to_be_visible()


def test_the_pages_of_everybody_have_no_barrier_and_no_refused_resource(page: Page, house: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{house}/accounts/login/")
    found = looked_at(page)
    enter(page, house)
    for path in PAGES:
        page.goto(house + path)
        found += looked_at(page)

    assert found == []
    assert [line for line in said if "404" not in line] == []


def test_a_form_with_faults_takes_the_focus_to_a_summary_that_leads_to_them(page: Page, house: str) -> None:
    enter(page, house)
    page.goto(f"{house}/people/invite/")
    page.click("main button[type=submit]")

    expect(page.locator(".ds-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    assert page.locator("#id_name").get_attribute("aria-describedby") == "id_name_error"
    assert barriers(page) == []


def test_keys_open_rooms_until_somebody_turns_them_off(page: Page, house: str) -> None:
    enter(page, house)
    page.goto(f"{house}/accessibility/")
    page.keyboard.type("gp")
    page.wait_for_url("**/people/")

    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    expect(page.locator("#shortcuts tbody tr").filter(has_text="Medarbetare")).to_have_count(1)
    assert barriers(page) == []
    page.locator("#shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.type("n")
    page.wait_for_timeout(200)
    assert page.url.endswith("/people/")


def test_letters_typed_into_a_field_stay_letters(page: Page, house: str) -> None:
    page.goto(f"{house}/accounts/login/")
    page.locator("input[name=login]").press_sequentially("1gp?n")

    assert page.locator("input[name=login]").input_value() == "1gp?n"
    assert page.url.endswith("/accounts/login/")


def test_the_first_press_of_tab_offers_the_way_past_the_header(page: Page, house: str) -> None:
    enter(page, house)
    page.goto(f"{house}/people/")
    page.keyboard.press("Tab")

    expect(page.locator(".ds-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_language_changes_by_one_press_and_back(page: Page, house: str) -> None:
    page.goto(f"{house}/accounts/login/")
    expect(page.locator("h1")).to_have_text("Logga in")
    page.click("button[name=language]")
    expect(page.locator("h1")).to_have_text("Sign in")
    assert page.locator("html").get_attribute("lang") == "en"
    page.click("button[name=language]")
    expect(page.locator("h1")).to_have_text("Logga in")


def test_somebody_adds_an_app_in_the_browser_and_gets_recovery_codes(page: Page, house: str) -> None:
    enter(page, house)
    page.goto(f"{house}/accounts/2fa/totp/activate/")
    assert barriers(page) == []
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.fill("#id_code", code_now(page.locator("#authenticator_secret").input_value()))
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/**")

    assert barriers(page) == []
    assert len(page.locator("#recovery_codes").input_value().split()) == 10


def test_somebody_adds_a_passkey_and_signs_in_with_it_alone(page: Page, house: str) -> None:
    house = house.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a number
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True}})
    enter(page, house, "supervisor")
    page.goto(f"{house}/accounts/2fa/webauthn/add/")
    assert barriers(page) == []
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")
    page.click(".whoami form[action*=logout] button")

    page.click("#passkey_login")

    expect(page.locator(".whoami-name")).to_contain_text("Samordnare 1")
