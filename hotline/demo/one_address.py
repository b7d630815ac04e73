"""The demo's single address: the stream over ASGI, webhooks and pages over WSGI, in one process.

In production a proxy sends each to a process of its own; here one dispatcher does, so that Python is all one needs.
"""

import argparse
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware

from hotline.environment import load_demo_environment, var_dir

Scope = MutableMapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI: scope, receive, send

THREADS = 8


def make_application() -> Application:
    """Build the dispatcher; imported late because the three applications read the settings."""
    from hotline.asgi import application as stream  # noqa: PLC0415 - after the environment is loaded
    from hotline.webhook_wsgi import application as webhooks  # noqa: PLC0415 - the same
    from hotline.wsgi import application as pages  # noqa: PLC0415 - the same

    rooms: dict[str, Application] = {
        "/live/": stream,
        "/webhooks/": _in_threads(webhooks),
        "/": _in_threads(pages),
    }

    async def dispatch(scope: Scope, receive: object, send: object) -> None:
        if scope["type"] == "lifespan":
            return
        path = str(scope.get("path", "/"))
        await next(rooms[prefix] for prefix in rooms if path.startswith(prefix))(scope, receive, send)

    return dispatch


def _in_threads(application: Any) -> Application:
    return WSGIMiddleware(application, workers=THREADS)


def main() -> None:
    """Serve on loopback until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    load_demo_environment(var_dir() / "demo.env")
    uvicorn.run(
        make_application(),
        host="127.0.0.1",
        port=port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
        forwarded_allow_ips="",
    )


if __name__ == "__main__":
    main()
