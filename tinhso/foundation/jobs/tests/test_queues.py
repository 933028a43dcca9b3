"""Every queue has a worker, every task a known queue, every night job a Vietnamese hour."""

from __future__ import annotations

import inspect
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.jobs import worker
from tinhso.foundation.jobs.app import QUEUES, app, every_night

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_every_task_names_a_queue_that_is_served() -> None:
    tasks = list(app.tasks.values())
    assert {"jobs.sweep", "events.forget_handled"} <= {task.name for task in tasks}
    assert {task.queue for task in tasks} <= set(QUEUES)


def test_the_worker_serves_every_queue() -> None:
    assert "queues=list(QUEUES)" in inspect.getsource(worker._serve)


def test_the_event_loop_runs_in_the_worker_process() -> None:
    from tinhso.foundation.jobs.registry import LOOPS

    assert "events" in LOOPS


def test_periodic_tasks_cannot_pile_up() -> None:
    """A house that stood still for hours must not play the same sweep sixty times."""
    for periodic in app.periodic_registry.periodic_tasks.values():
        assert periodic.task.queueing_lock, periodic.task.name


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_night_job_runs_at_its_hour_of_vietnam(hour: int, minute: int) -> None:
    start = datetime(2026, 3, 10, 12, 34, tzinfo=VIETNAM).timestamp()
    tick = croniter(every_night(hour, minute)).get_next(ret_type=float, start_time=start)
    there = datetime.fromtimestamp(tick, VIETNAM)
    assert (there.hour, there.minute) == (hour, minute)


def test_an_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError):
        every_night(24)
