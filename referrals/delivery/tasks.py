"""The job that sends one letter; its only argument is a reference to the row."""

from __future__ import annotations

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from referrals.delivery.mail import deliver_letter
from referrals.delivery.undelivered import MAX_ATTEMPTS, count_failed_attempt, is_final


@app.task(name="referrals.send_letter", retry=RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=4))
def send_letter(letter_id: str) -> None:
    """Send the letter, or leave a counted attempt behind and let the queue try again, unless it is useless."""
    key = uuid.UUID(letter_id)
    try:
        deliver_letter(letter_id=key)
    except Exception as fault:
        if not count_failed_attempt(letter_id=key, is_refused=is_final(fault)):
            raise
