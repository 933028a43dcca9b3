"""The timers' round."""

from tinhso.engines.workflow import timers
from tinhso.foundation.jobs.app import app


@app.periodic(cron="*/5 * * * *")
@app.task(name="workflow.ring", queue="default", queueing_lock="workflow.ring")
def ring(timestamp: int) -> None:
    """Reminds of steps and opinions about to be due, and tells the heads of late ones."""
    timers.ring()
