"""The live board's event stream: numbers only, to people who are signed in and may see the desk.

Events are `id: <number>` with an empty body; the browser reads the board anew through an ordinary page. A browser
that comes back sends `Last-Event-ID` and is woken at once where the board has changed since.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hotline.desk.hub import Hub

RECHECK_SECONDS = 30.0
HEARTBEAT_SECONDS = 15.0
PERMISSION = "hotline.view_desk"
_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """Give the hub of this event loop, listening."""
    hub = _hubs.setdefault(asyncio.get_running_loop(), Hub())
    hub.start()
    return hub


@never_cache
@require_GET
async def board_stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer with the stream of the board's changes; 403 to whoever may not see the desk."""
    if not await sync_to_async(_may_watch)(request):
        return HttpResponseForbidden()
    response = StreamingHttpResponse(_events(request, _last_seen(request)), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(request: HttpRequest, seen: int | None) -> AsyncIterator[bytes]:
    hub = current_hub()
    number = hub.newest if seen is None else seen
    checked = time.monotonic()
    yield b"retry: 2000\n\n"
    while True:
        newer = await hub.newer_than(number, within_s=HEARTBEAT_SECONDS)
        if time.monotonic() - checked >= RECHECK_SECONDS:
            if not await sync_to_async(_may_still_watch)(request):
                return
            checked = time.monotonic()
        if newer is None:
            yield b": still here\n\n"
            continue
        number = newer
        yield b"id: %d\nevent: board\ndata:\n\n" % number


def _last_seen(request: HttpRequest) -> int | None:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None


def _may_watch(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm(PERMISSION)


def _may_still_watch(request: HttpRequest) -> bool:
    """Read session and user from the database again: both may have ended since the stream began."""
    request.session = type(request.session)(request.session.session_key)
    user = get_user(request)
    return user.is_authenticated and user.is_active and user.has_perm(PERMISSION)
