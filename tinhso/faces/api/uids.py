"""Eleven-character identifiers, always the same for the same thing, on every installation."""

from __future__ import annotations

import hashlib
import re
import string

LETTERS = string.ascii_letters
SIGNS = string.ascii_letters + string.digits
SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")


def uid_of(kind: str, *parts: str) -> str:
    """A letter and ten letters or digits, drawn from the hash of what the thing is: some 65 bits of it."""
    number = int.from_bytes(hashlib.sha256("\x1f".join((kind, *parts)).encode()).digest(), "big")
    number, rest = divmod(number, len(LETTERS))
    found = [LETTERS[rest]]
    for _ in range(10):
        number, rest = divmod(number, len(SIGNS))
        found.append(SIGNS[rest])
    return "".join(found)


def is_uid(text: str) -> bool:
    return SHAPE.fullmatch(text) is not None
