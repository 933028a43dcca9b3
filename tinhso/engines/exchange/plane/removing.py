"""Segments that PostgreSQL holds whole are removed after a time; anything doubtful stays and is said aloud.

The order makes a crash harmless anywhere: the roots' file goes first, the receipts' last, and both only after the
database itself has said that it holds every receipt of the segment under a root.
"""

from __future__ import annotations

import fcntl
import logging
import time
from pathlib import Path
from typing import Any

import psycopg

from tinhso.foundation.audit import merkle

logger = logging.getLogger(__name__)

HELD = "SELECT count(*), count(batch_id) FROM exchange_message WHERE segment = %s"
LEFT = """SELECT position, receipt FROM exchange_message
    WHERE segment = %s AND batch_id IS NULL ORDER BY position LIMIT 5000"""
BATCH = """INSERT INTO exchange_merklebatch (segment, first_position, count, root, at)
    VALUES (%s, %s, %s, %s, now()) RETURNING id"""
JOIN = "UPDATE exchange_message SET batch_id = %s WHERE segment = %s AND position >= %s AND position < %s"


def is_written(path: Path) -> bool:
    """Does a process of the plane still hold this segment open?"""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def root_of_the_rest(connection: psycopg.Connection[Any], segment: str) -> None:
    """Receipts whose process fell before their second's root was written get one from the database's own rows."""
    rows = connection.execute(LEFT, (segment,)).fetchall()
    if not rows or rows[-1][0] - rows[0][0] + 1 != len(rows):
        return
    first, count = rows[0][0], len(rows)
    root = merkle.root([merkle.leaf(bytes(receipt)) for _, receipt in rows])
    with connection.transaction():
        made = connection.execute(BATCH, (segment, first, count, root)).fetchone()
        assert made
        connection.execute(JOIN, (made[0], segment, first, first + count))


def remove_copied(connection: psycopg.Connection[Any], path: Path, read: tuple[int, int], kept_seconds: float) -> bool:
    """Removes one segment read up to `read` (bytes, receipts), when nothing of it can be lost by that."""
    status = path.stat()
    if time.time() - status.st_mtime < kept_seconds or is_written(path):
        return False
    at, count = read
    if status.st_size != at:
        # A torn end was never acknowledged. But bytes after it might be receipts, so people look at it, not we.
        logger.warning("%s does not end with a whole receipt: kept as .torn", path)
        path.rename(path.with_suffix(".torn"))
        return False
    held, rooted = connection.execute(HELD, (path.stem,)).fetchone() or (0, 0)
    if held == count > rooted:
        root_of_the_rest(connection, path.stem)
        return False
    if held != count:
        return False
    path.with_suffix(".roots").unlink(missing_ok=True)
    path.unlink()
    return True
