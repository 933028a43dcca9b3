"""The worker loop with real processes: woken at once, and killed without loss."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tinhso.foundation.events import bus, dispatch
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.events.worker import run_worker
from tinhso.foundation.numbering.models import Series

TODAY = date(2026, 3, 10)
ROOT = Path(__file__).resolve().parents[4]

# A worker in a process of its own; its handler counts by writing to the database, slowly.
PROGRAM = """
import threading, time, django
django.setup()
from tinhso.foundation.events import bus, worker
from tinhso.foundation.numbering.services import next_number
def count(event):
    next_number(kind="seen", unit_id=int(event.subject_id), period="2026")
    print("x", flush=True)
    time.sleep(0.01)
count.__module__, count.__qualname__ = "tests", "count"
bus.subscribe("test.happened", count)
worker.run_worker(threading.Event(), batch=40, poll=0.2)
"""


@pytest.fixture
def owed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bus, "SUBSCRIPTIONS", {"test.happened": ["tests.count"]})
    yield


def _start() -> subprocess.Popen[bytes]:
    d = connection.settings_dict
    url = f"postgresql://{d['USER']}:{d['PASSWORD']}@{d['HOST']}:{d['PORT']}/{d['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.config.settings_test"}
    return subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=env, stdout=subprocess.PIPE)


def _until(seconds: float, done: object) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing_and_counts_nothing_twice(owed: None) -> None:
    for n in range(1, 121):
        bus.publish("test.happened", subject=Series(pk=n), occurred_on=TODAY)
    victim = _start()
    assert victim.stdout is not None
    for _ in range(60):  # past the first batch, in the middle of the second
        victim.stdout.readline()
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert _until(5, lambda: dispatch.waiting() in (80, 120)), "the half batch is undone as a whole"
    heir = _start()
    try:
        assert _until(30, lambda: dispatch.waiting() == 0)
    finally:
        heir.kill()
        heir.wait()
    counts = list(Series.objects.values_list("last_number", flat=True))
    assert len(counts) == 120 and set(counts) == {1}
    assert DomainEvent.objects.exclude(handled_at=None).count() == 120


@pytest.mark.django_db(transaction=True)
def test_a_sleeping_worker_is_woken_by_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    handled = threading.Event()

    def handler(event: DomainEvent) -> None:
        handled.set()

    name = f"{handler.__module__}.{handler.__qualname__}"
    monkeypatch.setattr(bus, "SUBSCRIPTIONS", {"test.happened": [name]})
    monkeypatch.setattr(bus, "HANDLERS", {name: handler})
    stop = threading.Event()
    # A poll of a minute: only the bell can wake it in time.
    worker = threading.Thread(target=run_worker, args=(stop,), kwargs={"poll": 60.0})
    worker.start()
    time.sleep(0.5)
    began = time.monotonic()
    bus.publish("test.happened", subject=Series(pk=1), occurred_on=TODAY)
    try:
        assert handled.wait(5)
        assert time.monotonic() - began < 2
    finally:
        stop.set()
        bus.wake_workers()
        worker.join(10)
    assert not worker.is_alive()
