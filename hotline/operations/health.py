"""Ask every part the house needs whether it is there; each answers in a word that tells a stranger nothing."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connections
from django.utils import timezone

from audit import queries
from cases.vault.keyring import faults_of, keyring
from cases.vault.restores import unreconciled
from hotline.calls import marks, proof, snapshot, spool
from hotline.calls.hands import AllTaken, Hands, TooSlow
from hotline.calls.models import IntakeCount, Reconciliation
from hotline.operations.heartbeat import STILL_ALIVE, worker_age

logger = logging.getLogger(__name__)

SEALED_WITHIN: Final = timedelta(seconds=60)
SPOOL_FILES_AT_MOST: Final = 0
SNAPSHOT_WITHIN_S: Final = 120.0
_hands: Final = Hands(2)


def readiness() -> dict[str, bool]:
    """Give each part's name and whether it is ready; what has not answered by the deadline is not."""
    found = dict.fromkeys(CHECKS, False)

    def ask() -> None:
        for name, check in CHECKS.items():
            found[name] = _holds(name, check)

    if settings.READINESS_DEADLINE_S is None:
        ask()
    else:
        _ask_in_time(ask, settings.READINESS_DEADLINE_S)
    return dict(found)


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
    """The spool can be written, no call waits in it, and none was set aside as damaged."""
    folder = Path(settings.SPOOL_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return spool.waiting() <= SPOOL_FILES_AT_MOST and not spool.damaged()


def snapshot_fresh() -> bool:
    """What callers hear without a database was seen to be right a moment ago."""
    age = snapshot.age_s()
    return age is not None and age < SNAPSHOT_WITHIN_S


def calls_served() -> bool:
    """No caller of the last minute had to be answered without the databases."""
    return not marks.answered_without_lately()


def lines_proven() -> bool:
    """Every line that the provider lets us check is proven to work."""
    return proof.all_proven(timezone.now())


def nothing_lost() -> bool:
    """Every event was kept, or a later comparison with the provider's records found that all calls are there."""
    lost = IntakeCount.objects.filter(kind=IntakeCount.Kind.LOST, n__gt=0).order_by("-day").first()
    if lost is None:
        return True
    after = timezone.make_aware(datetime.combine(lost.day + timedelta(days=1), time.min))
    return Reconciliation.objects.filter(is_whole=True, at__gte=after).exists()


CHECKS: Final[dict[str, Callable[[], bool]]] = {
    "database": database,
    "keys": keys,
    "keyring": keyring_whole,
    "reconciled": reconciled,
    "worker": worker,
    "sequencer": sequencer,
    "checkpoint": checkpoint,
    "spool": spool_empty,
    "snapshot": snapshot_fresh,
    "calls": calls_served,
    "lost": nothing_lost,
    "lines": lines_proven,
}


def _ask_in_time(ask: Callable[[], None], seconds: float) -> None:
    """A frozen database would keep whoever asks for ever: a hand asks, and two stuck ones are enough."""
    try:
        _hands.run(ask, within_s=seconds)
    except (TooSlow, AllTaken):
        logger.warning("Readiness was not known in time")


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
