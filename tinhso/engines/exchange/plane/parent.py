"""`tinhso exchange`: several processes of the plane on one port, kept alive, and the copier of their evidence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.copying import Authority, Copier, over_http


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tinhso.engines.exchange.plane"], stdin=subprocess.DEVNULL)


def run(config: Config, authority: Authority | None = None) -> None:
    """Until SIGTERM or SIGINT; a fallen process is started again after a second."""
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, asked)
    config.folder.mkdir(parents=True, exist_ok=True)
    stamping = over_http(config.tsa_url) if config.tsa_url else authority
    copier = Copier(config.folder, config.database_url, stamping, kept_seconds=config.kept_seconds)
    copying = threading.Thread(target=copier.run, args=(stop,), daemon=True)
    copying.start()
    children = [start() for _ in range(config.workers)]
    parent = os.getppid()
    try:
        while not stop.wait(0.5) and os.getppid() == parent:
            for number, child in enumerate(children):
                if child.poll() is not None and not stop.wait(1.0):
                    children[number] = start()
    finally:
        stop.set()
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(12)
            except subprocess.TimeoutExpired:
                child.kill()
        copying.join(5)
        copier.finish()
