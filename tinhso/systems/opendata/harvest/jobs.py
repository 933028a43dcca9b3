"""Every five minutes the sources that are due are read, each by its own job."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.exceptions import AlreadyEnqueued

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app


@app.periodic(cron="*/5 * * * *")
@app.task(name="harvest.due", queue="default", queueing_lock="harvest.due")
def harvest_due(timestamp: int = 0) -> None:
    """Gives each due source to a job; one that waits already waits once."""
    from tinhso.systems.opendata.harvest import selectors

    for source_id in selectors.due():
        defer(source_id)


def defer(source_id: int) -> None:
    key = f"harvest.{source_id}"
    with suppress(AlreadyEnqueued):
        harvest_one.configure(lock=key, queueing_lock=key).defer(source_id=source_id)


@app.task(name="harvest.one", queue="nightly")
def harvest_one(source_id: int) -> None:
    """One sitting at one source. Not in the queue of ordinary work: it may take minutes."""
    from tinhso.systems.opendata.harvest.errors import AlreadyRunning
    from tinhso.systems.opendata.harvest.models import Source
    from tinhso.systems.opendata.harvest.sitting import harvest

    source = Source.objects.get(pk=source_id)
    with suppress(AlreadyRunning):
        harvest(actor=Actor.system("Thu thập dữ liệu", is_simulated=source.is_simulated), source_id=source_id)
