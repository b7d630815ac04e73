"""The jobs that send letters; their only arguments are references to rows."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from referrals.delivery.colleagues import write_to_both
from referrals.delivery.mail import deliver_letter
from referrals.delivery.undelivered import MAX_ATTEMPTS, count_failed_attempt, is_final
from referrals.directory.models import Recipient


@app.task(name="referrals.send_letter", retry=RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=4))
def send_letter(letter_id: str) -> None:
    """Send the letter, or leave a counted attempt behind and let the queue try again, unless it is useless."""
    key = uuid.UUID(letter_id)
    try:
        deliver_letter(letter_id=key)
    except Exception as fault:
        if not count_failed_attempt(letter_id=key, is_refused=is_final(fault)):
            raise


@app.task(name="referrals.tell_of_access", retry=RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=4))
def tell_of_access(recipient_id: str, by_id: int) -> None:
    """Write to both that a recipient's access was ended, or given back."""
    recipient = Recipient.objects.select_related("user", "contact_point").get(pk=recipient_id)
    write_to_both(recipient=recipient, by=User.objects.get(pk=by_id))
