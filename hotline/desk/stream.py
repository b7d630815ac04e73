"""The live board's event stream: numbers only, to people who are signed in and may see the desk.

Events are `id: <number>` with an empty body; the browser reads the board anew through an ordinary page. A browser
that comes back sends `Last-Event-ID` and is woken at once where the board has changed since. Changes that come close
together become one event: the newest number stands for all that were committed before it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections, connections
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hotline.desk.hub import Hub
from hotline.desk.models import BoardEvent
from hotline.desk.watchers import Watcher
from hotline.middleware import is_over

RECHECK_SECONDS = 30.0
RECHECK_WITHIN_SECONDS = 10.0
HEARTBEAT_SECONDS = 15.0
RETRY = b"retry: 2000\n\n"
RETRY_MUCH_LATER = b"retry: 600000\n\n"
PERMISSION = "hotline.view_desk"
_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}
# All streams' looks at session and role: one connection for the process, not one for every open desk.
_looking = ThreadPoolExecutor(1, thread_name_prefix="recheck")


class Admitted(NamedTuple):
    """Who may watch, and the number of the last change they know of."""

    user: int
    seen: int


def current_hub() -> Hub:
    """Give the hub of this event loop, listening."""
    hub = _hubs.setdefault(asyncio.get_running_loop(), Hub())
    hub.start()
    return hub


@never_cache
@require_GET
async def board_stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of the board's changes; 403 to whoever may not see the desk, 503 where no seat is free.

    What the stream begins after is read before the answer begins: what is committed later has a higher number.
    """
    admitted = await sync_to_async(_admit)(request)
    if admitted is None:
        return HttpResponseForbidden()
    hub = current_hub()
    if hub.watchers.is_full:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    response = StreamingHttpResponse(_events(request, hub, admitted), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(request: HttpRequest, hub: Hub, admitted: Admitted) -> AsyncIterator[bytes]:
    """Give the stream's pieces, and note around each whether its reader has taken it."""
    watcher = hub.watchers.enter(admitted.user)
    watcher.task = asyncio.current_task()
    try:
        await sync_to_async(_give_back)()
        await hub.wake()
        async for piece in _pieces(request, hub, watcher, admitted.seen):
            watcher.handed_at = time.monotonic()
            yield piece
            watcher.handed_at = None
    finally:
        hub.watchers.leave(watcher)


async def _pieces(request: HttpRequest, hub: Hub, watcher: Watcher, number: int) -> AsyncIterator[bytes]:
    look_at = time.monotonic() + RECHECK_SECONDS
    yield RETRY
    while True:
        within_s = max(0.0, min(HEARTBEAT_SECONDS, look_at - time.monotonic()))
        newer = await hub.newer_than(number, within_s=within_s, unless=lambda: watcher.is_superseded)
        if watcher.is_superseded:
            yield RETRY_MUCH_LATER  # or this browser would push out the next oldest, and so on in a circle
            return
        if time.monotonic() >= look_at:
            if not await _may_still_watch(request):
                return
            look_at = time.monotonic() + RECHECK_SECONDS
        if newer is None:
            yield b": still here\n\n"
            continue
        number = newer
        yield b"id: %d\nevent: board\ndata:\n\n" % number


def _admit(request: HttpRequest) -> Admitted | None:
    """Say who watches and after which number, or nothing."""
    user = request.user
    if not user.is_authenticated or not user.has_perm(PERMISSION):
        return None
    newest = BoardEvent.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return Admitted(user.pk, _last_seen(request, newest))


def _give_back() -> None:
    """Close this thread's connections: it is the request's own, and the request may last for hours."""
    if not connections["default"].in_atomic_block:
        connections.close_all()


def _last_seen(request: HttpRequest, newest: int) -> int:
    """Read `Last-Event-ID`; who has none begins now. A number beyond the newest is of a database that was restored."""
    text = request.headers.get("Last-Event-ID", "")
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63))):
        return newest
    return int(text) if int(text) <= newest else newest - 1


async def _may_still_watch(request: HttpRequest) -> bool:
    """Look again; where no answer is to be had the stream ends, and the browser asks anew."""
    look = asyncio.get_running_loop().run_in_executor(_looking, partial(_look_again, request))
    try:
        async with asyncio.timeout(RECHECK_WITHIN_SECONDS):
            return await look
    except (TimeoutError, DatabaseError):
        return False


def _look_again(request: HttpRequest) -> bool:
    """Read session and user from the database again: both may have ended since the stream began."""
    close_old_connections()
    request.session = type(request.session)(request.session.session_key)
    user = get_user(request)
    return (
        user.is_authenticated
        and user.is_active
        and user.has_perm(PERMISSION)
        and not is_over(request.session)
    )
