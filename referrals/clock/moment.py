"""What time it is for referrals: the machine's time, unless somebody runs the clock forward."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_said: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Give the moment that the clock says, here and now."""
    return _said.get() or timezone.now()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let it be that moment, for this thread only and until the end of the block."""
    before = _said.set(moment)
    try:
        yield
    finally:
        _said.reset(before)
