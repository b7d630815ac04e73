"""One listening connection per process, shared by every open board."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import psycopg
from asgiref.sync import sync_to_async

from hotline.desk import notifier

PASS_SECONDS = 0.25
RETRY_SECONDS = 2.0
log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[notifier.Connection], Awaitable[None]]


class Hub:
    """Knows the board's newest number and wakes whoever waits for a newer one."""

    def __init__(self) -> None:
        self.newest = 0
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin listening and notifying where this process does not yet."""
        if not self._tasks or any(task.done() for task in self._tasks):
            self._tasks = [
                asyncio.create_task(self._forever(self._listen)),
                asyncio.create_task(self._forever(self._notify)),
            ]

    async def stop(self) -> None:
        """End both tasks and close their connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def newer_than(self, number: int, *, within_s: float) -> int | None:
        """Wait until the board is newer than this; None where nothing happened within the seconds."""
        async with self._changed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(lambda: self.newest > number), within_s)
        return self.newest if self.newest > number else None

    async def _forever(self, work: Work) -> None:
        conninfo = await sync_to_async(notifier.listen_conninfo)()
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
                    await work(connection)
            except psycopg.Error as error:
                log.warning("The board's connection was lost (%s); trying again.", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, connection: notifier.Connection) -> None:
        await connection.execute(f"LISTEN {notifier.CHANNEL}".encode())
        await self._announce(await notifier.newest_number(connection))
        async for _notification in _notifications(connection):
            await self._announce(await notifier.newest_number(connection))

    async def _notify(self, connection: notifier.Connection) -> None:
        while not await notifier.become_notifier(connection):  # noqa: ASYNC110 - no signal tells when it is free
            await asyncio.sleep(RETRY_SECONDS)
        await notifier.forget_old(connection)
        while True:
            if await notifier.number_pending(connection) is None:
                await asyncio.sleep(PASS_SECONDS)

    async def _announce(self, number: int) -> None:
        async with self._changed:
            self.newest = max(self.newest, number)
            self._changed.notify_all()


async def _notifications(connection: notifier.Connection) -> AsyncIterator[None]:
    """Yield once per burst of notifications; the generator is closed before the connection is used again."""
    while True:
        async for _notify in connection.notifies(stop_after=1):
            pass
        yield
