"""A circuit breaker: after a few failures in a row nobody waits for a database any more; one at a time tries again."""

import threading
import time
from collections.abc import Callable

FAILURES = 3
REST_S = 1.0
PATIENCE_S = 5.0


class Breaker:
    """Closed it admits everybody. Open it admits one request at a time, after a rest, until one succeeds.

    A trial that has not ended (the database is frozen) is the trial: no other begins within `PATIENCE_S`. A success
    closes the breaker whenever it arrives, also that of an attempt which nobody waits for any more.
    """

    def __init__(self, *, failures: int = FAILURES, clock: Callable[[], float] = time.monotonic) -> None:
        self._bound, self._clock = failures, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_trial_at = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether requests are kept from the database."""
        return self._failures >= self._bound

    def admits(self) -> bool:
        """Tell whether this request may try; of an open breaker's askers one is let through at a time."""
        if self._failures < self._bound:
            return True
        with self._lock:
            now = self._clock()
            if self._failures >= self._bound and now < self._next_trial_at:
                return False
            self._next_trial_at = now + PATIENCE_S
            return True

    def succeeded(self) -> None:
        """Close: the database answered."""
        if self._failures:
            with self._lock:
                self._failures = 0

    def failed(self) -> None:
        """Count a failure; the next trial comes after a rest."""
        with self._lock:
            self._failures += 1
            self._next_trial_at = self._clock() + REST_S

    def timed_out(self) -> None:
        """Count an attempt that is still under way: the next trial waits for it longer."""
        with self._lock:
            self._failures += 1
            self._next_trial_at = self._clock() + PATIENCE_S
