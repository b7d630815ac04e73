"""Ask every part the house needs whether it is there; each answers in a word that tells a stranger nothing."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connections
from django.utils import timezone

from audit import queries
from cases.vault.keyring import faults_of, keyring
from cases.vault.restores import unreconciled
from hotline.calls import spool
from hotline.operations.heartbeat import STILL_ALIVE, worker_age

logger = logging.getLogger(__name__)

SEALED_WITHIN: Final = timedelta(seconds=60)
SPOOL_FILES_AT_MOST: Final = 0


def readiness() -> dict[str, bool]:
    """Give each part's name and whether it is ready."""
    return {name: _holds(name, check) for name, check in CHECKS.items()}


def database() -> bool:
    """The main database answers."""
    return _answers("default")


def keys() -> bool:
    """The keys database answers."""
    return _answers("keys")


def keyring_whole() -> bool:
    """Every key is there, of full length, readable by its owner alone, and no two are equal."""
    return settings.KEY_PROVIDER != "local" or not faults_of(keyring())


def reconciled() -> bool:
    """No restore waits for its keys to be reconciled."""
    return not unreconciled()


def worker() -> bool:
    """Jobs are being done."""
    age = worker_age()
    return age is not None and age < STILL_ALIVE


def sequencer() -> bool:
    """The trail is being sealed, and sealing has raised no alarm."""
    since = queries.waiting().since
    return not queries.sequencer_alarm() and (since is None or timezone.now() - since < SEALED_WITHIN)


def checkpoint() -> bool:
    """The newest checkpoint outside the database was confirmed a moment ago."""
    age = queries.checkpoint_age()
    return age is not None and age < SEALED_WITHIN


def spool_empty() -> bool:
    """The spool can be written, and no call waits in it."""
    folder = Path(settings.SPOOL_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return spool.waiting() <= SPOOL_FILES_AT_MOST


CHECKS: Final[dict[str, Callable[[], bool]]] = {
    "database": database,
    "keys": keys,
    "keyring": keyring_whole,
    "reconciled": reconciled,
    "worker": worker,
    "sequencer": sequencer,
    "checkpoint": checkpoint,
    "spool": spool_empty,
}


def _answers(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        logger.exception("The readiness check “%s” failed", name)
        return False
