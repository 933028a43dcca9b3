"""Night and hourly work: learning lateness anew, and what the model says of running dossiers."""

from __future__ import annotations

from tinhso.foundation.jobs.app import app, every_night
from tinhso.systems.procedures.performance import forecasting


@app.periodic(cron=every_night(2, 40))
@app.task(name="performance.learn", queue="nightly", queueing_lock="performance.learn")
def learn(timestamp: int) -> None:
    """Learns from the finished dossiers and judges itself on later ones."""
    forecasting.learn()
    forecasting.foretell()


@app.periodic(cron="5 * * * *")
@app.task(name="performance.foretell", queue="default", queueing_lock="performance.foretell")
def foretell(timestamp: int) -> None:
    """The chances of running dossiers, once an hour."""
    forecasting.foretell()
