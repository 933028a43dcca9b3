"""The audit log's own jobs."""

from __future__ import annotations

from tinhso.foundation.audit import heads
from tinhso.foundation.jobs.app import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="audit.take_head", queue="default", queueing_lock="audit.take_head")
def take_head(timestamp: int) -> None:
    """Signs the ends of the chains and exports them, every ten minutes when something is new."""
    heads.take_head()
