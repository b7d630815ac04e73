"""The event stream with commits that come late and browsers that come and go: nothing is lost, nothing told twice."""

import asyncio
import random
from datetime import date, timedelta

import psycopg
import pytest
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

from hotline.desk import notifier
from hotline.desk.models import BoardEvent
from tests.databases import cursor_as
from tests.hotline.desk.browsers import Browser, hurry, play, signed_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
CHANGES = 24
# What a change leaves behind that a browser can see, and the row that says that something changed.
CHANGE = "INSERT INTO hotline_intakecount (day, kind, n) VALUES (%s, 'unknown', 1)"
PENDING = "INSERT INTO hotline_boardpending (at) VALUES (now())"
SEE = "SELECT count(*) FROM hotline_intakecount"


class Watching:
    """A browser that reads the board anew whenever it is told to; `restless` ones reconnect after every event."""

    def __init__(self, browser: Browser, *, restless: bool, changes: int, dice: random.Random) -> None:
        self.browser, self.restless, self.changes, self.dice = browser, restless, changes, dice
        self.read = self.sees = 0

    async def watch(self, board: psycopg.AsyncConnection[tuple[int]]) -> None:
        """Go on until everything is seen."""
        await self.browser.open()
        while self.sees < self.changes:
            await self.browser.until(lambda: len(self.browser.ids) > self.read)
            self.read = len(self.browser.ids)
            row = await (await board.execute(SEE)).fetchone()
            self.sees = row[0] if row else 0
            if self.restless:
                await self.browser.close()
                await asyncio.sleep(self.dice.uniform(0, 0.05))
                await self.browser.open()
        await self.browser.close()


async def change(day: int, dice: random.Random) -> None:
    """Change something in a transaction that commits sooner or later, whatever began before or after it."""
    async with await psycopg.AsyncConnection.connect(notifier.listen_conninfo()) as connection:
        await asyncio.sleep(dice.uniform(0, 0.2))
        await connection.execute(CHANGE, (date(2026, 1, 1) + timedelta(days=day),))
        await connection.execute(PENDING)
        await asyncio.sleep(dice.uniform(0, 0.2))


def test_every_browser_sees_every_change_and_is_told_no_number_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    cookies = [signed_in(name) for name in ("alice", "bob", "charlie")]
    everybody: list[Watching] = []

    async def scene(application: ASGIHandler) -> None:
        async with await psycopg.AsyncConnection.connect(
            notifier.listen_conninfo(), autocommit=True
        ) as board:
            for before, seed in ((0, 1), (CHANGES, 2)):
                dice = random.Random(seed)  # noqa: S311 - a test's own dice
                watching = [
                    Watching(
                        Browser(application, cookie), restless=restless, changes=before + CHANGES, dice=dice
                    )
                    for cookie in cookies
                    for restless in (False, True)
                ]
                everybody.extend(watching)
                async with asyncio.timeout(10):
                    await asyncio.gather(
                        *(each.watch(board) for each in watching),
                        *(change(day, dice) for day in range(before, before + CHANGES)),
                    )

    play(scene)
    numbers = set(BoardEvent.objects.values_list("number", flat=True))
    for each in everybody:
        told = each.browser.ids
        assert each.sees == each.changes
        assert told == sorted(set(told))
        assert set(told) <= numbers


def test_a_commit_that_was_late_reaches_a_browser_that_was_away_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    cookie = signed_in("alice")

    async def scene(application: ASGIHandler) -> None:
        browser = Browser(application, cookie)
        await browser.open()
        with cursor_as("hotline_web") as slow, cursor_as("hotline_web") as quick:
            slow.execute("BEGIN")
            slow.execute(PENDING)
            quick.execute(PENDING)
            await browser.until(lambda: len(browser.ids) == 1)
            await browser.close()
            slow.execute("COMMIT")
        await browser.open()
        await browser.until(lambda: len(browser.ids) == 2)
        await browser.close()
        assert browser.ids[1] == browser.ids[0] + 1

    play(scene)


def test_a_number_from_a_database_that_was_restored_since_is_no_reason_for_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    cookie = signed_in("alice")
    newest = BoardEvent.objects.create().number
    connections.close_all()

    async def scene(application: ASGIHandler) -> None:
        browser = Browser(application, cookie)
        browser.ids = [newest + 900]
        await browser.open()
        await browser.until(lambda: browser.ids[-1] == newest)
        await browser.close()

    play(scene)
