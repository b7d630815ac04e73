"""What the worker, which alone has the provider's API key, does for the lines by itself."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from hotline.calls import reconcile
from hotline.calls.provider_api import api_of
from hotline.calls.replay import replay_spool
from hotline.lines.models import Line
from hotline.operations import line_check
from hotline.telephony.api import NotOffered

logger = logging.getLogger(__name__)
COMPARED = timedelta(hours=50)  # two days and a little, so that a night missed is made up for
SETTLING = timedelta(minutes=15)
KEPT_THERE = timedelta(days=1)


@app.periodic(cron="20 2 * * *")
@app.task(name="hotline.reconcile_calls", queueing_lock="hotline.reconcile_calls")
def reconcile_calls(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Compare the last two days with the provider's record, and repair; nothing where no key is set."""
    actor, now = system_actor("reconciliation"), timezone.now()
    comparison = reconcile.Comparison(
        line_check.PROVIDER, list(Line.objects.all()), now - COMPARED, now - SETTLING
    )
    try:
        api = api_of(comparison.provider)
    except NotOffered:
        return
    replay_spool(actor=actor)
    delete_before = now - KEPT_THERE if settings.DELETE_PROVIDER_RECORDS else None
    made = reconcile.reconcile(actor=actor, comparison=comparison, api=api, delete_ended_before=delete_before)
    if not made.is_whole:
        logger.warning("Our calls differ from the provider's record: see the page on reconciliation")


@app.periodic(cron="*/15 * * * *")
@app.task(name="hotline.check_lines", queueing_lock="hotline.check_lines")
def check_lines(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Prove each line, or say that it is not."""
    line_check.check_lines(actor=system_actor("line-check"), at=timezone.now())


@app.periodic(cron="50 6 * * *")
@app.task(name="hotline.ring_lines", queueing_lock="hotline.ring_lines")
def ring_lines(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Place the daily test calls, where a number for them is set."""
    try:
        line_check.ring_lines(actor=system_actor("line-check"))
    except NotOffered:
        logger.info("No API key is set: no test call was placed")
