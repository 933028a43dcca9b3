"""The loop that delivers events: woken by NOTIFY, looking by itself every second in case a wake was lost."""

from __future__ import annotations

import logging
import threading
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from tinhso.foundation.events import bus, dispatch

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
# Between two deliveries: acts come one by one, and what follows from ten costs little more than from one. The first
# after a quiet moment goes out at once.
GATHER_SECONDS = 0.3
# After the database went away: wait, then try again. Nothing is lost meanwhile, acts simply wait in the outbox.
RECONNECT_SECONDS = 2.0


def run_worker(
    stop: threading.Event, *, batch: int = dispatch.BATCH, poll: float = POLL_SECONDS, gather: float = GATHER_SECONDS
) -> None:
    """Delivers events until `stop` is set. Survives a restart of the database; may run beside other workers."""
    while not stop.is_set():
        try:
            with _listen() as bell:
                _deliver_until(stop, bell, batch, poll, gather)
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            logger.warning("events wait, the database does not answer: %s", error)
            stop.wait(RECONNECT_SECONDS)
        finally:
            connection.close()


def _listen() -> psycopg.Connection[Any]:
    """A connection of its own outside any pool, subscribed to the bell."""
    bell: psycopg.Connection[Any] = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    bell.execute(f"LISTEN {bus.CHANNEL}")
    return bell


def _deliver_until(
    stop: threading.Event, bell: psycopg.Connection[Any], batch: int, poll: float, gather: float
) -> None:
    while not stop.is_set():
        done = dispatch.deliver_batch(batch)
        if 0 < done < batch:
            connection.close()
            stop.wait(gather)
        elif done == 0:
            # The pooled connection goes back while we sleep.
            connection.close()
            for _ in bell.notifies(timeout=poll, stop_after=1):
                pass
