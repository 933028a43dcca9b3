"""The desk's regular work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.app import app, every_night
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.services import scanning


@app.periodic(cron="20 * * * *")
@app.task(name="counter.remind", queue="default", queueing_lock="counter.remind")
def remind(timestamp: int) -> None:
    """Tells those who have an appointment tomorrow."""
    services.remind_tomorrow(actor=Actor.system(_("Nhắc lịch hẹn")))


@app.periodic(cron=every_night(0, 30))
@app.task(name="counter.mark_missed", queue="nightly", queueing_lock="counter.mark_missed")
def mark_missed(timestamp: int) -> None:
    """Closes yesterday's appointments that nobody came for."""
    services.mark_missed(actor=Actor.system(_("Khép lịch hẹn đã qua")))


@app.task(name="counter.read_scan", queue="default")
def read_scan(scan_id: int) -> None:
    """Reads one scan and proposes its fields."""
    scanning.read_scan(actor=Actor.system(_("Nhận dạng chữ")), scan_id=scan_id)
