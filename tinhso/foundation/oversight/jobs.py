"""Oversight's jobs."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night
from tinhso.foundation.oversight import services


@app.task(name="oversight.verify_log", queue="default")
def verify_log(check_id: int) -> None:
    """Verifies the audit log for a check that somebody asked for."""
    services.run_check(check_id)


@app.periodic(cron=every_night(2, 50))
@app.task(name="oversight.verify_nightly", queue="nightly", queueing_lock="oversight.verify_nightly")
def verify_nightly(timestamp: int) -> None:
    """Verifies the log every night; the outcome stands on the audit page in the morning."""
    services.ask_check(Actor.system())
