"""The night's recount as a job."""

from __future__ import annotations

from tinhso.engines.indicators import services, sums
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(1, 15))
@app.task(name="indicators.nightly_recount", queue="nightly", queueing_lock="indicators.nightly_recount")
def nightly_recount(timestamp: int) -> None:
    """Counts the open months again; differences become alerts on the command centre."""
    services.nightly_recount()
    sums.fill()


@app.periodic(cron="* * * * *")
@app.task(name="indicators.fold_sums", queue="default", queueing_lock="indicators.fold_sums")
def fold_sums(timestamp: int) -> None:
    """Kept sums follow the facts that changed; until then readers add those up themselves."""
    sums.fold()
