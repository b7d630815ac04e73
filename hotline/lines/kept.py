"""What every caller's way asks for and what hardly ever changes, kept in memory for a moment.

Whoever changes a line, a closure or a diversion is heard by callers within LINES_KEPT_S seconds. Nothing here is about
a caller.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST = 256


class Kept(Generic[K, V]):
    """Gives what `read` gave, until it is a moment old; what could not be read is not kept."""

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._known: dict[K, tuple[float, V]] = {}

    def __call__(self, key: K) -> V:
        """Give what belongs to a key, from memory or anew."""
        found = self._known.get(key)
        if found and time.monotonic() < found[0]:
            return found[1]
        value = self._read(key)
        if settings.LINES_KEPT_S:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (time.monotonic() + settings.LINES_KEPT_S, value)
        return value
