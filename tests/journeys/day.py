"""One working day in a served house: everybody has a window that stays open, and callers call in between."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, expect

from hotline.calls.models import Call
from hotline.demo.lines import make_lines
from hotline.demo.simulate_lives import Intent
from hotline.lines import duty
from hotline.lines.endpoints import set_endpoint
from hotline.lines.models import Line
from hotline.people.roles import Role
from tests.browser import WIDE
from tests.callers import one_call
from tests.hotline.people.factories import actor_for, make_person
from tests.served import served

ANNA, BO, SUPERVISOR = "anna", "bo", "sara"
PATIENCE_MS = 15_000  # several test runs may share the machine
PHONES = {ANNA: "08-465 004 01", BO: "08-465 004 02"}

expect.set_options(timeout=PATIENCE_MS)


class Day:
    """The house, the windows of those who work in it, and the callers."""

    def __init__(self, browser: Browser, address: str, line: Line) -> None:
        self.browser, self.address, self.line = browser, address, line
        self.errors: list[str] = []
        self.windows: dict[str, Page] = {}

    def window(self, username: str) -> Page:
        """Give somebody's one window; the first time, they have just signed in."""
        if username not in self.windows:
            self.windows[username] = self._open(username)
        return self.windows[username]

    def called(self, caller: str, intent: Intent = Intent.TALK) -> Call:
        """Let somebody call, and wait until they have hung up."""
        known = list(Call.objects.values_list("pk", flat=True))  # times may be the same to the second
        one_call(self.address, caller, intent)
        return Call.objects.exclude(pk__in=known).get()

    def go(self, username: str, path: str) -> Page:
        """Open a page in somebody's window."""
        page = self.window(username)
        page.goto(self.address + path)
        return page

    def staff(self, username: str) -> None:
        """Put a counsellor on duty."""
        person = User.objects.get(username=username)
        set_endpoint(actor=actor_for(person), user=person, phone=PHONES[username])
        duty.go_on_duty(actor=actor_for(person), user=person, line=self.line, languages=("sv", "en"))

    def _open(self, username: str) -> Page:
        page = signed_in_window(self.browser, self.address, User.objects.get(username=username))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        return page


def signed_in_window(browser: Browser, address: str, person: User) -> Page:
    """Open a window in which somebody has just signed in."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        viewport={"width": WIDE["width"], "height": WIDE["height"]},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    return context.new_page()


@contextmanager
def a_day(browser: Browser) -> Iterator[Day]:
    """Open the house in the morning, with one counsellor on duty."""
    with override_settings(SECOND_FACTOR_FORCED=False):
        for username in (ANNA, BO):
            make_person(username, Role.COUNSELLOR)
        make_person(SUPERVISOR, Role.SUPERVISOR)
        line = make_lines()
        with served(settings) as address:
            day = Day(browser, address, line)
            day.staff(ANNA)
            yield day
            for page in day.windows.values():
                page.context.close()


def press(page: Page, name: str) -> None:
    """Press the first button that is called so."""
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def follow(page: Page, name: str) -> None:
    """Follow the first link that is called so."""
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click()


def see(page: Page, text: str) -> None:
    """Wait until a text is to be seen."""
    expect(page.get_by_text(text).first).to_be_visible()
