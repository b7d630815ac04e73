"""Where the queue finds the room's jobs, and the hourly look at what has stood too long."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from referrals.delivery.tasks import send_letter
from referrals.referral.overdue import expire_overdue

__all__ = ["climb_ladder", "send_letter"]


@app.periodic(cron="5 * * * *")
@app.task(name="referrals.climb_ladder", queueing_lock="referrals.climb_ladder")
def climb_ladder(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Remind, escalate or hand up every referral whose day has passed."""
    expire_overdue(actor=system_actor("ladder"), now=timezone.now())
