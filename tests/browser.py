"""A real Chromium for the tests that walk through pages, and axe to hear what a screen reader's user would miss."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "no Chromium on this machine: the browser tests did NOT run"
AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
BY_EYE = ("color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block")
"""The rules whose answer depends on the colours and the width of the window."""
LISTEN = """async rules => {
    const options = {runOnly: rules, resultTypes: ["violations"], preload: false, elementRef: false};
    const heard = await axe.run(document, options);
    return heard.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`);
}"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
WIDE, NARROW = {"width": 1600, "height": 1000}, {"width": 360, "height": 780}
ZOOMED = {"width": 800, "height": 500}  # what is left of 1600 by 1000 at 200 per cent


def chromium_path() -> str | None:
    """Find Debian's Chromium, or another one on the path."""
    return next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the module, whose event loop ends with it; skips, loudly, where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    # Playwright keeps an event loop in this thread; the database is still only used from one thread at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser window in Swedish."""
    context = chromium.new_context(
        locale="sv-SE", timezone_id="Europe/Stockholm", viewport=WIDE, reduced_motion="reduce"
    )  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    context.add_init_script(path=AXE)
    yield context
    context.close()


def barriers(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """List what axe finds on the page as it stands: the rule, and where; of all rules, or of `rules` only."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(LISTEN, {"type": "rule", "values": rules} if rules else ALL_RULES)
    return [f"{page.url} {each}" for each in found]


def seen_every_way(page: Page) -> list[str]:
    """List the barriers and sideways scrolls of a page loaded once: light and wide, dark and narrow, zoomed."""
    found = barriers(page)
    if page.evaluate(TOO_WIDE):
        found.append(f"{page.url} scrolls sideways")
    page.emulate_media(color_scheme="dark")
    for size in (NARROW, ZOOMED):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += barriers(page, rules=BY_EYE)
        if page.evaluate(TOO_WIDE):
            found.append(f"{page.url} scrolls sideways at {size['width']}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return found
