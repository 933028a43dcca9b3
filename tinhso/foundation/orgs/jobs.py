"""What orgs does by itself each night."""

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(0, 1))
@app.task(name="orgs.carry_out_due", queue="nightly", queueing_lock="orgs.carry_out_due")
def carry_out_due(timestamp: int = 0) -> None:
    """Hands over the units whose last day was yesterday."""
    from tinhso.foundation.orgs import services

    services.carry_out_due(Actor.system("Bàn giao đơn vị hằng đêm"))
