"""Receipts on disk before the answer leaves: a segment file of this process, written through in groups by a thread.

The loop signs and frames what has gathered, the thread only writes: both hold Python's lock for short. While one group
is on its way to the disk the next gathers, so a busy plane pays one wait for many calls. A root over the durable
receipts of each second goes to a file beside; nobody waits for it.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import queue
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.engines.exchange.rules import receipts
from tinhso.foundation.audit import merkle

# What the thread is given: the framed bytes, the payloads in them, who waits for them.
Group = tuple[bytes, list[bytes], list["asyncio.Future[None]"]]


def own_key(folder: Path) -> Ed25519PrivateKey:
    """The plane's signing key, made once; its public half lies beside for everyone to read."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "plane.key"
    if not place.exists():
        key = Ed25519PrivateKey.generate()
        draft = folder / f".plane.key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key_read = serialization.load_pem_private_key(place.read_bytes(), None)
    assert isinstance(key_read, Ed25519PrivateKey)
    (folder / "plane.pem").write_bytes(
        key_read.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return key_read


class Journal:
    """The segment of one process. `keep` returns once the receipt is on disk; it raises when it cannot be."""

    def __init__(self, folder: Path, *, segment_bytes: int = 64 << 20, root_seconds: float = 1.0) -> None:
        self.folder, self.segment_bytes, self.root_seconds = folder, segment_bytes, root_seconds
        self.key = own_key(folder)
        self.loop = asyncio.get_running_loop()
        # The loop's side: what gathers, and whether a group is on its way.
        self.waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self.is_writing = False
        # The thread's side.
        self.groups: queue.SimpleQueue[Group | None] = queue.SimpleQueue()
        self.file: BinaryIO | None = None
        self.roots: BinaryIO | None = None
        self.leaves: list[bytes] = []
        self.position = self.first = self.size = 0
        self.thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self.thread.start()

    def keep(self, receipt: dict[str, Any]) -> asyncio.Future[None]:
        future = self.loop.create_future()
        self.waiting.append((receipt, future))
        if not self.is_writing:
            self.is_writing = True
            self.loop.call_soon(self._next)  # after what is ready now: it may bring more receipts
        return future

    def _next(self) -> None:
        group, self.waiting = self.waiting, []
        payloads = []
        for receipt, _ in group:
            text = receipts.canonical(receipt)
            payloads.append(self.key.sign(text) + text)
        self.groups.put((b"".join(map(receipts.framed, payloads)), payloads, [future for _, future in group]))

    def _settled(self, futures: list[asyncio.Future[None]], trouble: Exception | None) -> None:
        for future in futures:
            if future.done():
                continue
            if trouble is None:
                future.set_result(None)
            else:
                future.set_exception(trouble)
        if self.waiting:
            self._next()
        else:
            self.is_writing = False

    async def close(self) -> None:
        """Everything kept, the last root written."""
        while self.is_writing:
            await asyncio.sleep(0.001)
        self.groups.put(None)
        await asyncio.to_thread(self.thread.join, 10)

    def _run(self) -> None:
        root_due = 0.0
        while True:
            try:
                group = self.groups.get(timeout=max(0.0, root_due - time.monotonic()) if self.leaves else None)
            except queue.Empty:
                self._root()
                continue
            if group is None:
                break
            if not self.leaves:
                root_due = time.monotonic() + self.root_seconds
            self._write(*group)
            if time.monotonic() >= root_due:
                self._root()
        self._root()
        self._close_segment()

    def _write(self, data: bytes, payloads: list[bytes], futures: list[asyncio.Future[None]]) -> None:
        trouble: Exception | None = None
        try:
            if self.file is None or self.size >= self.segment_bytes:
                self._open_segment()
            assert self.file is not None
            if self.file.write(data) != len(data):
                raise OSError(errno.ENOSPC, "the disk took only a part")
        except Exception as error:  # a full disk, a lost one: these calls are not acknowledged
            trouble = error
        self.loop.call_soon_threadsafe(self._settled, futures, trouble)
        if trouble is not None:
            self._abandon()
            return
        self.size += len(data)
        self.leaves += map(merkle.leaf, payloads)
        self.position += len(payloads)

    def _abandon(self) -> None:
        """After a failed write the segment may end torn: what is whole in it stays, the next group begins a new one."""
        try:
            self._root()
            self._close_segment()
        except OSError:
            self.file = self.roots = None
            self.leaves = []

    def _open_segment(self) -> None:
        self._root()
        self._close_segment()
        name = f"{time.time_ns():016x}-{os.getpid()}"
        # Each write returns when its bytes and the file's new length are on the disk.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_DSYNC
        self.file = os.fdopen(os.open(self.folder / f"{name}.seg", flags, 0o600), "wb", buffering=0)
        # As long as this is held, more may come: the copier removes only what no process writes any longer.
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.roots = (self.folder / f"{name}.roots").open("ab", buffering=0)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name of the file must outlive a crash as its bytes do
        finally:
            os.close(folder)
        self.position = self.first = self.size = 0

    def _close_segment(self) -> None:
        for file in (self.file, self.roots):
            if file is not None:
                file.close()
        self.file = self.roots = None

    def _root(self) -> None:
        if not self.leaves or self.roots is None:
            return
        line = {
            "first": self.first,
            "count": len(self.leaves),
            "root": merkle.root(self.leaves).hex(),
            "at": time.time(),
        }
        self.roots.write(orjson.dumps(line) + b"\n")
        os.fdatasync(self.roots.fileno())
        self.first, self.leaves = self.position, []
