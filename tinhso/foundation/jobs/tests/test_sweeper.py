"""A killed worker's jobs return to their queue, but not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.foundation.jobs import sweeper
from tinhso.foundation.jobs.app import app
from tinhso.foundation.numbering.models import Series

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = """
import threading, time, django
django.setup()
from tinhso.foundation.jobs.app import app
from tinhso.foundation.jobs import worker
from tinhso.foundation.numbering.services import next_number
@app.task(name="tests.count", queue="default")
def count(number):
    print("started", flush=True)
    time.sleep({pause})
    next_number(kind="ran", unit_id=number, period="2026")
    print("ended", flush=True)
worker.run(threading.Event())
"""


def _start(pause: float) -> subprocess.Popen[bytes]:
    d = connection.settings_dict
    url = f"postgresql://{d['USER']}:{d['PASSWORD']}@{d['HOST']}:{d['PORT']}/{d['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.config.settings_test"}
    program = PROGRAM.format(pause=pause)
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=env, stdout=subprocess.PIPE)


def _defer(number: int) -> int:
    return app.configure_task("tests.count", queue="default", allow_unknown=True).defer(number=number)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = _defer(7)
    victim = _start(pause=60)
    assert victim.stdout is not None and victim.stdout.readline() == b"started\n"
    victim.kill()
    victim.wait()
    assert ProcrastinateJob.objects.get(pk=job_id).status == "doing"
    monkeypatch.setattr(sweeper, "SILENCE", timedelta(0))
    assert job_id in sweeper.sweep().returned
    heir = _start(pause=0)
    assert heir.stdout is not None
    try:
        assert heir.stdout.readline() == b"started\n" and heir.stdout.readline() == b"ended\n"
        for _ in range(50):
            if ProcrastinateJob.objects.get(pk=job_id).status == "succeeded":
                break
            time.sleep(0.1)
    finally:
        heir.kill()
        heir.wait()
    assert ProcrastinateJob.objects.get(pk=job_id).status == "succeeded"
    assert list(Series.objects.values_list("unit_id", "last_number")) == [(7, 1)]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_ends_its_job_first() -> None:
    program = PROGRAM.format(pause=1).replace("worker.run(threading.Event())", "")
    program += "stop = threading.Event()\nthreading.Timer(2.5, stop.set).start()\nworker.run(stop)\n"
    d = connection.settings_dict
    url = f"postgresql://{d['USER']}:{d['PASSWORD']}@{d['HOST']}:{d['PORT']}/{d['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.config.settings_test"}
    job_id = _defer(1)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, timeout=40)
    assert done.returncode == 0, done.stderr.decode()
    assert ProcrastinateJob.objects.get(pk=job_id).status == "succeeded"


def _hold(job_id: int) -> None:
    """The job as a dead worker left it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s", [job_id])


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job_id = _defer(1)
    for _ in range(sweeper.MAX_RUNS - 1):
        _hold(job_id)
        assert sweeper.sweep().returned == [job_id]
    _hold(job_id)
    assert sweeper.sweep().failed == [job_id]
    assert ProcrastinateJob.objects.get(pk=job_id).status == "failed"


@pytest.mark.django_db
def test_a_job_in_the_hands_of_a_living_worker_stays() -> None:
    job_id = _defer(1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [cursor.fetchone()[0], job_id],
        )
    assert sweeper.sweep() == sweeper.Swept([], [])


@pytest.mark.django_db(transaction=True)
def test_a_job_deferred_in_an_act_that_fails_never_was() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _defer(1)
        raise RuntimeError
    assert not ProcrastinateJob.objects.exists()
