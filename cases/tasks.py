"""Where the queue finds the room's jobs: who must be told that a hand-over was not acknowledged."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from cases.drafts.services import destroy_old_drafts
from cases.handover.services import tell_of_unacknowledged


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.tell_of_unacknowledged", queueing_lock="cases.tell_of_unacknowledged")
def tell_supervisors(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Tell supervisors of every hand-over that nobody acknowledged by the end of the shift."""
    tell_of_unacknowledged(actor=system_actor("handover"), at=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="cases.destroy_old_drafts", queueing_lock="cases.destroy_old_drafts")
def destroy_drafts(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Destroy the drafts that nobody has typed in for a week."""
    destroy_old_drafts(actor=system_actor("drafts"), at=timezone.now())
