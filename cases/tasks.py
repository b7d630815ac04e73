"""Where the queue finds the room's jobs: hand-overs not acknowledged, drafts that are over, the letter of the day."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from audit.context import system_actor
from cases.drafts.services import destroy_old_drafts
from cases.handover.services import tell_of_unacknowledged
from cases.my_day.reminders import people_to_remind, remind


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


@app.periodic(cron="*/15 * * * *")
@app.task(name="cases.remind_of_the_day", queueing_lock="cases.remind_of_the_day")
def remind_of_the_day(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Ask for a letter to everybody who has had none today; a job each, so that one that fails stops none."""
    for person in people_to_remind(timezone.now()):
        with suppress(AlreadyEnqueued), transaction.atomic():
            remind_person.configure(queueing_lock=f"cases.remind:{person.pk}").defer(person=person.pk)


@app.task(name="cases.remind_person")
def remind_person(person: int) -> None:
    """Write to one person if something waits for them and they have had no letter today."""
    found = people_to_remind(timezone.now()).filter(pk=person).first()
    if found is not None:
        remind(actor=system_actor("my-day"), person=found, at=timezone.now())
