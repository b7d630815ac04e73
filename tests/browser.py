"""A real Chromium for the tests that walk through pages, and axe to hear what a screen reader's user would miss."""

import os
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, sync_playwright

# One document after another in the same frame costs a third less for a page; the rest Playwright would turn off.
FEATURES_OFF = (
    "RenderDocument",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--blink-settings=acceleratedCompositingEnabled=false",  # no layers to put together: a tenth less
]
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
NO_CHROMIUM = "no Chromium on this machine: the browser tests did NOT run"
AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LISTEN = """async ([rules, contrast]) => {
    const options = {runOnly: rules, resultTypes: ["violations"], preload: false, elementRef: false};
    if (!contrast) options.rules = {"color-contrast": {enabled: false}};
    const heard = await axe.run(document, options);
    return heard.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`);
}"""
REFERENCE = re.compile(r"[A-Z]-[A-Z0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+")
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
WIDE, NARROW = ViewportSize(width=1600, height=1000), ViewportSize(width=360, height=780)
ZOOMED = ViewportSize(width=800, height=500)  # what is left of 1600 by 1000 at 200 per cent
Way = tuple[Literal["light", "dark"], ViewportSize]
WAYS: tuple[Way, ...] = (("light", WIDE), ("dark", NARROW), ("dark", ZOOMED))
EVERY_WAY = os.environ.get("LOOK") == "every"


def chromium_path() -> str | None:
    """Find Debian's Chromium, or another one on the path; the build without windows needs half the work for a page."""
    return next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


class _Driver:
    """Playwright and one browser, kept from one browser test to the next; starting them costs a second."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def begin(self) -> None:
        """Start the browser where there is one and it does not run."""
        path = chromium_path()
        if path is None or self._playwright is not None:
            return
        # Playwright keeps an event loop in this thread; the database is still only used from one thread at a time.
        # What is open outside that loop is another connection, which no renewing of the databases inside would close.
        connections.close_all()
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        self._playwright = sync_playwright().start()
        self._browser = self.launched()

    def launched(self, *arguments: str) -> Browser:
        """Launch another browser beside."""
        assert self._playwright is not None
        return self._playwright.chromium.launch(
            executable_path=chromium_path(), args=[*ARGUMENTS, *arguments]
        )

    def end(self) -> None:
        """Let go of the browser and of the event loop, which no other test may find."""
        if self._playwright is None or self._browser is None:
            return
        self._browser.close()
        self._playwright.stop()
        self._playwright = self._browser = None
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        connections.close_all()

    @property
    def browser(self) -> Browser:
        """Give the running browser; skips, loudly, where there is none."""
        if self._browser is None:
            pytest.skip(NO_CHROMIUM)
        return self._browser


driver = _Driver()


@pytest.fixture(scope="module")
def chromium() -> Browser:
    """The browser."""
    return driver.browser


@pytest.fixture(scope="module")
def still_chromium(chromium: Browser) -> Iterator[Browser]:
    """A browser that lays pages out and draws none of them, for half the work; nothing can be pressed in it."""
    browser = driver.launched("--disable-threaded-compositing")
    yield browser
    browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser window in Swedish."""
    context = chromium.new_context(
        locale="sv-SE", timezone_id="Europe/Stockholm", viewport=WIDE, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    context.add_init_script(path=AXE)
    yield context
    context.close()


def barriers(page: Page, *, contrast: bool = EVERY_WAY) -> list[str]:
    """List what axe finds on the page as it stands: the rule, and where; contrast takes half of its time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(LISTEN, [ALL_RULES, contrast])
    return [f"{page.url} {each}" for each in found]


def turn_of(path: str) -> int:
    """Tell which of the ways has its turn with this kind of page."""
    return zlib.crc32(REFERENCE.sub("", path).encode()) % len(WAYS)


def turn_to(page: Page, way: Way) -> None:
    """Look at what is loaded, and what will be, in another way."""
    page.emulate_media(color_scheme=way[0])
    page.set_viewport_size(way[1])


def faults(page: Page, *, contrast: bool = EVERY_WAY) -> list[str]:
    """List the barriers, and whether one must scroll sideways, on the page as it is seen now."""
    found = barriers(page, contrast=contrast)
    if page.evaluate(TOO_WIDE):
        found.append(f"{page.url} scrolls sideways")
    return found


def looked_at(page: Page) -> list[str]:
    """List the faults of a page loaded once, seen the way whose turn it is; by `make look` every way."""
    turn, found = turn_of(urlsplit(page.url).path), []
    for way in WAYS if EVERY_WAY else WAYS[turn : turn + 1]:
        turn_to(page, way)
        found += [f"{way}: {each}" for each in faults(page)]
    turn_to(page, WAYS[0])
    return found
