"""Where the queue finds the room's jobs: who must be told that a hand-over was not acknowledged."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from cases.handover.services import tell_of_unacknowledged


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.tell_of_unacknowledged", queueing_lock="cases.tell_of_unacknowledged")
def tell_supervisors(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Tell supervisors of every hand-over that nobody acknowledged by the end of the shift."""
    tell_of_unacknowledged(actor=system_actor("handover"), at=timezone.now())
