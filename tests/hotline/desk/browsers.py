"""Browsers that listen to the live board: they speak ASGI with the application, so no server is needed."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.test import Client

from hotline.desk import hub, stream
from hotline.people.roles import Role, set_role
from tests.hotline.factories import make_counsellor

Message: TypeAlias = Mapping[str, Any]
PATIENCE_S = 5.0


def signed_in(username: str) -> str:
    """Make a counsellor who is signed in, and give their cookie."""
    user = make_counsellor(username)
    set_role(user, Role.COUNSELLOR)
    client = Client()
    client.force_login(user, backend="hotline.people.backend.RoleBackend")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that waits for seconds wait for less, and begin with a hub of one's own."""
    monkeypatch.setattr(hub, "PASS_SECONDS", 0.01)
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(stream, "_hubs", {})


class Browser:
    """One browser's stream. `reads=False` takes nothing after the first piece, and keeps the connection."""

    def __init__(self, application: ASGIHandler, cookie: str, *, reads: bool = True) -> None:
        self.status = 0
        self.ids: list[int] = []
        self.text = ""
        self._application, self._cookie, self._reads = application, cookie, reads
        self._gone, self._is_asked = asyncio.Event(), False
        self._changed = asyncio.Condition()
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, with the last number seen where there is one, and wait for the first answer."""
        self._gone, self._is_asked, self.text, self.status = asyncio.Event(), False, "", 0
        self.task = asyncio.create_task(self._application(self._scope(), self._receive, self._send))
        await self.until(lambda: bool(self.text) or self.status >= 400)

    async def close(self) -> None:
        """Go away as a browser does: without a word."""
        self._gone.set()
        if self.task:
            await asyncio.wait_for(self.task, PATIENCE_S)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(holds)

    async def ended(self) -> None:
        """Wait until the server ends the stream."""
        if self.task:
            await asyncio.wait_for(asyncio.shield(self.task), PATIENCE_S)

    @property
    def is_open(self) -> bool:
        return self.task is not None and not self.task.done()

    def _scope(self) -> dict[str, Any]:
        headers = [
            (b"host", b"testserver"),
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={self._cookie}".encode()),
        ]
        if self.ids:
            headers.append((b"last-event-id", str(self.ids[-1]).encode()))
        return {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/live/board/",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }

    async def _receive(self) -> Message:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and self.text and not self._reads:
            await asyncio.Event().wait()
        async with self._changed:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            else:
                piece = bytes(message.get("body", b"")).decode()
                self.text += piece
                self.ids += [int(number) for number in re.findall(r"id: (\d+)\n", piece)]
            self._changed.notify_all()


Scene: TypeAlias = Callable[[ASGIHandler], Awaitable[None]]


def play(scene: Scene) -> None:
    """Run a scene with the application, and end the hub's tasks with it."""

    async def whole() -> None:
        try:
            await scene(ASGIHandler())
        finally:
            for each in stream._hubs.values():
                await each.stop()

    asyncio.run(whole())
