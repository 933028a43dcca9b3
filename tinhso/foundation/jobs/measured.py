"""Servers that a bench starts, asks and ends."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Waits until something holds; RuntimeError with the sentence `otherwise` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.1)


@contextmanager
def running(
    command: Sequence[str],
    answers: Callable[[], bool],
    *,
    seconds: float = 60,
    more: Mapping[str, str] | None = None,
    core: int | None = None,
) -> Iterator[int]:
    """A process with `more` in its environment, from when it first `answers` to the end of the block; its number.

    `core`: it and what it starts stay on that one core, where the machine can hold them there. RuntimeError
    when it does not answer within `seconds`.
    """
    process = subprocess.Popen(  # noqa: S603 - our own process
        command, env={**os.environ, **(more or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if core is not None and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {core})
        until(answers, seconds, "the server to be measured did not start")
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
