"""What the exchange does by the clock."""

from __future__ import annotations

from tinhso.foundation.jobs.app import app, every_night


@app.periodic(cron=every_night(3, 10))
@app.task(name="exchange.forget_tokens", queue="nightly", queueing_lock="exchange.forget_tokens")
def forget_tokens(timestamp: int = 0) -> None:
    """Forgets used tokens that have expired anyway."""
    from django.utils import timezone

    from tinhso.engines.exchange.models import UsedToken

    UsedToken.objects.filter(until__lt=timezone.now()).delete()
