"""Receipts that nginx wrote down before it answered, signed and brought into segments a moment later.

A line of the spool is a receipt's text; it is in the kernel's hands before the first byte of the answer leaves. So
whichever process is killed, nothing acknowledged is lost: what was not signed yet is signed at the next start. What a
power cut may take is told in README.md; with `syncs` a line is on the disk as well before the answer leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson

from tinhso.engines.exchange.plane.health import Breaker
from tinhso.engines.exchange.plane.refusals import RATE_LIMIT, Refusals
from tinhso.engines.exchange.plane.trace import clean, instant
from tinhso.engines.exchange.rules import receipts

logger = logging.getLogger(__name__)

GROUP_BYTES = 1 << 19
# A worker's spool is put aside at this size; it goes when all of it is signed and no process has it open.
FULL_BYTES = 16 << 20
PAUSE = 0.01
FAILED = "Server.ServerProxy.ServiceFailed."

# What the signer itself reads of a line, and what the copier makes a row of.
NEEDED = frozenset(
    {"id", "at", "client", "service", "service_id", "agreement", "method", "operation", "status", "error", "request"}
    | {"answer", "message_id", "duration_ms", "provider_ms", "purpose", "dossier", "breach", "cached"}
)

Keep = Callable[[dict[str, Any]], Awaitable[None]]


class Signer:
    """Follows every spool of a folder. One process does this; a lock sees to it."""

    def __init__(self, folder: Path, keep: Keep, breakers: Breakers | None = None) -> None:
        self.folder, self.keep, self.breakers = folder, keep, breakers
        self.refusals = Refusals(keep, own=0)
        self.at: dict[str, int] = {}
        self.lock = os.open(folder / "signer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.known = self._signed_after_the_mark()

    def _signed_after_the_mark(self) -> set[str]:
        """Receipts in segments whose place in the spool was not noted before we fell; they are not signed twice."""
        marks = {path: self._mark(path) for path in self._spools()}
        waiting = [path for path, at in marks.items() if path.stat().st_size > at]
        if not waiting:
            return set()
        noted = [_noted(path).stat().st_mtime if _noted(path).exists() else 0.0 for path in waiting]
        since = min(noted) - 1.0
        return {
            orjson.loads(payload[receipts.SIGNATURE :])["id"]
            for segment in self.folder.parent.glob("*.seg")
            if segment.stat().st_mtime >= since
            for payload in receipts.unframed(segment.read_bytes())
        }

    def _spools(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix in (".open", ".full"))

    def _mark(self, path: Path) -> int:
        if path.name not in self.at:
            try:
                self.at[path.name] = int(_noted(path).read_text())
            except (OSError, ValueError):
                self.at[path.name] = 0
        return self.at[path.name]

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                if not await self.once():
                    await asyncio.sleep(PAUSE)
            except OSError:
                logger.exception("receipts wait in their spool")
                await asyncio.sleep(1.0)

    async def once(self) -> int:
        """Signs what there is, at most one group of each spool; how many lines."""
        return sum([await self._some(path) for path in self._spools()])

    async def drain(self) -> None:
        while await self.once():
            pass
        await self.refusals.close()

    async def _some(self, path: Path) -> int:
        at = self._mark(path)
        size = path.stat().st_size
        if size == at:
            self._put_away(path, size)
            return 0
        with path.open("rb") as file:
            file.seek(at)
            data = file.read(GROUP_BYTES)
        end = data.rfind(b"\n") + 1
        if not end:  # a line that is longer than a group cannot be; one that is being written is waited for
            return 0
        lines = [line for line in data[:end].split(b"\n") if line]
        said = [one for one in map(_read, lines) if one is not None]
        await asyncio.gather(*(waits for waits in map(self._kept, said) if waits is not None))
        self.at[path.name] = at + end
        draft = self.folder / ".at"
        draft.write_text(str(at + end))
        draft.replace(_noted(path))
        return len(lines)

    def _kept(self, said: dict[str, Any]) -> Awaitable[None] | None:
        if self.breakers:
            self.breakers.note(said)
        if said["id"] in self.known:
            self.known.remove(said["id"])
            return None
        said["at"] = instant(said["at"] / 1000)
        for name in ("message_id", "operation", "purpose", "dossier", "breach"):
            said[name] = clean(said[name])
        if said["error"] == RATE_LIMIT:
            self.refusals.has_its_own(said["error"], said["client"])
            self.refusals.share(said["error"], said["client"], lambda: said)
            return None
        return self.keep(said)

    def _put_away(self, path: Path, size: int) -> None:
        """A full spool gets another name, so nginx begins a new one; it goes when nobody can write to it any more."""
        if path.suffix == ".open":
            pid = path.stem
            if size >= FULL_BYTES or (size and not Path(f"/proc/{pid}").exists()):
                full = path.with_name(f"{pid}-{time.time_ns():x}.full")
                with contextlib.suppress(FileNotFoundError):
                    _noted(path).replace(_noted(full))
                path.replace(full)
                self.at[full.name] = self.at.pop(path.name)
            return
        if _is_open_elsewhere(path) or path.stat().st_size != size:
            return
        path.unlink()
        _noted(path).unlink(missing_ok=True)
        self.at.pop(path.name, None)

    def close(self) -> None:
        os.close(self.lock)


def _noted(path: Path) -> Path:
    return path.with_name(f"{path.name}.at")


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = orjson.loads(line)
    except ValueError:
        # Cut short by a full disk: its call was not acknowledged.
        logger.warning("a torn line of the spool: %s", line[:80])
        return None
    if not isinstance(found, dict) or not found.keys() >= NEEDED:
        logger.error("a line of the spool that is no receipt: %s", line[:4000])
        return None
    return found


def _is_open_elsewhere(path: Path) -> bool:
    """A lease for writing is given only where no other process has the file open (fcntl(2))."""
    with path.open("r+b") as file:
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError:
            return True
    return False


class Breakers:
    """What nginx's calls say of their providers: after failures one behind the other a file says so, for a pause."""

    def __init__(self, folder: Path, failures: int, pause: float) -> None:
        self.folder, self.failures, self.pause = folder, failures, pause
        self.rows: dict[int, Breaker] = {}
        self.open: set[int] = set()
        self.outages: asyncio.Queue[tuple[int, bool, str]] = asyncio.Queue(1000)
        for old in folder.iterdir():
            old.unlink()

    def note(self, said: dict[str, Any]) -> None:
        service, now = said["service_id"], time.monotonic()
        breaker = self.rows.setdefault(service, Breaker(self.failures, self.pause))
        if said["error"].endswith((".CircuitOpen", ".RateLimit")):
            return
        if said["status"] in (502, 503, 504):
            if breaker.failed(now):
                self._tell(service, True, said["error"] or f"HTTP {said['status']}")
            if breaker.open_until and service not in self.open:
                (self.folder / str(service)).touch()
                self.open.add(service)
                asyncio.get_running_loop().call_later(self.pause, self._lets_try, service)
        elif breaker.succeeded():
            self._tell(service, False, "")

    def _lets_try(self, service: int) -> None:
        """After the pause calls pass again; the next failure closes the way once more."""
        self.open.discard(service)
        (self.folder / str(service)).unlink(missing_ok=True)

    def clear(self) -> None:
        self.rows.clear()
        for service in list(self.open):
            self._lets_try(service)

    def _tell(self, service: int, is_open: bool, error: str) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.outages.put_nowait((service, is_open, error))
