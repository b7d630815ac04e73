"""An administrator at work on a line in Chromium: faults told, days and greetings seen before they are saved."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.fixtures import Settings

from hotline.lines.models import Line, Prompt
from tests.browser import barriers
from tests.hotline.factories import LINE_NUMBER, make_line
from tests.hotline.people.factories import make_demo
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(databases=["default", "keys"], transaction=True)]


@pytest.fixture
def house(settings: Settings, transactional_db: None) -> Iterator[str]:
    """The demo's accounts and one line, served."""
    settings.HOTLINE_DEMO = True
    make_demo()
    make_line(mode="hours", hours=[(day, "09:00", "15:00") for day in range(5)])
    with served(settings) as address:
        yield address


def test_an_administrator_sees_the_effect_before_saving_and_faults_where_they_are(
    context: BrowserContext, house: str
) -> None:
    page, line = context.new_page(), f"{house}/lines/line/{LINE_NUMBER}/"
    page.goto(f"{house}/accounts/login/")
    page.click("button[value=administrator]")
    page.goto(f"{house}/lines/")
    found = barriers(page)

    page.goto(line)
    page.click("summary:has-text('Lägg till öppettider')")
    page.check("#hours_weekdays_0")
    page.fill("#hours_opens", "10:00")
    page.fill("#hours_closes", "12:00")
    page.click("text=Lägg till tiderna")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    found += barriers(page)

    page.goto(f"{line}settings/")
    page.select_option("#id_mode", "always")
    expect(page.locator("#days")).to_contain_text("Inte sparat än")
    expect(page.locator("#days tbody tr").first).to_contain_text("dygnet runt")

    page.goto(f"{line}prompts/greeting/sv/")
    page.fill("#id_text", "Hej på prov.")
    expect(page.locator("#preview")).to_contain_text("Hej på prov.")
    found += barriers(page)

    assert found == []
    assert Line.objects.get().mode == "hours"
    assert not Prompt.objects.exists()
