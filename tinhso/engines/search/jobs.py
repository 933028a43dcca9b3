"""The night's count of words as a job."""

from __future__ import annotations

from tinhso.engines.search import services
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(2, 45))
@app.task(name="search.recount_words", queue="nightly", queueing_lock="search.recount_words")
def recount_words(timestamp: int) -> None:
    """Renews how often each word stands in documents, by which rare words weigh more."""
    services.recount_words()
