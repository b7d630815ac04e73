"""The worker's pulse: a job that runs every minute proves that jobs run, not only that a process lives."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from procrastinate.contrib.django import app

from hotline.people.sessions import SessionStore
from hotline.people.shared_cache import clear_expired_values

KEY = "worker heartbeat"
STILL_ALIVE = timedelta(minutes=3)


@app.periodic(cron="* * * * *")
@app.task(name="hotline.heartbeat", queueing_lock="hotline.heartbeat")
def beat(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Say that jobs are being done."""
    cache.set(KEY, timezone.now().isoformat(), timeout=None)


@app.periodic(cron="41 * * * *")
@app.task(name="hotline.sweep", queueing_lock="hotline.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Delete sessions and counts whose time is over."""
    SessionStore.clear_expired()
    clear_expired_values()


def worker_age() -> timedelta | None:
    """Say how long ago the worker last did a job; None where it never has."""
    text = cache.get(KEY)
    return timezone.now() - datetime.fromisoformat(text) if text else None
