"""What the worker does by itself: take in what waited, destroy what is over, take up what another worker dropped."""

from django.utils import timezone
from procrastinate.contrib.django import app

from audit.context import system_actor
from cases.vault import pseudonyms
from hotline.calls import call_back_work, callbacks, missed, replay
from hotline.calls.bridge import ring_for_call_back
from hotline.lines import duty, staffing
from hotline.lines.board import touch_board
from hotline.operations.heartbeat import beat, sweep
from hotline.operations.line_tasks import check_lines, reconcile_calls, ring_lines
from hotline.people.mail import send_invitation

__all__ = [
    "beat",
    "check_lines",
    "reconcile_calls",
    "ring_for_call_back",
    "ring_lines",
    "send_invitation",
    "sweep",
]

WORKER_GONE_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(name="hotline.replay_spool", queueing_lock="hotline.replay_spool")
def replay_spool(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned second
    """Take in the calls that came while the database was away."""
    replay.replay_spool(actor=system_actor("spool"))


@app.periodic(cron="*/5 * * * *")
@app.task(name="hotline.expire_call_backs", queueing_lock="hotline.expire_call_backs")
def expire_call_backs(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Destroy every call-back number whose time is over."""
    callbacks.expire_call_backs(actor=system_actor("retention"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="hotline.keep_work_lists", queueing_lock="hotline.keep_work_lists")
def keep_work_lists(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Put back call-backs that were claimed and left; settle missed calls whose callers have been answered."""
    actor, now = system_actor("work-lists"), timezone.now()
    call_back_work.lapse_claims(actor=actor, at=now)
    missed.settle_answered(actor=actor, at=now)


@app.periodic(cron="* * * * *")
@app.task(name="hotline.watch_duty", queueing_lock="hotline.watch_duty")
def watch_duty(timestamp: int) -> None:  # noqa: ARG001 - the same
    """End duties at closing time, and tell supervisors of a line that nobody would answer."""
    actor, now = system_actor("duty"), timezone.now()
    duty.end_duties_of_closed_lines(actor=actor, at=now)
    if staffing.tell_of_unstaffed_lines(actor=actor, at=now):
        touch_board()


@app.periodic(cron="17 * * * *")
@app.task(name="hotline.forget_callers", queueing_lock="hotline.forget_callers")
def forget_callers(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Destroy old period keys with their fingerprints."""
    pseudonyms.expire_period_keys(actor=system_actor("retention"))


@app.periodic(cron="* * * * *")
@app.task(name="hotline.reclaim_stalled_jobs", queueing_lock="hotline.reclaim_stalled_jobs")
async def reclaim_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001 - the same
    """Put back every job whose worker has not been heard of; jobs are written to bear being run twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=WORKER_GONE_SECONDS):
        await app.job_manager.retry_job(job)
