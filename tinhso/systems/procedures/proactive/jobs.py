"""Night work: what is due today."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night
from tinhso.systems.procedures.proactive import services
from tinhso.systems.procedures.proactive.handlers import LABEL


@app.periodic(cron=every_night(4, 20))
@app.task(name="proactive.find_due", queue="nightly", queueing_lock="proactive.find_due")
def find_due(timestamp: int) -> None:
    """Finds and tells; a killed run comes back and goes on."""
    services.sweep(actor=Actor.system(LABEL))
