"""Who watches the board in this process: at most so many, at most so many each, and none who does not read."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

MOST = 1000
MOST_EACH = 5
UNREAD_SECONDS = 30.0
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Watcher:
    """One open stream: whose it is, whether it is to end, and since when something lies unread before its reader."""

    user: int
    is_superseded: bool = False
    handed_at: float | None = None
    task: asyncio.Task[object] | None = field(default=None, repr=False)


class Watchers:
    """All open streams of a process, in the order in which they were opened."""

    def __init__(self) -> None:
        self._open: list[Watcher] = []

    def __len__(self) -> int:
        return len(self._open)

    @property
    def is_full(self) -> bool:
        """Tell whether no more streams are taken in."""
        return len(self._open) >= MOST

    def enter(self, user: int) -> Watcher:
        """Take one more in; a person's oldest make room for their newest."""
        theirs = [each for each in self._open if each.user == user and not each.is_superseded]
        for oldest in theirs[: max(0, len(theirs) - MOST_EACH + 1)]:
            oldest.is_superseded = True
        watcher = Watcher(user)
        self._open.append(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forget a stream that has ended; once is enough."""
        if watcher in self._open:
            self._open.remove(watcher)

    def drop_who_does_not_read(self) -> int:
        """End the streams whose reader has let something lie for too long; says how many those were.

        What is written waits in the server's and the kernel's buffers, which are small: nothing more is made for such
        a reader meanwhile, and here it ends.
        """
        before = time.monotonic() - UNREAD_SECONDS
        stuck = [each for each in self._open if each.handed_at is not None and each.handed_at < before]
        for watcher in stuck:
            self.leave(watcher)
            if watcher.task:
                watcher.task.cancel()
        if stuck:
            logger.info("%d streams ended whose readers did not read", len(stuck))
        return len(stuck)
