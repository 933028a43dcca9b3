"""Open data by the clock: what has come round is published, hour by hour."""

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night
from tinhso.systems.opendata import working
from tinhso.systems.opendata.services import publishing


@app.periodic(cron="35 * * * *")
@app.task(queue="default", queueing_lock="opendata-publish", pass_context=False)
def publish_open_data(timestamp: int) -> None:
    """Publishes every registered dataset whose cycle has come round."""
    publishing.publish_due(Actor.system("Công bố dữ liệu mở"))


@app.task(queue="default", queueing_lock="opendata-publish-all")
def publish_all_now() -> None:
    """Publishes whatever has not been published lately, outside the hour: after a load, after a start."""
    publishing.publish_due(Actor.system("Công bố dữ liệu mở"))


@app.periodic(cron=every_night(3, 40))
@app.task(queue="nightly", queueing_lock="opendata-sweep", pass_context=False)
def sweep_working_copies(timestamp: int) -> None:
    """Removes working copies of tables that are gone or that nobody asks."""
    working.sweep()
