"""A counsellor's work without a mouse, in Chromium: every key is counted that is not part of a text."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.fixtures import Settings

from cases.followups.models import FollowUp
from cases.record.models import Case, Contact, Draft, Note
from hotline.calls.intake import ingest_event
from hotline.calls.models import Call
from hotline.people.roles import Role, set_role
from hotline.telephony.events import Kind
from referrals.referral.models import Referral
from tests.browser import looked_at
from tests.hotline.factories import event, make_counsellor, make_line
from tests.referrals.factories import make_point
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]
MOST_KEYS = 40
SAID = "En mamma ringer om sin son, som har fått nytt umgänge."
STORES = """async () => JSON.stringify([
    Object.entries(localStorage), Object.entries(sessionStorage), await indexedDB.databases(), await caches.keys(),
])"""


class Keyboard:
    """The page's keyboard; a chord such as Ctrl+Enter is one key."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.pressed += len(keys)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


def answered(call_id: str) -> Call:
    now = timezone.now()
    for kind, talk_s in ((Kind.OFFERED, None), (Kind.ACCEPTED, None), (Kind.ENDED, 900)):
        facts = event(kind, call_id=call_id, ended=talk_s is not None, talk_s=talk_s)
        ingest_event(facts, received_at=now)
    return Call.objects.get(contact=None)


@pytest.fixture
def alice(transactional_db: None) -> User:
    make_point()
    make_line()
    person = make_counsellor("alice")
    set_role(person, Role.COUNSELLOR)
    return person


@pytest.fixture
def page(context: BrowserContext, settings: Settings, alice: User) -> Iterator[Page]:
    """A window in which alice is signed in."""
    with served(settings) as address:
        client = Client()
        client.force_login(alice, backend="hotline.people.backend.RoleBackend")
        name, host = django_settings.SESSION_COOKIE_NAME, urlsplit(address).hostname
        cookie = {"name": name, "value": client.cookies[name].value, "domain": host, "path": "/"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(address)
        yield page
        page.close()


def test_a_wrong_number_with_one_key_and_a_whole_counselling_contact_without_the_mouse(
    page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard = Keyboard(page)
    page.goto(f"{page.url}calls/{answered('CAwrong').reference}/")
    keyboard.press("1")
    expect(page.locator("main")).to_contain_text("Dokumenterat som")
    assert (keyboard.pressed, Contact.objects.get().kind.code) == (1, "wrong_number")

    keyboard = Keyboard(page)
    page.goto(f"{page.url}calls/{answered('CAtalk').reference}/")
    log_the_conversation(page, keyboard)
    open_a_case(page, keyboard)
    write_a_note_and_a_follow_up(page, keyboard)
    propose_a_referral(page, keyboard)
    with capsys.disabled():
        print(f"\n{keyboard.pressed} keys beyond the text for a contact, case, note, follow-up and referral")  # noqa: T201

    contact = Contact.objects.exclude(case=None).get()
    assert contact.acute_danger_id == "yes_no:no"
    assert contact.caller_role_id == "caller_role:parent"
    assert contact.municipality is not None
    assert contact.municipality.name == "Ale"
    assert sorted(contact.concerns.values_list("code", flat=True)) == ["new_contacts", "violence"]
    assert Note.objects.get().case == FollowUp.objects.get().case == Case.objects.get() == contact.case
    assert Referral.objects.get().state == "proposed"
    assert not Draft.objects.exists()
    assert keyboard.pressed <= MOST_KEYS
    assert look_at_the_forms(page, contact) == []


def log_the_conversation(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("b", "n", "Tab", "Tab", "f", "Tab", "a", "l", "e")
    keyboard.press("Escape", "v", "n", "Space", "v", "Space")
    keyboard.press("Escape", "t")
    keyboard.write(SAID)
    expect(page.locator("[data-draft-status]")).to_contain_text("Utkast sparat")
    assert "mamma" not in page.evaluate(STORES)
    assert b"mamma" not in bytes(Draft.objects.get().body)
    keyboard.press("Control+Enter")
    expect(page.locator("#open-case")).to_be_focused()


def open_a_case(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Enter")
    expect(page.locator("main a[data-shortcut=s]")).to_be_focused()
    keyboard.press("Enter")
    page.wait_for_url("**/cases/A-*/")


def write_a_note_and_a_follow_up(page: Page, keyboard: Keyboard) -> None:
    for key, text in (("n", "Sonen har bytt vänner sedan i somras."), ("f", "Ring mamman igen.")):
        keyboard.press(key)
        expect(page.locator("#id_text")).to_be_focused()
        keyboard.write(text)
        keyboard.press("Control+Enter")
        page.wait_for_url("**/cases/A-*/")


def propose_a_referral(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("h")
    page.wait_for_url("**/referrals/new/A-*/")
    keyboard.press("Control+Enter")
    page.wait_for_url("**/1440/**")
    keyboard.press("b", "Space", "Escape", "t")
    keyboard.write("Mamman vill ha råd om hur hon talar med sonen.")
    keyboard.press("Escape", "a", "Space", "Control+Enter")
    expect(page.locator("button[name=propose]")).to_be_focused()
    keyboard.press("Enter")
    page.wait_for_url("**/referrals/H-*/")


def arrive_without_an_answer(route: Route) -> None:
    """Let the draft be kept, and the answer be lost as when the web process dies right after."""
    assert route.fetch().ok
    route.abort()


def look_at_the_forms(page: Page, contact: Contact) -> list[str]:
    """Look at the form by hand with a draft brought back and a code not heard, and at a contact being corrected."""
    page.goto(urljoin(page.url, "/desk/contacts/new/"))
    page.route("**/drafts/save/", arrive_without_an_answer, times=1)
    page.locator("#id_summary").fill("En lärare skriver")
    expect(page.locator("[data-draft-status]")).to_contain_text("kunde inte sparas")
    page.locator("#id_summary").fill("En lärare skriver om en elev.")
    page.locator("#id_ideology_mixed").select_option("assumed", force=True)
    expect(page.locator("[data-draft-status]")).to_contain_text("Utkast sparat")
    page.reload()
    expect(page.locator("[data-draft-notice]")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value("En lärare skriver om en elev.")
    expect(page.locator("#id_ideology_mixed")).to_be_visible()
    page.locator("#caller-code").fill("ingen kod")
    page.locator("#caller-code").press("Enter")
    expect(page.locator("#recognised")).to_contain_text("ärendekod")
    found = looked_at(page)
    page.goto(urljoin(page.url, f"/contacts/{contact.reference}/"))
    page.keyboard.press("e")
    expect(page.locator("#id_summary")).to_have_value(SAID)
    return found + looked_at(page)
