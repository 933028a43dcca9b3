"""The outbox's nightly work."""

from __future__ import annotations

from tinhso.foundation.events import retention
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(3, 20))
@app.task(name="events.forget_handled", queue="nightly", queueing_lock="events.forget_handled")
def forget_handled(timestamp: int) -> None:
    """Forgets events handled long ago."""
    retention.forget_handled()
