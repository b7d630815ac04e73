"""Serve a turn whatever breaks: the caller hears something, and what happened waits until it can be written."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError

from hotline.calls import marks, spool, steps, without_database
from hotline.calls.asked import Asked
from hotline.calls.breaker import Breaker
from hotline.calls.hands import AllTaken, Hands, TooSlow, twice_if_broken
from hotline.calls.intake import count_intake
from hotline.calls.lost import count_lost
from hotline.calls.minimise import from_memory, minimise
from hotline.calls.models import IntakeCount
from hotline.calls.waiting import Waiting
from hotline.telephony.answers import Answer
from hotline.telephony.events import CallBackPart, CallEvent, Kind, Step, Turn

logger = logging.getLogger(__name__)
T = TypeVar("T")
AWAY = (OperationalError, InterfaceError)


class Resting(Exception):
    """Nobody is let to the databases right now, after several have failed."""


class Way:
    """A way to the databases: a bounded number of hands behind a breaker."""

    def __init__(self, hands: int) -> None:
        self.breaker, self._hands = Breaker(), Hands(hands)

    def take(self, work: Callable[[], T]) -> T:
        """Have work done within the deadline of a caller's answer.

        Errors: Resting, TooSlow, AllTaken, and whatever the work raises.
        """
        if settings.WEBHOOK_DEADLINE_S is None:
            return work()
        if not self.breaker.admits():
            raise Resting
        try:
            careful = partial(twice_if_broken, work)
            return self._hands.run(careful, within_s=settings.WEBHOOK_DEADLINE_S, ended=self._ended)
        except (TooSlow, AllTaken):
            self.breaker.timed_out()
            raise

    def _ended(self, error: Exception | None) -> None:
        """Note how an attempt ended, late or not: a refusal is an answer too."""
        if isinstance(error, AWAY):
            self.breaker.failed()
        else:
            self.breaker.succeeded()


# Apart, so that a keys database that is frozen leaves the main one's hands free. Together they bound the connections.
CALLS, KEYS = Way(8), Way(4)
NEED_KEYS = {(Step.QUEUE, CallBackPart.OFFER), (Step.BRIDGE, CallBackPart.OFFER)} | {
    (Step.CALLBACK, part) for part in (CallBackPart.CHOICE, CallBackPart.KEYED)
}


def serve(turn: Turn, *, at: datetime) -> Answer:
    """Carry out a turn; where that fails or takes too long, keep what happened and answer all the same."""
    if turn.place.box:  # a number that was keyed in while the database was away: only the worker can open it
        return _serve_without(turn, at)
    way = KEYS if (turn.step, turn.place.part) in NEED_KEYS else CALLS
    try:
        return way.take(lambda: steps.take(turn, at=at))
    except Exception as error:  # noqa: BLE001 - a 500 is a lost call: the provider does not ask again
        log_failure("A step of a call could not be served", error)
        return _serve_without(turn, at)


def count_unknown() -> None:
    """Count a kind we know no meaning for; while the database is away it goes uncounted."""
    try:
        CALLS.take(lambda: count_intake(IntakeCount.Kind.UNKNOWN))
    except Exception as error:  # noqa: BLE001 - the provider is answered all the same
        log_failure("An unknown kind could not be counted", error)


def _serve_without(turn: Turn, at: datetime) -> Answer:
    marks.note_answered_without()
    decision = without_database.decide(turn, at=at)
    events: list[tuple[CallEvent, Asked | None]] = [(turn.event, None)] if turn.event else []
    if decision.gives_up:
        events.append((_ours(turn, Kind.GAVE_UP, cause=without_database.NO_DATABASE), None))
    if decision.asked:
        events.append((_ours(turn, Kind.CALLBACK_REQUESTED), decision.asked))
    kept = _keep(events, at)
    return decision.answer if kept or decision.otherwise is None else decision.otherwise


def _ours(turn: Turn, kind: Kind, cause: str = "") -> CallEvent:
    """Give the event of our own decision, the same as the step itself makes of it."""
    return CallEvent(
        provider=turn.provider,
        call_id=turn.call_id,
        kind=kind,
        endpoint=turn.step.value,
        mark="ours",
        line_number=turn.line_number,
        cause=cause,
    )


def _keep(events: list[tuple[CallEvent, Asked | None]], at: datetime) -> bool:
    """Put events, minimised, where they wait for the database; says whether they are safe there."""
    if not events:
        return True
    try:
        spool.append(
            *(Waiting(minimise(event, received_at=at, by=from_memory), asked) for event, asked in events)
        )
    except Exception as error:  # noqa: BLE001 - the caller is still answered; reconciliation repairs the record
        log_failure("An event could not be spooled", error)
        count_lost(len(events))
        return False
    return True


def log_failure(what: str, error: Exception) -> None:
    """Log the class and the database's code only: messages of exceptions may hold values."""
    cause = error.__cause__
    logger.error("%s: %s %s", what, type(error).__name__, getattr(cause, "sqlstate", "") or "")
