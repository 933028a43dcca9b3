"""Which characters the bundled font can show: an archival PDF refuses a document with one that it cannot."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro

REPLACEMENT = "?"
# Libertinus Serif, which typst carries itself, shows these beside Be Vietnam Pro's Latin; a test sets them all.
_GREEK_AND_CYRILLIC = frozenset(
    chr(code)
    for code in (*range(0x0391, 0x03CA), *range(0x0400, 0x0460))
    if unicodedata.category(chr(code)).startswith("L")
)


def displayable(value: Any) -> Any:
    """The same data with every text in NFC and every character that no bundled font shows replaced by "?".

    Control and format characters go without a trace; line breaks stay.
    """
    if isinstance(value, str):
        return "".join(_shown(ch) for ch in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: displayable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [displayable(inner) for inner in value]
    return value


def _shown(character: str) -> str:
    if character in covered() or character == "\n":
        return character
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\r":
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn") else REPLACEMENT


@cache
def covered() -> frozenset[str]:
    """The characters of Be Vietnam Pro's regular face, read from its own table, and the Greek and Cyrillic letters."""
    font = (Path(fontpkg_be_vietnam_pro.ROOT) / "files" / "BeVietnamPro-Regular.ttf").read_bytes()
    own = {chr(code) for code in _mapped(font)}
    return frozenset(ch for ch in own if unicodedata.category(ch)[0] != "C") | _GREEK_AND_CYRILLIC


def _mapped(font: bytes) -> set[int]:
    """Code points of the Windows Unicode table (OpenType 'cmap', platform 3, encoding 1, format 4)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(count))
    start = next(offset for tag, _sum, offset, _length in tables if tag == b"cmap")
    records = (
        struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        for index in range(struct.unpack_from(">H", font, start + 2)[0])
    )
    table = start + next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 1))
    segments = struct.unpack_from(">H", font, table + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, table + 14)
    begins = struct.unpack_from(f">{segments}H", font, table + 16 + 2 * segments)
    found = {code for begin, end in zip(begins, ends, strict=True) for code in range(begin, end + 1)}
    return found - {0xFFFF}
