"""The seam to the plan of shifts: this room knows none, and is told when somebody's shift ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.module_loading import import_string

Plan = Callable[[User, datetime], datetime | None]
WITHOUT_A_PLAN = timedelta(hours=10)


def acknowledge_by(*, giver: User, receiver: User, at: datetime) -> datetime:
    """Give the end of the shift in which a hand-over is to be acknowledged, by `settings.SHIFT_END`.

    The receiver's, the one under way or their next; else the giver's; without either, ten hours from now.
    """
    plan: Plan = import_string(settings.SHIFT_END)
    return plan(receiver, at) or plan(giver, at) or at + WITHOUT_A_PLAN
