"""The content-addressed store on disk: a blob's name is its SHA-256. Written whole or not at all.

Layout under settings.DATA_DIR/files: `blobs/ab/abcd…` readable content, `incoming/` half-arrived content,
`quarantine/` infected content with a `.json` beside it. A blob is on the disk, synced, before any row names it;
so a row never points at nothing, and the worst a crash leaves is a blob without a row (jobs.sweep removes it).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from django.conf import settings

from tinhso.foundation.files import errors

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Arrival:
    """Content that has arrived whole in `incoming/` and is not yet anybody's."""

    path: Path
    sha256: str
    size: int


def folder(part: str) -> Path:
    """`blobs`, `incoming` or `quarantine` of this installation, made when missing; nobody else may read it."""
    path = Path(settings.DATA_DIR) / "files" / part
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def blob_path(sha256: str) -> Path:
    return folder("blobs") / sha256[:2] / sha256


@contextmanager
def receive(stream: BinaryIO, max_bytes: int) -> Iterator[Arrival]:
    """Streams into `incoming/`, hashing on the way, never holding more than one chunk; gone when the block ends."""
    path: Path | None = None
    try:
        with disk_errors(), NamedTemporaryFile(dir=folder("incoming"), delete=False) as target:
            path = Path(target.name)
            sha256, size = _copy(stream, target.write, max_bytes)
            target.flush()
            os.fsync(target.fileno())
        yield Arrival(path, sha256, size)
    finally:
        if path is not None:
            with suppress(FileNotFoundError):
                path.unlink()


def _copy(stream: BinaryIO, write: Callable[[bytes], Any], max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise errors.TooLarge(max_bytes)
        digest.update(chunk)
        write(chunk)
    if not size:
        raise errors.Empty
    return digest.hexdigest(), size


def keep(arrival: Arrival) -> None:
    """Makes the arrival a blob, durably, in one rename. Keeping the same content twice is keeping it once."""
    target = blob_path(arrival.sha256)
    with disk_errors():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Replacing an equal blob renews its age, so the sweeper of orphans leaves it alone until the row commits.
        arrival.path.replace(target)
        os.utime(target)
        sync_folder(target.parent)


def quarantine(arrival: Arrival, facts: dict[str, Any]) -> None:
    """Sets the arrival apart with its facts beside it; the facts survive even if the caller's act rolls back."""
    target = folder("quarantine") / arrival.sha256
    with disk_errors():
        arrival.path.chmod(0o400)
        arrival.path.replace(target)
        note = target.with_name(f"{target.name}.json")
        note.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        sync_folder(target.parent)


def set_blob_apart(sha256: str, facts: dict[str, Any]) -> None:
    """Moves a kept blob into quarantine (found infected later)."""
    source = blob_path(sha256)
    if source.exists():
        quarantine(Arrival(source, sha256, source.stat().st_size), facts)


def open_blob(sha256: str) -> BinaryIO:
    try:
        return blob_path(sha256).open("rb")
    except FileNotFoundError:
        raise errors.Missing from None


def checked(content: bytes, sha256: str) -> bytes:
    """The content itself when its hash is right; otherwise the store is damaged and says so."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise errors.Missing
    return content


def older_than(part: str, seconds: float) -> Iterator[Path]:
    """Files of a part of the store that have lain there longer than `seconds`."""
    border = time.time() - seconds
    for path in folder(part).rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < border:
                yield path


def sync_folder(path: Path) -> None:
    """A rename is durable only once its folder is synced."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors() -> Iterator[None]:
    """A full disk or a spent quota becomes a sentence; other faults stay what they are."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise errors.DiskFull from fault
        raise
