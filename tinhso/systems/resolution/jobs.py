"""Jobs of the plan."""

from __future__ import annotations

from tinhso.foundation.jobs.app import app
from tinhso.systems.resolution.services.alarms import raise_alarms


@app.periodic(cron="20 * * * *")
@app.task(name="resolution.raise_alarms", queue="default", queueing_lock="resolution.raise_alarms")
def raise_alarms_hourly(timestamp: int) -> None:
    """Reminds and escalates remedial work, every hour."""
    raise_alarms()
