"""Serve a turn whatever breaks: the caller hears something, and what happened waits until it can be written."""

import logging
from datetime import datetime

from hotline.calls import spool, steps
from hotline.calls.minimise import Minimised, minimise
from hotline.telephony.answers import Answer
from hotline.telephony.events import CallEvent, Turn

logger = logging.getLogger(__name__)


def serve(turn: Turn, *, at: datetime) -> Answer:
    """Carry out a turn; where that fails, keep what happened and answer all the same."""
    try:
        return steps.take(turn, at=at)
    except Exception as error:  # noqa: BLE001 - a 500 is a lost call: the provider does not ask again
        log_failure("A step of a call could not be served", error)
        if turn.event:
            _keep(turn.event, at)
        return steps.without_database(turn)


def _keep(event: CallEvent, at: datetime) -> None:
    """Put the event, minimised, where it waits for the database."""
    try:
        spool.append(_minimised(event, at))
    except Exception as error:  # noqa: BLE001 - the caller is still answered; reconciliation repairs the record
        log_failure("An event could not be spooled", error)


def _minimised(event: CallEvent, at: datetime) -> Minimised:
    try:
        return minimise(event, received_at=at)
    except Exception as error:  # noqa: BLE001 - without the keys database the call is kept, the caller unrecognisable
        log_failure("A caller could not be made recognisable", error)
        return minimise(event, received_at=at, recognisable=False)


def log_failure(what: str, error: Exception) -> None:
    """Log the class and the database's code only: messages of exceptions may hold values."""
    cause = error.__cause__
    logger.error("%s: %s %s", what, type(error).__name__, getattr(cause, "sqlstate", "") or "")
