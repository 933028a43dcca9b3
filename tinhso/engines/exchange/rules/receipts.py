"""Receipts of messages and the Merkle tree over them. Everything here can be checked with openssl alone.

A receipt is canonical JSON (sorted, no spaces, UTF-8), signed with the plane's Ed25519 key:
`openssl pkeyutl -verify -rawin -pubin -inkey plane.pem -in receipt.json -sigfile receipt.sig`.
A leaf is SHA-256(00 ‖ signature ‖ JSON), a node SHA-256(01 ‖ left ‖ right), an odd one goes up as it is (RFC 6962).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import Any

import orjson

HEAD = Struct("<II")
SIGNATURE = 64
LONGEST = 1 << 20


def canonical(receipt: dict[str, Any]) -> bytes:
    return orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)


def headers_digest(first: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """SHA-512 over the request line (or status line) and the headers in the order they came, one a line."""
    lines = [first, *(name + b": " + value for name, value in headers), b""]
    return hashlib.sha512(b"\r\n".join(lines)).digest()


def message_digest(headers: bytes, body: bytes | None) -> bytes:
    """X-Road's hash of a REST message: of the headers; with a body, of both digests one after the other."""
    return headers if body is None else hashlib.sha512(headers + body).digest()


def framed(payload: bytes) -> bytes:
    """As it stands in a segment: length, CRC-32, payload; a torn end is seen for what it is."""
    return HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def unframed(data: bytes) -> Iterator[bytes]:
    """The whole payloads from the front; ends silently at the first torn one."""
    at = 0
    while at + HEAD.size <= len(data):
        length, check = HEAD.unpack_from(data, at)
        payload = data[at + HEAD.size : at + HEAD.size + length]
        if length > LONGEST or len(payload) < length or zlib.crc32(payload) != check:
            return
        yield payload
        at += HEAD.size + length


def leaf(payload: bytes) -> bytes:
    return hashlib.sha256(b"\0" + payload).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _above(row: Sequence[bytes]) -> list[bytes]:
    return [node(row[at], row[at + 1]) if at + 1 < len(row) else row[at] for at in range(0, len(row), 2)]


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf."""
    row = list(leaves)
    while len(row) > 1:
        row = _above(row)
    return row[0]


def path(leaves: Sequence[bytes], index: int) -> list[tuple[str, bytes]]:
    """The way from a leaf to the root: on which side the sibling stands, and its hash."""
    found, row = [], list(leaves)
    while len(row) > 1:
        sibling = index ^ 1
        if sibling < len(row):
            found.append(("left" if sibling < index else "right", row[sibling]))
        row, index = _above(row), index // 2
    return found


def climbed(start: bytes, way: Iterable[tuple[str, bytes]]) -> bytes:
    """The root that a leaf and its way lead to."""
    for side, sibling in way:
        start = node(sibling, start) if side == "left" else node(start, sibling)
    return start
