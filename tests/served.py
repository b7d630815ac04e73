"""Serve the whole house on one loopback address, in this process and on this test's databases."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from django.conf import LazySettings
from django.db import connections
from pytest_django.fixtures import Settings

from hotline.demo.one_address import make_application

START_SECONDS = 20
POLL_SECONDS = 0.02


@contextmanager
def served(settings: Settings | LazySettings) -> Iterator[str]:
    """Give the address of pages, webhooks and stream, with the settings pointed at it."""
    settings.WHITENOISE_AUTOREFRESH, settings.WHITENOISE_MAX_AGE = False, 3600
    server = _Server(
        uvicorn.Config(
            make_application(),
            host="127.0.0.1",
            port=0,
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        address = server.address()
        settings.PUBLIC_BASE_URL, settings.LIVE_URL = address, f"{address}/live/"
        settings.CSRF_TRUSTED_ORIGINS = [address]
        yield address
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)
        connections.close_all()


class _Server(uvicorn.Server):
    """Uvicorn in a thread: it leaves the signals alone and says on which port it listens."""

    def install_signal_handlers(self) -> None:
        """Leave them to pytest."""

    def address(self) -> str:
        """Wait until the server listens.

        Errors: TimeoutError.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.started and self.servers:
                port = self.servers[0].sockets[0].getsockname()[1]
                return f"http://127.0.0.1:{port}"
            time.sleep(POLL_SECONDS)
        raise TimeoutError
