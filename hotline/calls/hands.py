"""A bounded number of threads that do work for others, who wait for it no longer than they can.

A frozen database ignores every time-out it is given, and the smallest one of libpq is two seconds. So the thread that
owes a caller an answer never talks to it: a hand does, with a database connection of its own, and may stay stuck.
"""

import os
import threading
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connections

T = TypeVar("T")
KEEP_S = 60.0


class TooSlow(Exception):
    """The work was not done in time; it may still be, and nobody waits for it."""


class AllTaken(Exception):
    """Every hand is busy or stuck."""


class Job(Generic[T]):
    """A piece of work on its way through a hand, in the context of the one who asked for it."""

    def __init__(self, work: Callable[[], T], ended: Callable[[Exception | None], None]) -> None:
        self._work, self._ended = work, ended
        self._context: Context = copy_context()
        self._done = threading.Lock()
        self._done.acquire()
        self._result: list[T] = []
        self._error: Exception | None = None

    def carry_out(self) -> None:
        """Do the work, note how it ended, and let the asker go on."""
        try:
            self._result.append(self._context.run(self._work))
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits
            self._error = error
        try:
            self._ended(self._error)
        finally:
            self._done.release()

    def wait(self, seconds: float) -> T:
        """Give the result, or raise what the work raised. Errors: TooSlow."""
        if not self._done.acquire(timeout=max(0.0, seconds)):
            raise TooSlow
        if self._error:
            raise self._error
        return self._result[0]


class Hands:
    """Threads started when first needed and kept; each has its own database connections."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._idle: SimpleQueue[SimpleQueue[Job[object]]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0

    def run(
        self,
        work: Callable[[], T],
        *,
        within_s: float,
        ended: Callable[[Exception | None], None] = lambda _: None,
    ) -> T:
        """Have the work done. `ended` is told in the hand's thread how it ended, also when nobody waits any more.

        Errors: TooSlow, AllTaken, and whatever the work raises.
        """
        deadline = time.monotonic() + within_s
        job = Job(work, ended)
        self._hand(within_s).put(job)  # type: ignore[arg-type]
        return job.wait(deadline - time.monotonic())

    def _hand(self, seconds: float) -> SimpleQueue[Job[object]]:
        """Give the inbox of an idle hand; start one more where none is idle, up to the bound."""
        try:
            return self._idle.get_nowait()
        except Empty:
            pass
        with self._lock:
            room = self._started < self._count
            self._started += room
        if room:
            return self._start()
        try:
            return self._idle.get(timeout=max(0.001, seconds))
        except Empty:
            raise AllTaken from None

    def _start(self) -> SimpleQueue[Job[object]]:
        inbox: SimpleQueue[Job[object]] = SimpleQueue()
        threading.Thread(target=_work_off, args=(inbox, self._idle), name="hand", daemon=True).start()
        return inbox


def _work_off(inbox: SimpleQueue[Job[object]], idle: SimpleQueue[SimpleQueue[Job[object]]]) -> None:
    """Do one job after the other; a connection that broke, or is old, is given back in between."""
    close_at = time.monotonic() + KEEP_S
    while True:
        inbox.get().carry_out()
        if time.monotonic() >= close_at:
            connections.close_all()
            close_at = time.monotonic() + KEEP_S
        idle.put(inbox)


def twice_if_broken(work: Callable[[], T]) -> T:
    """Do the work, and again on a new connection where a kept one turns out to be broken; it must bear that.

    This replaces asking every connection whether it still works before every call.
    """
    kept = {each: each.connection for each in connections.all(initialized_only=True) if each.connection}
    try:
        return work()
    except (OperationalError, InterfaceError):
        broken = [
            each for each, before in kept.items() if each.connection is not before or not each.is_usable()
        ]
        if not broken:
            raise
        for each in broken:
            each.close()
        return work()
