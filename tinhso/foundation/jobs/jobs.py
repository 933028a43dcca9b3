"""The job runner's own jobs: sweep every minute, forget finished jobs after a month."""

from __future__ import annotations

from tinhso.foundation.jobs import sweeper
from tinhso.foundation.jobs.app import app, every_night

KEEP_HOURS = 24 * 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.sweep", queue="default", queueing_lock="jobs.sweep")
def sweep(timestamp: int) -> None:
    """Gives the jobs of dead workers back to their queues."""
    sweeper.sweep()


@app.periodic(cron=every_night(3, 40))
@app.task(name="jobs.forget_finished", queue="nightly", queueing_lock="jobs.forget_finished")
async def forget_finished(timestamp: int) -> None:
    """Removes jobs that ended a month ago, failed ones included. Jobs are no official records."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
