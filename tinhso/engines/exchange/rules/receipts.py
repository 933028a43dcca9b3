"""Receipts of messages. Everything here can be checked with openssl alone.

A receipt is canonical JSON (sorted, no spaces, UTF-8), signed with the plane's Ed25519 key:
`openssl pkeyutl -verify -rawin -pubin -inkey plane.pem -in receipt.json -sigfile receipt.sig`.
A leaf of the tree over them is SHA-256(00 ‖ signature ‖ JSON), as `foundation.audit.merkle` says (RFC 6962).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
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
