"""`tinhso exchange --plane nginx`: nginx, the plane behind, the signer, the copier; who falls is started again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tinhso.engines.exchange.nginx import rendering
from tinhso.engines.exchange.nginx.rendering import Place
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.copying import Authority, Copier, over_http

PR_SET_PDEATHSIG = 1
FIRST_SECONDS = 20.0


def tied() -> None:
    """In a child before it becomes a program: it ends when its parent was killed (Linux; elsewhere nothing happens)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def beside(what: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tinhso.engines.exchange.nginx.running", what]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=tied)  # noqa: S603 - our own words


def nginx(place: Place) -> subprocess.Popen[bytes]:
    """A group of its own, so that workers whose master was killed can be found and ended."""
    command = [
        rendering.program()[0], "-e", str(place.log), "-p", str(place.own), "-c", str(place.configuration),
    ]  # fmt: skip
    return subprocess.Popen(  # noqa: S603 - our own words
        command, stdin=subprocess.DEVNULL, preexec_fn=tied, start_new_session=True
    )


def swept(number: int) -> None:
    """Workers that outlived their master would keep the port and the old policy."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)


def waited_for(path: Path, stop: threading.Event) -> None:
    until = time.monotonic() + FIRST_SECONDS
    while not path.exists() and not stop.wait(0.05) and time.monotonic() < until:
        pass


def run(config: Config, authority: Authority | None = None) -> None:
    """Until SIGTERM or SIGINT. rendering.Missing when nginx or its module is not on this machine."""
    rendering.program()
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, asked)
    place = Place(config.folder).made()
    place.configuration.unlink(missing_ok=True)
    shutil.rmtree(place.own / "temp", ignore_errors=True)  # what an earlier nginx believed of its connections
    place.made()
    stamping = over_http(config.tsa_url) if config.tsa_url else authority
    copier = Copier(config.folder, config.database_url, stamping, kept_seconds=config.kept_seconds)
    copying = threading.Thread(target=copier.run, args=(stop,), daemon=True)
    copying.start()
    makers: list[Callable[[], subprocess.Popen[bytes]]] = [
        lambda: beside("signer"), lambda: beside("behind"), lambda: nginx(place)
    ]  # fmt: skip
    children = [make() for make in makers[:2]]
    waited_for(place.configuration, stop)
    if not stop.is_set():
        children.append(makers[2]())
    parent = os.getppid()
    try:
        while not stop.wait(0.5) and os.getppid() == parent:
            for number, child in enumerate(children):
                if child.poll() is not None and not stop.wait(1.0):
                    if number == 2:
                        swept(child.pid)
                    children[number] = makers[number]()
    finally:
        stop.set()
        ended(children)
        copying.join(5)
        copier.finish()


def ended(children: list[subprocess.Popen[bytes]]) -> None:
    """nginx first, its calls finished; then the plane behind it; the signer last, when nobody writes any more."""
    for number in (2, 1, 0):
        if number >= len(children):
            continue
        child = children[number]
        child.send_signal(signal.SIGQUIT if number == 2 else signal.SIGTERM)
        try:
            child.wait(12)
        except subprocess.TimeoutExpired:
            child.kill()
        if number == 2:
            swept(child.pid)
