"""The store's regular work."""

from __future__ import annotations

from tinhso.foundation.files import upkeep
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron="*/5 * * * *")
@app.task(name="files.rescan_pending", queue="default", queueing_lock="files.rescan_pending")
def rescan_pending(timestamp: int) -> None:
    """Scans what came while the scanner was silent, and records what was set apart."""
    upkeep.adopt_quarantined()
    upkeep.rescan_pending()


@app.periodic(cron=every_night(3, 10))
@app.task(name="files.sweep_orphans", queue="nightly", queueing_lock="files.sweep_orphans")
def sweep_orphans(timestamp: int) -> None:
    """Removes blobs that no row names."""
    upkeep.sweep_orphans()
