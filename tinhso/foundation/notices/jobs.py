"""Delivery runs every minute, and at once when an act has just written something to send."""

from __future__ import annotations

from tinhso.foundation.jobs.app import app
from tinhso.foundation.notices import delivery


@app.periodic(cron="* * * * *")
@app.task(name="notices.deliver", queue="notices", queueing_lock="notices.deliver")
def deliver(timestamp: int) -> None:
    """Sends what is due."""
    delivery.deliver_due()


@app.task(name="notices.deliver_soon", queue="notices", queueing_lock="notices.deliver_soon")
def deliver_soon() -> None:
    """The same, asked for by an act that has just committed."""
    delivery.deliver_due()
