"""Lay in what taking calls needs while the databases are away: the lines, and the keys that make callers recognisable.

A thread of its own asks for both every few seconds, so that they are there before anybody misses them. Stuck on a
frozen database it waits, alone.
"""

import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connections

from cases.vault.pseudonyms import warm_period_keys
from hotline.calls import snapshot
from hotline.calls.lost import write_lost

logger = logging.getLogger(__name__)
EVERY_S = 10.0
_started = threading.Lock()


def lay_in() -> None:
    """Renew everything once; where one part fails, the others are still tried."""
    parts: list[Callable[[], object]] = [snapshot.take_snapshot, warm_period_keys, write_lost]
    for part in parts:
        try:
            part()
        except Exception as error:  # noqa: BLE001 - what was laid in before is still there
            logger.warning("%s could not be done: %s", part.__name__, type(error).__name__)


def start_laying_in() -> None:
    """Take what an earlier process left, and keep everything fresh in the background; once per serving process."""
    if settings.WEBHOOK_DEADLINE_S is None or not _started.acquire(blocking=False):
        return
    snapshot.recall()
    threading.Thread(target=_keep_fresh, name="provisions", daemon=True).start()


def _keep_fresh() -> None:
    pause = threading.Event()
    while True:
        lay_in()
        connections.close_all()
        pause.wait(EVERY_S)
