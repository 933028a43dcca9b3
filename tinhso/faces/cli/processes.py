"""Starting, watching and stopping the processes of an installation. Whatever we start ends with us."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from tinhso.faces.cli.words import _, say

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class StopAsked(BaseException):
    """Ctrl-C, a polite kill, or the terminal closing. Not an error: everything is put away and we end."""


def die_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """For a child between fork and exec: be sent `sign` when the launcher dies, however it dies."""
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Within, the first stopping signal raises StopAsked; later ones are ignored while we put things away."""

    def asked(number: int, frame: FrameType | None) -> None:
        for sign in STOPPING:
            signal.signal(sign, signal.SIG_IGN)
        raise StopAsked

    before = {sign: signal.signal(sign, asked) for sign in STOPPING}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


class Watched(Protocol):
    """What the supervisor keeps alive."""

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...

    def is_running(self) -> bool: ...

    def stop(self) -> None: ...


@dataclass
class Part:
    """One long-running process of ours, with a log file of its own."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self._end_group()  # a killed server's own workers may still hold its port
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running() and self.process:
            self.process.send_signal(signal.SIGTERM)

    def stop(self, patience: float = 15) -> None:
        """SIGTERM, patience, then the whole group: nothing of ours is left behind."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._end_group()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process = None

    def _end_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Record:
    """How often a part fell over, and when it may try again."""

    part: Watched
    started_at: float = 0.0
    falls: int = 0
    retry_at: float = 0.0


class Supervisor:
    """Keeps parts alive: a fallen one starts again after 0.5, 1, 2 … at most 30 seconds."""

    STEADY = 60.0

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, part: Watched) -> None:
        """Starts the part and watches it from now on. Stopped in the opposite order."""
        self.records.append(Record(part, time.monotonic()))
        part.start()

    def look_once(self) -> None:
        now = time.monotonic()
        for record in self.records:
            if record.part.is_running():
                if record.falls and now - record.started_at > self.STEADY:
                    record.falls = 0
            elif not record.retry_at:
                record.falls += 1
                wait = min(30.0, 0.25 * 2**record.falls)
                record.retry_at = now + wait
                say(
                    _("! {name} đã dừng đột ngột; khởi động lại sau {wait:g} giây.").format(
                        name=record.part.name, wait=wait
                    ),
                    "yellow",
                )
            elif now >= record.retry_at:
                self._restart(record)

    def _restart(self, record: Record) -> None:
        record.retry_at, record.started_at = 0.0, time.monotonic()
        try:
            record.part.start()
        except Exception as error:
            say(f"! {record.part.name}: {error}", "yellow")

    def watch(self) -> None:
        """Until a stopping signal."""
        while True:
            self.look_once()
            time.sleep(0.25)

    def stop(self) -> None:
        """All at once for those that serve, then one by one in the opposite order of their start."""
        for record in reversed(self.records):
            if isinstance(record.part, Part):
                record.part.ask_to_stop()
        for record in reversed(self.records):
            record.part.stop()
        self.records = []
