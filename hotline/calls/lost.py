"""Events that could not even be spooled: counted in memory, and written where figures see them once that is possible.

Reconciliation with the provider's records repairs what they were about; this says that it has to.
"""

import logging
import threading
from collections import Counter
from datetime import date

from django.utils import timezone

from hotline.calls.intake import count_intake
from hotline.calls.models import IntakeCount

logger = logging.getLogger(__name__)
MOST_DAYS = 31
_lost: Counter[date] = Counter()
_lock = threading.Lock()


def count_lost(times: int = 1) -> None:
    """Count events that nothing could keep."""
    with _lock:
        day = timezone.localdate()
        _lost[day if day in _lost or len(_lost) < MOST_DAYS else max(_lost)] += times
    logger.critical("An event of a call could not be kept: reconciliation has to repair it")


def lost() -> int:
    """Say how many this process has not been able to write down yet."""
    with _lock:
        return sum(_lost.values())


def write_lost() -> None:
    """Write the counts where they outlive the process; what cannot be written stays counted."""
    while True:
        with _lock:
            if not _lost:
                return
            day, times = _lost.popitem()
        try:
            count_intake(IntakeCount.Kind.LOST, day=day, times=times)
        except BaseException:
            with _lock:
                _lost[day] += times
            raise
