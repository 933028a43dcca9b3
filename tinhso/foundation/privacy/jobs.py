"""Privacy's jobs."""

from __future__ import annotations

from tinhso.foundation.jobs.app import app
from tinhso.foundation.privacy.services.alarms import raise_alarms


@app.periodic(cron="10 * * * *")
@app.task(name="privacy.raise_alarms", queue="default", queueing_lock="privacy.raise_alarms")
def raise_alarms_hourly(timestamp: int) -> None:
    """Tells of clocks about to end, every hour: a breach has 72 of them."""
    raise_alarms()
