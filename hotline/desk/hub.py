"""One listening connection per process, shared by every open board."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import TypeAlias

import psycopg

from hotline.desk import notifier
from hotline.desk.watchers import Watchers

PASS_SECONDS = 0.25
RETRY_SECONDS = 2.0
LOOK_SECONDS = 5.0
ANSWER_SECONDS = 10.0
FORGET_SECONDS = 3600.0
log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[notifier.Connection], Awaitable[None]]


class Hub:
    """Knows the board's newest number and wakes whoever waits for a newer one."""

    def __init__(self) -> None:
        self.newest = 0
        self.watchers = Watchers()
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin listening, notifying and watching where this process does not yet.

        The tasks outlive the request that happens to start them, so they take nothing of its context with them.
        """
        if self._tasks and not any(task.done() for task in self._tasks):
            return
        for task in self._tasks:
            task.cancel()
        work = (self._forever(self._listen), self._forever(self._notify), self._watch())
        self._tasks = [asyncio.create_task(each, context=Context()) for each in work]

    async def stop(self) -> None:
        """End all tasks and close their connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def newer_than(
        self, number: int, *, within_s: float, unless: Callable[[], bool] = lambda: False
    ) -> int | None:
        """Wait until the board is newer than this; None where time is up or `unless` holds."""
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(within_s),
                self._changed,
            ):  # wait_for can lose a cancellation before 3.12
                await self._changed.wait_for(lambda: self.newest > number or unless())
        return self.newest if self.newest > number else None

    async def wake(self) -> None:
        """Let everybody who waits look again whether they still should."""
        async with self._changed:
            self._changed.notify_all()

    async def _forever(self, work: Work) -> None:
        conninfo = await asyncio.to_thread(notifier.listen_conninfo)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
                    await work(connection)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("The board's connection was lost (%s); trying again.", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, connection: notifier.Connection) -> None:
        """Tell of each new number; now and then also unasked, as a connection that is half gone says nothing."""
        await connection.execute(f"LISTEN {notifier.CHANNEL}".encode())
        while True:
            async with asyncio.timeout(ANSWER_SECONDS):
                number = await notifier.newest_number(connection)
            await self._announce(number)
            await _notified(connection, LOOK_SECONDS)

    async def _notify(self, connection: notifier.Connection) -> None:
        while not await notifier.become_notifier(connection):  # noqa: ASYNC110 - no signal tells when it is free
            await asyncio.sleep(RETRY_SECONDS)
        forget_at = 0.0
        while True:
            if time.monotonic() >= forget_at:
                await notifier.forget_old(connection)
                forget_at = time.monotonic() + FORGET_SECONDS
            async with asyncio.timeout(ANSWER_SECONDS):
                number = await notifier.number_pending(connection)
            if number is None:
                await asyncio.sleep(PASS_SECONDS)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.watchers.drop_who_does_not_read()

    async def _announce(self, number: int) -> None:
        if number <= self.newest:
            return
        async with self._changed:
            self.newest = number
            self._changed.notify_all()


async def _notified(connection: notifier.Connection, within_s: float) -> None:
    """Wait for a notification, or for the seconds to pass; the connection is free again afterwards."""
    async for _notify in connection.notifies(timeout=within_s, stop_after=1):
        pass
