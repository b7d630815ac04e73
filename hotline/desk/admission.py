"""Let a few requests at a time through to the stream's application: each has a database connection until it streams.

When the process restarts every open desk comes back in the same second. Those who wait cost a socket and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

AT_ONCE: Final = 8
WITHIN_SECONDS: Final = 10.0
Message: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Scope: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class Admission:
    """An ASGI application before another: a request holds one of few places until its answer's first piece."""

    def __init__(
        self, application: Application, *, at_once: int = AT_ONCE, within_s: float = WITHIN_SECONDS
    ) -> None:
        self._application, self._within_s = application, within_s
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place, or send the asker away for a while; the answer's first piece gives the place back."""
        try:
            async with asyncio.timeout(self._within_s):
                await self._places.acquire()
        except TimeoutError:
            await _turn_away(send)
            return
        holds = True

        async def pass_on(message: Message) -> None:
            nonlocal holds
            if holds and message["type"] == "http.response.body":
                holds = False
                self._places.release()
            await send(message)

        try:
            await self._application(scope, receive, pass_on)
        finally:
            if holds:
                self._places.release()


async def _turn_away(send: Send) -> None:
    headers = [(b"retry-after", b"5"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
