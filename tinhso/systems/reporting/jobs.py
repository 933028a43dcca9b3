"""Each night the periods that have begun are opened; each working morning people are reminded."""

from __future__ import annotations

import threading

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night

REST_SECONDS = 10.0


@app.periodic(cron=every_night(0, 20))
@app.task(name="reporting.open_periods", queue="nightly", queueing_lock="reporting.open_periods")
def open_periods(timestamp: int = 0) -> None:
    """Opens what is due."""
    from tinhso.systems.reporting import services

    services.open_all(actor=Actor.system("Mở kỳ báo cáo"))


@app.periodic(cron=every_night(7, 0))
@app.task(name="reporting.remind", queue="nightly", queueing_lock="reporting.remind")
def remind(timestamp: int = 0) -> None:
    """Reminders and escalation."""
    from tinhso.systems.reporting.services.reminding import remind_all

    remind_all()


def keep_sending(stop: threading.Event) -> None:
    """A loop of the worker: packages for the national reporting system, one by one; seldom while it is silent."""
    from django.db import connection

    from tinhso.systems.reporting.national import client, sending

    while not stop.is_set():
        if client.is_on() and sending.send_next().is_taken:
            continue
        connection.close()
        stop.wait(REST_SECONDS)
