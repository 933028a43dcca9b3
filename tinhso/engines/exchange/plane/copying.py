"""Evidence copied from the segments to PostgreSQL behind the calls, and its roots stamped (RFC 3161). Nobody waits.

A place in a segment is the key, so what was copied before a crash is not copied twice, and nothing is skipped.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
from asn1crypto import algos, tsp

from tinhso.engines.exchange.plane.removing import remove_copied
from tinhso.engines.exchange.rules import receipts

logger = logging.getLogger(__name__)

Authority = Callable[[tsp.TimeStampReq], bytes]

MESSAGE = """INSERT INTO exchange_message (uid, at, client_identifier, service_identifier, service_id, agreement_id,
    method, operation, status, error_type, duration_ms, provider_ms, request_bytes, answer_bytes, request_hash,
    answer_hash, purpose, dossier, breach, is_cached, receipt, segment, position)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (segment, position) DO NOTHING"""
BATCH = """INSERT INTO exchange_merklebatch (segment, first_position, count, root, at)
    VALUES (%s, %s, %s, %s, to_timestamp(%s)) ON CONFLICT (segment, first_position) DO NOTHING RETURNING id"""
JOIN = """UPDATE exchange_message SET batch_id = %s
    WHERE segment = %s AND position >= %s AND position < %s AND batch_id IS NULL"""
# Rows of a segment are written in their order, so its last one says how many there are.
HELD = "SELECT coalesce(max(position) + 1, 0) FROM exchange_message WHERE segment = %s"
GROUP = 500
PIECE = 64 << 20
STAMPS_AT_ONCE = 20


def row(payload: bytes, segment: str, position: int) -> tuple[Any, ...]:
    """A receipt as a row of the registry's messages."""
    said = orjson.loads(payload[receipts.SIGNATURE :])
    return (
        said["id"], said["at"], said["client"][:260], said["service"][:340], said["service_id"], said["agreement"],
        said["method"], said["operation"][:300], said["status"], said["error"][:80], said["duration_ms"],
        said["provider_ms"], said["request"]["bytes"], said["answer"]["bytes"], said["request"]["message"],
        said["answer"]["message"], said["purpose"], said["dossier"], said["breach"], said["cached"], payload,
        segment, position,
    )  # fmt: skip


class Copier:
    """Reads every segment of the folder from where the database ends."""

    def __init__(
        self, folder: Path, url: str, authority: Authority | None = None, *, kept_seconds: float = 24 * 3600.0
    ) -> None:
        self.folder, self.url, self.authority, self.kept_seconds = folder, url, authority, kept_seconds
        # Where each segment was read to: (bytes, receipts), and lines of its roots.
        self.read: dict[str, tuple[int, int]] = {}
        self.roots_read: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
                    while not stop.is_set():
                        self.once(connection)
                        stop.wait(0.5)
            except (psycopg.Error, OSError) as error:
                logger.warning("evidence waits in its segments: %s", error)
                stop.wait(2.0)

    def finish(self) -> None:
        """What the last calls left, when the planes have ended; what cannot be copied now waits on the disk."""
        try:
            with psycopg.connect(self.url, autocommit=True, connect_timeout=2) as connection:
                self.once(connection)
        except (psycopg.Error, OSError) as error:
            logger.warning("evidence waits in its segments: %s", error)

    def once(self, connection: psycopg.Connection[Any]) -> int:
        """Copies what is new; how many receipts."""
        copied = sum(self._segment(connection, path) for path in sorted(self.folder.glob("*.seg")))
        for path in sorted(self.folder.glob("*.roots")):
            self._roots(connection, path)
        if self.authority:
            self._stamps(connection, self.authority)
        for path in sorted(self.folder.glob("*.seg")):
            if path.stem in self.read and remove_copied(connection, path, self.read[path.stem], self.kept_seconds):
                del self.read[path.stem]
                self.roots_read.pop(path.stem, None)
        return copied

    def _segment(self, connection: psycopg.Connection[Any], path: Path) -> int:
        name = path.stem
        held = connection.execute(HELD, (name,)).fetchone() if name not in self.read else None
        at, position = self.read.setdefault(name, (0, 0))
        if path.stat().st_size == at:
            return 0
        with path.open("rb") as file:
            file.seek(at)
            data = file.read(PIECE)
        rows = []
        for payload in receipts.unframed(data):
            at += receipts.HEAD.size + len(payload)
            # What a copier before us brought is not sent again; the key would refuse it, but at a price.
            if held is None or position >= held[0]:
                rows.append(row(payload, name, position))
            position += 1
        for start in range(0, len(rows), GROUP):
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(MESSAGE, rows[start : start + GROUP])
        self.read[name] = (at, position)
        return len(rows)

    def _roots(self, connection: psycopg.Connection[Any], path: Path) -> None:
        name = path.stem
        lines = path.read_bytes().split(b"\n")[:-1]
        for line in lines[self.roots_read.get(name, 0) :]:
            said = orjson.loads(line)
            if said["first"] + said["count"] > self.read.get(name, (0, 0))[1]:
                return
            with connection.transaction():
                batch = (name, said["first"], said["count"], bytes.fromhex(said["root"]), said["at"])
                made = connection.execute(BATCH, batch).fetchone()
                if made:
                    connection.execute(JOIN, (made[0], name, said["first"], said["first"] + said["count"]))
            self.roots_read[name] = self.roots_read.get(name, 0) + 1

    def _stamps(self, connection: psycopg.Connection[Any], authority: Authority) -> None:
        waiting = connection.execute(
            "SELECT id, root FROM exchange_merklebatch WHERE stamp IS NULL ORDER BY id LIMIT %s", (STAMPS_AT_ONCE,)
        ).fetchall()
        for id_, root in waiting:
            try:
                stamp = stamped(authority, bytes(root))
            except (OSError, ValueError) as error:
                logger.warning("no time stamp now: %s", error)
                return
            connection.execute(
                "UPDATE exchange_merklebatch SET stamp = %s, stamped_at = %s WHERE id = %s AND stamp IS NULL",
                (stamp, datetime.now(UTC), id_),
            )


def over_http(url: str) -> Authority:
    """An authority that is asked as RFC 3161 3.4 says."""

    def ask(asked: tsp.TimeStampReq) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the authority that the installation names
            url, asked.dump(), {"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            got: bytes = answer.read(1 << 20)
        return got

    return ask


def stamped(authority: Authority, root: bytes) -> bytes:
    """A TimeStampResp (RFC 3161) over the SHA-256 of the root; ValueError when it is of something else."""
    imprint, nonce = hashlib.sha256(root).digest(), secrets.randbits(63)
    asked = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": imprint,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    got = authority(asked)
    response = tsp.TimeStampResp.load(got)
    if response["status"]["status"].native not in ("granted", "granted_with_mods"):
        raise ValueError("the authority granted no stamp")
    said = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    if said["message_imprint"]["hashed_message"].native != imprint or said["nonce"].native != nonce:
        raise ValueError("a stamp of something else")
    return got
