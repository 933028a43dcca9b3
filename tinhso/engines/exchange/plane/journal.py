"""Receipts on disk before the answer leaves: a segment file of this process, written and fsynced in groups by a thread.

While one group is on its way to the disk the next gathers, so a busy plane pays one fsync for many calls. A root over
the durable receipts of each second goes to a file beside; nobody waits for it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.engines.exchange.rules import receipts
from tinhso.foundation.audit import merkle

Waiting = tuple[dict[str, Any], "asyncio.Future[None]"]


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
        self.waiting: list[Waiting] = []
        self.wake = threading.Event()
        self.ended = False
        self.file: BinaryIO | None = None
        self.roots: BinaryIO | None = None
        self.leaves: list[bytes] = []
        self.position = self.first = self.size = 0
        self.thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self.thread.start()

    async def keep(self, receipt: dict[str, Any]) -> None:
        future: asyncio.Future[None] = self.loop.create_future()
        self.waiting.append((receipt, future))
        self.wake.set()
        await future

    def close(self) -> None:
        """Everything kept, the last root written."""
        self.ended = True
        self.wake.set()
        self.thread.join(10)

    def _run(self) -> None:
        root_due = time.monotonic() + self.root_seconds
        while not self.ended or self.waiting:
            self.wake.wait(max(0.0, root_due - time.monotonic()) if self.leaves else None)
            self.wake.clear()
            group, self.waiting = self.waiting, []
            if group:
                self._write(group)
            if self.leaves and (time.monotonic() >= root_due or self.size >= self.segment_bytes):
                self._root()
                root_due = time.monotonic() + self.root_seconds
            elif not self.leaves:
                root_due = time.monotonic() + self.root_seconds
        self._root()
        self._close_segment()

    def _write(self, group: list[Waiting]) -> None:
        trouble: Exception | None = None
        try:
            if self.file is None or self.size >= self.segment_bytes:
                self._open_segment()
            assert self.file is not None
            payloads = []
            for receipt, _ in group:
                text = receipts.canonical(receipt)
                payloads.append(self.key.sign(text) + text)
            data = b"".join(map(receipts.framed, payloads))
            self.file.write(data)
            os.fdatasync(self.file.fileno())
            self.size += len(data)
            self.leaves += map(merkle.leaf, payloads)
            self.position += len(payloads)
        except Exception as error:  # a full disk, a lost one: these calls are not acknowledged
            trouble = error
            self._abandon()
        self.loop.call_soon_threadsafe(_settle, group, trouble)

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
        self.file = (self.folder / f"{name}.seg").open("ab", buffering=0)
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


def _settle(group: list[Waiting], trouble: Exception | None) -> None:
    for _, future in group:
        if future.done():
            continue
        if trouble is None:
            future.set_result(None)
        else:
            future.set_exception(trouble)
