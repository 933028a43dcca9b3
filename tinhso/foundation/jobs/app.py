"""The one job application. An app's `jobs.py` declares its tasks with `@app.task(queue="default")`.

Deferring a job inside an act is part of its transaction: no commit, no job. A job may run twice (a killed worker's
jobs come back), so it must end the same; it makes one call into one act and holds no rules of its own.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

__all__ = ["QUEUES", "app", "every_night"]

# Every queue has a worker (worker.py serves exactly these) and every task names one of them: a test holds both.
QUEUES = {
    "default": _("việc thường"),
    "notices": _("gửi thông báo"),
    "nightly": _("việc ban đêm"),
    "builtin": _("dọn dẹp của bộ chạy việc"),
}
# Vietnam keeps UTC+7 all year; the job runner reads its time tables in UTC.
_UTC_OFFSET_HOURS = 7


def every_night(hour: int, minute: int = 0) -> str:
    """The time table of a periodic job that runs daily at this hour of Vietnam."""
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"{hour}:{minute} is no time of day")
    return f"{minute} {(hour - _UTC_OFFSET_HOURS) % 24} * * *"
