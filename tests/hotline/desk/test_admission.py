"""A storm of browsers that all come back at once is let through a few at a time."""

import asyncio
from typing import Any

from hotline.desk.admission import Admission, Message, Receive, Scope, Send


class Streams:
    """An application whose answers begin when they are told to and then go on; it counts who has not begun."""

    def __init__(self) -> None:
        self.beginning = self.most = self.streaming = 0
        self.go, self.end = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.beginning += 1
        self.most = max(self.most, self.beginning)
        await self.go.wait()
        if scope["path"] == "/broken":
            self.beginning -= 1
            raise LookupError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        self.beginning -= 1
        self.streaming += 1
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await self.end.wait()


async def nothing() -> Message:
    return {}


async def unheard(_message: Message) -> None:
    return


def test_few_begin_at_once_all_come_through_and_who_streams_holds_no_place() -> None:
    async def scene() -> None:
        streams = Streams()
        gate = Admission(streams, at_once=2)
        tasks = [asyncio.create_task(gate({"path": "/"}, nothing, unheard)) for _each in range(20)]
        await asyncio.sleep(0.01)
        assert streams.beginning == 2
        streams.go.set()
        await asyncio.sleep(0.05)
        assert (streams.most, streams.streaming) == (2, 20)
        streams.end.set()
        await asyncio.gather(*tasks)

    asyncio.run(scene())


def test_who_waits_too_long_is_sent_away_and_a_request_that_breaks_gives_its_place_back() -> None:
    async def scene() -> None:
        streams = Streams()
        said: list[Any] = []

        async def hear(message: Any) -> None:
            said.append(message)

        gate = Admission(streams, at_once=1, within_s=0.05)
        first = asyncio.create_task(gate({"path": "/broken"}, nothing, unheard))
        await asyncio.sleep(0.01)
        await gate({"path": "/"}, nothing, hear)
        assert said[0]["status"] == 503
        streams.go.set()
        streams.end.set()
        assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], LookupError)
        await gate({"path": "/"}, nothing, hear)
        assert said[2]["status"] == 200

    asyncio.run(scene())
