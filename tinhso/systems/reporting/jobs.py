"""Each night the periods that have begun are opened; each working morning people are reminded."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(0, 20))
@app.task(name="reporting.open_periods", queue="nightly", queueing_lock="reporting.open_periods")
def open_periods(timestamp: int = 0) -> None:
    """Opens what is due."""
    from tinhso.systems.reporting import services

    services.open_all(actor=Actor.system("Mở kỳ báo cáo"))


@app.periodic(cron=every_night(7, 0))
@app.task(name="reporting.remind", queue="nightly", queueing_lock="reporting.remind")
def remind(timestamp: int = 0) -> None:
    """Reminders and escalation."""
    from tinhso.systems.reporting.services.reminding import remind_all

    remind_all()
