"""The worker process: every registered loop (event delivery, …) and the job queues, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params

from tinhso.foundation.jobs.app import QUEUES, app
from tinhso.foundation.jobs.registry import LOOPS

logger = logging.getLogger(__name__)

CONCURRENCY = 3
GRACE_SECONDS = 15
# A connection is waited for so long and no longer: a worker told to stop when its database is gone must not hang.
CONNECTION_SECONDS = 3.0
# After a loop fell over (database gone, a bug): wait, then begin again.
RESTART_SECONDS = 2.0

Loop = Callable[[threading.Event], None]


def run(stop: threading.Event) -> None:
    """Works until `stop` is set, then lets running jobs end (15 seconds at most). Outlives a database restart."""
    loops: dict[str, Loop] = {**LOOPS, "jobs": serve_queues}
    threads = [
        threading.Thread(target=_keep_running, args=(name, loop, stop), name=name, daemon=True)
        for name, loop in loops.items()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(GRACE_SECONDS + 5)


def _keep_running(name: str, loop: Loop, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            loop(stop)
        except Exception:
            logger.exception("%s fell over and begins again", name)
        finally:
            connections.close_all()
        stop.wait(RESTART_SECONDS)


def serve_queues(stop: threading.Event) -> None:
    """Serves every queue until `stop` is set."""
    asyncio.run(_serve(stop))


async def _serve(stop: threading.Event) -> None:
    # The deferrer of periodic jobs uses the connection of this thread: a broken one is dropped before we begin.
    await sync_to_async(connections.close_all)()
    # The worker has connections of its own; acts in this process go on deferring in their transactions.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=CONNECTION_SECONDS)
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        serving = asyncio.create_task(
            worker_app.run_worker_async(
                queues=list(QUEUES),
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
        )
        while not stop.is_set() and not serving.done():
            await asyncio.sleep(0.2)
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
