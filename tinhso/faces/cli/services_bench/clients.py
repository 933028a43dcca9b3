"""Presses pages and buttons over HTTP as browsers do: kept connections, a session each, the page's own token."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

CONNECTIONS = 8
A_STRANGER_ASKS = 10


@dataclass(frozen=True)
class Person:
    """A signed-in browser: its session and the token that its forms carry."""

    session: str
    token: str

    @property
    def cookies(self) -> str:
        return f"sessionid={self.session}; csrftoken={self.token}"


@dataclass(frozen=True)
class Press:
    """One request; `form` makes it a POST. `expect` is the status of a success."""

    path: str
    person: Person | None = None
    form: dict[str, Any] | None = None
    expect: int = 200


@dataclass(frozen=True)
class Run:
    """How long each request took (ms), over how many seconds, and what went wrong."""

    times: list[float]
    seconds: float
    wrong: list[str]

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def at(self, percent: int) -> float:
        """The time that so many percent of the requests kept."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("inf")


def press(port: int, presses: list[Press], connections: int = CONNECTIONS) -> Run:
    """All of them over so many connections, from a process of its own on the same machine."""
    work = [
        [
            one.path,
            one.person.cookies if one.person else "",
            one.person.token if one.person else "",
            one.form,
            one.expect,
        ]
        for one in presses
    ]
    given = json.dumps({"port": port, "connections": connections, "work": work})
    command = [sys.executable, "-m", "tinhso.faces.cli.services_bench.clients"]
    made = subprocess.run(command, input=given, capture_output=True, text=True, env=os.environ)
    if made.returncode:
        return Run([], 0, [made.stderr.strip()[-400:]])
    said = json.loads(made.stdout)
    return Run(said["times"], said["seconds"], said["wrong"])


def main() -> None:
    """The process that presses: a thread per connection, each taking the next request as it is free."""
    import threading

    given = json.loads(sys.stdin.read())
    waiting = list(enumerate(given["work"]))[::-1]
    times: list[float] = []
    wrong: list[str] = []

    def one_connection() -> None:
        line, source = http.client.HTTPConnection("127.0.0.1", given["port"], timeout=60), -1
        while True:
            try:
                number, (path, cookies, token, form, expect) = waiting.pop()
            except IndexError:
                break
            if not cookies and number // A_STRANGER_ASKS != source:
                # Strangers come from many addresses; one alone would soon be asked to wait.
                line.close()
                source = number // A_STRANGER_ASKS
                here = (f"127.{1 + source // 250 % 250}.{source % 250}.{os.getpid() % 250 + 1}", 0)
                line = http.client.HTTPConnection("127.0.0.1", given["port"], timeout=60, source_address=here)
            headers = {"Cookie": cookies, "Accept-Encoding": "gzip", "Accept-Language": "vi"} if cookies else {}
            body = None
            if form is not None:
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token}
                body = urlencode(form, doseq=True)
            began = time.perf_counter()
            try:
                line.request("GET" if form is None else "POST", path, body, headers)
                answer = line.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException) as error:
                line.close()
                wrong.append(f"{number} {path}: {type(error).__name__}")
                continue
            times.append((time.perf_counter() - began) * 1000)
            if status != expect:
                wrong.append(f"{number} {path}: {status}")
        line.close()

    threads = [threading.Thread(target=one_connection) for _n in range(given["connections"])]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"times": times, "seconds": time.perf_counter() - began, "wrong": wrong}))  # noqa: T201


if __name__ == "__main__":
    main()
