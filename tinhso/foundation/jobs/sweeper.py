"""Jobs whose worker died: given back to their queue a few times, then marked failed so that somebody looks."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.foundation.jobs.app import app

logger = logging.getLogger(__name__)

# A living worker writes its heartbeat every ten seconds.
SILENCE = timedelta(seconds=30)
# A job that killed this many workers is the likely cause itself.
MAX_RUNS = 3


@dataclass(frozen=True)
class Swept:
    """What a sweep did: job ids given back, and given up."""

    returned: list[int]
    failed: list[int]


@transaction.atomic
def sweep() -> Swept:
    """Finds jobs in hand of a worker that is gone or silent, and gives each back or up."""
    gone = Q(worker=None) | Q(worker__last_heartbeat__lt=timezone.now() - SILENCE)
    stalled = ProcrastinateJob.objects.filter(gone, status="doing").order_by("id")
    swept = Swept([], [])
    # Locked: two sweepers at once never give the same job back twice.
    for job in stalled.select_for_update(skip_locked=True, of=("self",)):
        if job.attempts + 1 >= MAX_RUNS:
            _give_up(job)
            swept.failed.append(job.pk)
        else:
            app.job_manager.retry_job_by_id(job_id=job.pk, retry_at=timezone.now())
            swept.returned.append(job.pk)
    return swept


def _give_up(job: ProcrastinateJob) -> None:
    logger.error("job %s (%s) is given up: its worker died %s times", job.pk, job.task_name, job.attempts + 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.pk])
