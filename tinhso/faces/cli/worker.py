"""The worker process: delivers events and does jobs, until a stopping signal."""

from __future__ import annotations

import importlib
import signal
import threading
from types import FrameType

from tinhso.faces.cli.demo import has_module

LOOPS = ("tinhso.foundation.events.worker", "tinhso.foundation.jobs.worker")


def run() -> None:
    """Each loop in a thread of its own; all end on SIGTERM or Ctrl-C once what they hold is done."""
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, asked)
    loops = [importlib.import_module(name).run_worker for name in LOOPS if has_module(name)]
    threads = [threading.Thread(target=loop, args=(stop,), name=loop.__module__) for loop in loops]
    for thread in threads:
        thread.start()
    while not stop.wait(1):
        if not all(thread.is_alive() for thread in threads):
            stop.set()  # a loop that fell over takes the process with it, so that the supervisor starts a whole one
    for thread in threads:
        thread.join(30)
