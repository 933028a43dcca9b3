"""The push process as the launcher starts it, and a browser's ear on it, for tests that need the real thing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import psycopg
from django.conf import settings
from django.db import connection

ORIGIN = settings.CSRF_TRUSTED_ORIGINS[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """granian in its own process, listening to the test database."""

    def __init__(self, **environment: str) -> None:
        found = connection.get_connection_params()
        self.database = {name: found[name] for name in ("host", "port", "user", "password", "dbname") if name in found}
        self.port = _free_port()
        place = f"{self.database.get('host', '')}:{self.database.get('port', 5432)}/{self.database['dbname']}"
        login = ":".join(str(self.database[name]) for name in ("user", "password") if self.database.get(name))
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "tinhso.config.asgi:application"]
        self.process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self.port), "--workers-kill-timeout", "1"],
            env={
                **os.environ,
                "DATABASE_URL": f"postgresql://{login}@{place}",
                "TINHSO_SECRET_KEY": settings.SECRET_KEY,
                "TINHSO_PUBLIC_URL": settings.PUBLIC_URL,
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until(lambda: self.state().get("listening"))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def state(self) -> dict[str, Any]:
        try:
            with urlopen(self.url("/day/song"), timeout=2) as answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    @staticmethod
    def until(what: Any, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, "waited too long"
            time.sleep(0.05)

    def tell(self, unit: int = 7, path: str = "1.5.7.", times: int = 1, **more: Any) -> None:
        """What the engine does when a cell changed, committed."""
        payload = json.dumps({"measure": "m", "unit": unit, "path": path, "period": "2026-11", **more})
        with psycopg.connect(**self.database, autocommit=True) as own:
            for _ in range(times):
                own.execute("SELECT pg_notify('tinhso_figures', %s)", [payload])

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Ear:
    """A browser: opens the stream and reads its events."""

    def __init__(self, server: Server, text: str, *, last: str = "", origin: str = ORIGIN) -> None:
        headers = {"Origin": origin, **({"Last-Event-ID": last} if last else {})}
        self.answer = urlopen(Request(server.url(f"/day/so-lieu?the={quote(text)}"), headers=headers), timeout=10)
        self.last = last
        self.buffer = b""

    def next(self) -> tuple[str, list[list[Any]]]:
        """The next event that says something; its id is remembered as a browser would."""
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline:
            event, data = "", ""
            while (raw := self.answer.readline()) != b"\n":
                if not raw:
                    raise EOFError
                line = raw.decode().rstrip("\n")
                name, _colon, value = line.partition(": ")
                event = value if name == "event" else event
                data = value if name == "data" else data
                self.last = value if name == "id" else self.last
            if data:
                return event, json.loads(data)["cells"]
        raise AssertionError("nothing was said, only heartbeats")

    def close(self) -> None:
        self.answer.close()
