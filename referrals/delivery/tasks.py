"""The job that sends one letter; its only argument is a reference to the row."""

from __future__ import annotations

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from referrals.delivery.mail import count_failed_attempt, deliver_letter

MAX_ATTEMPTS = 8


@app.task(name="referrals.send_letter", retry=RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=4))
def send_letter(letter_id: str) -> None:
    """Send the letter, or leave a counted attempt behind and let the queue try again."""
    key = uuid.UUID(letter_id)
    try:
        deliver_letter(letter_id=key)
    except Exception:
        count_failed_attempt(letter_id=key)
        raise
