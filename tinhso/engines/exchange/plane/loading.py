"""Load for the bench: wrk where it is installed, else connections of our own, which weigh on what is measured."""

from __future__ import annotations

import asyncio
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop

SECONDS = 4
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
# One connection a thread, each with a token of its own: a token belongs to the connection that used it first.
SCRIPT = """local tokens = {%s}
local number = 0
local request_text
function setup(thread)
  number = number + 1
  thread:set("token", tokens[number])
end
function request()
  if not request_text then
    wrk.headers["X-Road-Client"] = "%s"
    wrk.headers["Authorization"] = "Bearer " .. token
    request_text = wrk.format()
  end
  return request_text
end
"""


@dataclass(frozen=True)
class Figures:
    """Answers a second and times in milliseconds."""

    rate: float
    p50: float
    p99: float
    answers: int


@dataclass(frozen=True)
class Caller:
    """Who calls: the name and a maker of tokens; with a TLS context, its certificate is the proof."""

    name: str = ""
    token: Callable[[], str] | None = None
    tls: ssl.SSLContext | None = None

    def headers(self) -> str:
        named = f"X-Road-Client: {self.name}\r\n" if self.name else ""
        return named + (f"Authorization: Bearer {self.token()}\r\n" if self.token and not self.tls else "")


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def load(port: int, path: str, connections: int, caller: Caller, folder: Path) -> Figures:
    """So many connections that ask one call after the other for SECONDS. RuntimeError at any answer but 200."""
    if has_wrk() and not caller.tls:
        return _by_wrk(port, path, connections, caller, folder)
    return uvloop.run(_by_ourselves(port, path, connections, caller))


def _by_wrk(port: int, path: str, connections: int, caller: Caller, folder: Path) -> Figures:
    command = ["wrk", f"-t{connections}", f"-c{connections}", f"-d{SECONDS}s", "--latency"]
    if caller.token:
        script = folder / "load.lua"
        tokens = ", ".join(f'"{caller.token()}"' for _ in range(connections))
        script.write_text(SCRIPT % (tokens, caller.name))
        command += ["-s", str(script)]
    command.append(f"http://127.0.0.1:{port}{path}")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    times = {at: float(value) * UNITS[unit] for at, value, unit in re.findall(r"(\d\d)%\s+([\d.]+)(us|ms|s)\n", said)}
    answers, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert answers and rate, said
    return Figures(float(rate[1]), times["50"], times["99"], int(answers[1]))


async def _by_ourselves(port: int, path: str, connections: int, caller: Caller) -> Figures:
    times: list[float] = []
    until = time.perf_counter() + SECONDS

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 << 20, ssl=caller.tls)
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{caller.headers()}\r\n".encode()
        while (began := time.perf_counter()) < until:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b" 200 " not in head[:16]:
                raise RuntimeError(head.decode())
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
            times.append((time.perf_counter() - began) * 1000)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    times.sort()
    return Figures(len(times) / SECONDS, _at(times, 0.5), _at(times, 0.99), len(times))


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]
