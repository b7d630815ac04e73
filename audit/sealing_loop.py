"""Seals every second until told to stop; one loop leads, others stand by to take over."""

import logging
import threading

from django.db import DatabaseError, InterfaceError, connection

from audit.locks import try_to_lead
from audit.sequencer import Inconsistent, SealResult, Sequencer, SigningKeyMissing
from audit.trusted_keys import KeyNotTrusted

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 1.0
SECONDS_AFTER_TROUBLE = 5.0


def run(stop: threading.Event) -> None:
    """Seal until `stop` is set; trouble is told and outlived, for recording goes on all the while."""
    sequencer, leading = Sequencer(), False
    while not stop.is_set():
        try:
            leading = leading or try_to_lead()
            if leading:
                _tell(sequencer.seal())
            stop.wait(SECONDS_BETWEEN)
        except (DatabaseError, InterfaceError):
            logger.exception("The database is away; sealing goes on when it is back")
            connection.close()
            leading = False
            stop.wait(SECONDS_AFTER_TROUBLE)
        except (Inconsistent, KeyNotTrusted, SigningKeyMissing) as alarm:
            logger.critical("Sealing has stopped: %s", alarm)
            stop.wait(SECONDS_AFTER_TROUBLE)
        except OSError:
            logger.exception("Tiles or checkpoint could not be written; the next pass tries again")
            stop.wait(SECONDS_AFTER_TROUBLE)


def _tell(result: SealResult) -> None:
    if result.sealed:
        logger.info("Sealed %s entries, now %s", result.sealed, result.size)
