"""One call walked through the whole house in real Chromium, in Swedish: from the webhook to the figures."""

import re
from collections.abc import Callable, Iterator
from threading import Thread
from typing import TypeAlias

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from hotline.calls.models import Call
from hotline.demo import load
from referrals.directory.models import Recipient
from tests.audit.roles import seal
from tests.browser import barriers
from tests.callers import one_call
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "keys"])]
Look: TypeAlias = Callable[[], None]
CALLER = "+46701740688"
CALLER_AS_SAID = "070-174 06 88"


@pytest.fixture
def house(transactional_db: None, settings: Settings) -> Iterator[str]:
    """The served house in demo mode, with its lines, accounts and directory, and no earlier calls."""
    settings.HOTLINE_DEMO, settings.SECOND_FACTOR_FORCED = True, False
    load.load(days=0)
    with served(settings) as address:
        yield address


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which an error in the console is a failure."""
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


def sign_in(page: Page, house: str, role: str) -> None:
    """Press the role's button on the sign-in page."""
    page.context.clear_cookies()
    page.goto(f"{house}/accounts/login/")
    page.get_by_role("button", name=re.compile(f"^{role}")).click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click()


def see(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def test_one_call_from_webhook_to_figures(house: str, page: Page) -> None:
    def look() -> None:
        assert barriers(page, contrast=True) == []

    sign_in(page, house, "Kurator")
    code = counsellor_takes_the_call(page, house, look)
    reference = counsellor_refers(page, look)
    sign_in(page, house, "Kommunal mottagare")
    municipality_answers(page, look)
    sign_in(page, house, "Kurator")
    caller_is_recognised_and_the_outcome_verified(page, house, code, reference, look)
    sign_in(page, house, "Samordnare")
    supervisor_reads_the_figures(page, house, look)
    seal()
    sign_in(page, house, "Granskare")
    auditor_reads_the_trail(page, house, look)
    seal()
    call_command("verify_audit")


def counsellor_takes_the_call(page: Page, house: str, look: Look) -> str:
    """The call appears on the open desk by itself; it is logged, becomes a case, and gets a note. Give the code."""
    expect(page.get_by_role("heading", name="Arbetsbordet")).to_be_visible()
    expect(page.locator("[data-live-status]")).to_have_text("I realtid")
    look()
    caller = Thread(target=one_call, args=(house, CALLER))
    caller.start()
    expect(page.locator("a[id^=log-S-]")).to_be_visible()
    caller.join()
    call = Call.objects.get()
    assert (call.outcome, call.contact) == ("answered", None)

    page.locator("a[id^=log-S-]").click()
    see(page, call.reference)
    page.get_by_label("Vem som ringer").select_option(label="Förälder")
    page.get_by_label("Åldern på den som oron gäller").select_option(value="15_17")
    page.get_by_label("Drar sig undan").check()
    page.get_by_label("Sammanfattning").fill("Orolig förälder. Ring gärna 070-174 06 88.")
    look()
    expect(page.locator("[data-draft-status]")).to_contain_text("Utkast sparat")
    press(page, "Spara samtalet")
    see(page, "Texten verkar innehålla: telefonnummer")
    page.get_by_label("Sammanfattning").fill("Orolig förälder som vill ha stöd.")
    press(page, "Spara samtalet")

    see(page, "Vad som antecknades")
    look()
    press(page, "Öppna ett ärende")
    code = page.locator(".figure-large").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]", code)
    look()
    follow(page, "Till ärende")
    look()
    follow(page, "Ny anteckning")
    page.get_by_label("Anteckning").fill("Vi pratade om hur man frågar utan att bryta kontakten.")
    press(page, "Spara anteckningen")
    press(page, "Öppna")
    see(page, "utan att bryta kontakten")
    look()
    return code


def counsellor_refers(page: Page, look: Look) -> str:
    """Compose a referral to the recipient's municipality, preview it, propose it, send it. Give its reference."""
    follow(page, "Ny hänvisning")
    municipality = Recipient.objects.get().contact_point.municipality
    page.get_by_label("Kommun").select_option(label=str(municipality))
    press(page, "Visa vart den skulle gå")
    look()
    page.get_by_label("De hör av sig till den som ringt").check()
    page.get_by_label("Vem som ringer").check()
    page.get_by_label("Meddelande från kuratorn").fill("Familjen vill ha ett första samtal.")
    page.get_by_label("Telefonnummer till den som ringt").fill(CALLER_AS_SAID)
    page.get_by_label("Jag har läst upp texten").check()
    press(page, "Förhandsgranska")
    see(page, "Exakt det som lämnas ut")
    look()
    press(page, "Föreslå")
    reference = page.get_by_role("heading", level=1).inner_text().split()[-1]
    look()
    press(page, "Skicka hänvisningen")
    see(page, "Skickad")
    return reference


def municipality_answers(page: Page, look: Look) -> None:
    """Open, accept, make contact and report the outcome; nothing but what was chosen is to be seen."""
    look()
    page.locator("main .reference a").first.click()
    press(page, "Öppna och läs")
    see(page, "Familjen vill ha ett första samtal.")
    assert "Orolig förälder" not in page.content()
    assert "15–17" not in page.locator("main").inner_text()
    look()
    press(page, "Ta emot hänvisningen")
    press(page, "Vi har talat med den som ringt")
    page.get_by_label("Utfall").first.select_option(label="Stöd påbörjat")
    press(page, "Rapportera utfallet")
    look()


def caller_is_recognised_and_the_outcome_verified(
    page: Page, house: str, code: str, reference: str, look: Look
) -> None:
    """The caller states the code; the outcome is verified and the referral closed."""
    page.get_by_label("Ärendekod").fill(code.lower().replace("-", " "))
    press(page, "Öppna med kod")
    see(page, "Hänvisning till")
    page.goto(f"{house}/referrals/{reference}/")
    page.get_by_label("Utfall").first.select_option(label="Stöd påbörjat")
    press(page, "Den som ringt bekräftar utfallet")
    press(page, "Avsluta hänvisningen")
    see(page, "Avslutad")
    look()


def supervisor_reads_the_figures(page: Page, house: str, look: Look) -> None:
    """Offered equals what became of it; the figures about persons hide the single one there is."""
    page.goto(f"{house}/figures/")
    see(page, "Varje samtal har ett utfall")
    every = " ".join(
        page.locator("section", has_text="Varje samtal har ett utfall").first.inner_text().split()
    )
    assert re.search(r"\b1 inkomna = 1 besvarat .* \+ 0 pågår", every), every
    look()
    page.goto(f"{house}/figures/persons/")
    look()


def auditor_reads_the_trail(page: Page, house: str, look: Look) -> None:
    """Every act and every look of the journey stands in the trail."""
    page.goto(f"{house}/trail/")
    see(page, "Anteckning läst")
    look()
