"""The worker process: delivers events and does jobs, until a stopping signal."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def run() -> None:
    """Ends on SIGTERM or Ctrl-C once what is in hand is done."""
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, asked)
    from tinhso.foundation.jobs import worker

    worker.run(stop)
