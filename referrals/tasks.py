"""Where the queue finds the room's jobs, and the hourly look at what has stood too long."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from referrals.delivery.asking import ask_all_due
from referrals.delivery.tasks import send_letter
from referrals.referral.overdue import expire_overdue
from referrals.referral.reminding import tell_of_absent_functions, tell_of_undelivered_letters
from referrals.referral.signing_off import tell_of_unsigned_disclosures

__all__ = ["ask_to_confirm", "climb_ladder", "send_letter", "tell_of_what_stands"]


@app.periodic(cron="5 * * * *")
@app.task(name="referrals.climb_ladder", queueing_lock="referrals.climb_ladder")
def climb_ladder(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Remind, escalate or hand up every referral whose day has passed."""
    expire_overdue(actor=system_actor("ladder"), now=timezone.now())


@app.periodic(cron="10 5 * * *")
@app.task(name="referrals.ask_to_confirm", queueing_lock="referrals.ask_to_confirm")
def ask_to_confirm(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Ask the functions whose verification grows old to sign in and confirm their details."""
    ask_all_due(actor=system_actor("directory"))


@app.periodic(cron="*/10 * * * *")
@app.task(name="referrals.tell_of_what_stands", queueing_lock="referrals.tell_of_what_stands")
def tell_of_what_stands(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Tell of functions that have not come, letters that did not arrive, and disclosures nobody has looked at."""
    tell_of_absent_functions()
    tell_of_undelivered_letters()
    tell_of_unsigned_disclosures()
