"""What speaks to the portal outside any act: the sender, a loop of the worker, and each night's comparison."""

from __future__ import annotations

import threading

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night

OFF_SECONDS = 30.0


def keep_sending(stop: threading.Event) -> None:
    """Round after round while there is something to send; while the portal is silent, seldom."""
    from django.db import connection

    from tinhso.systems.procedures.national import hearing, rules, services

    silent = 0
    while not stop.is_set():
        if not hearing.is_on():
            stop.wait(OFF_SECONDS)
            continue
        done = services.send_round()
        silent = silent + 1 if done.is_silent else 0
        if done.taken and not silent:
            continue
        connection.close()
        stop.wait(rules.rest_after(silent))


@app.periodic(cron=every_night(2, 20))
@app.task(name="national.reconcile", queue="nightly", queueing_lock="national.reconcile")
def reconcile_tonight(timestamp: int = 0) -> None:
    """Compares the last two days with the portal, and tells it of dossiers it never heard of."""
    from django.conf import settings

    from tinhso.systems.procedures.national import hearing, services

    if hearing.is_on():
        services.reconcile(actor=Actor.system("Đối soát", is_simulated=settings.NATIONAL_IS_SIMULATED))
