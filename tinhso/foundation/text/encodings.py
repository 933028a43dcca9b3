"""Bytes of a Vietnamese office as text: UTF-8 and UTF-16 with and without a mark, TCVN3 (ABC) and VNI of older years.

A file in an old encoding is recognised by what it would say: the reading that gives Vietnamese syllables wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# TCVN 5712 as the ABC fonts used it; capitals with a tone are a second font there, so only base capitals have a code.
_TCVN3_CODES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_CODES, _TCVN3_LETTERS)

# VNI for Windows: a vowel and a sign behind it; seven letters have a code of their own.
_SIGNS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_SYLLABLE = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
SAMPLE = 200_000


class Unreadable(ValueError):
    """No reading of the bytes gives text."""


def _vni_pairs() -> dict[str, str]:
    made: dict[str, str] = {}
    for vowel in "aeouyAEOUYôÔöÖ":
        base = _upper_like(vowel, _VNI_ALONE.get(vowel.lower(), vowel.lower()))
        for sign, mark in _SIGNS.items():
            made[vowel + sign] = base + mark
            made[vowel + sign.upper()] = base + mark
    for vowel in "aeoAEO":
        for sign, mark in _HAT.items():
            made[vowel + sign] = made[vowel + sign.upper()] = vowel + "\u0302" + mark
    for vowel in "aA":
        for sign, mark in _BREVE.items():
            made[vowel + sign] = made[vowel + sign.upper()] = vowel + "\u0306" + mark
    for code, letter in _VNI_ALONE.items():
        made.setdefault(code, letter)
        made.setdefault(code.upper(), letter.upper())
    return {code: unicodedata.normalize("NFC", text) for code, text in made.items()}


def _upper_like(code: str, letter: str) -> str:
    return letter.upper() if code.isupper() else letter


_VNI = _vni_pairs()
_VNI_RE = re.compile("|".join(re.escape(code) for code in sorted(_VNI, key=len, reverse=True)))


def tcvn3(data: bytes) -> str:
    """Bytes in TCVN3 (ABC)."""
    return data.decode("latin-1").translate(_TCVN3)


def vni(data: bytes) -> str:
    """Bytes in VNI for Windows."""
    return _VNI_RE.sub(lambda found: _VNI[found[0]], data.decode("cp1252", "replace"))


def to_tcvn3(text: str) -> bytes:
    """Text as TCVN3 bytes, as an old program would write it; for samples and tests."""
    back = str.maketrans(_TCVN3_LETTERS, _TCVN3_CODES)
    return unicodedata.normalize("NFC", text).translate(back).encode("latin-1", "replace")


def to_vni(text: str) -> bytes:
    """Text as VNI bytes; for samples and tests."""
    back = {letter: code for code, letter in reversed(list(_VNI.items()))}
    return "".join(back.get(letter, letter) for letter in unicodedata.normalize("NFC", text)).encode(
        "cp1252", "replace"
    )


_OLD: dict[str, Callable[[bytes], str]] = {
    "tcvn3": tcvn3,
    "vni": vni,
    "cp1258": lambda data: unicodedata.normalize("NFC", data.decode("cp1258", "replace")),
}


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises Unreadable for what is no text at all."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _strict(data[len(mark) :], name), name
    if b"\x00" in data[:2000]:
        return _without_mark(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    sample = data[:SAMPLE]
    name = max(_OLD, key=lambda one: _sense(_OLD[one](sample)))
    return _OLD[name](data), name


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable(name) from error


def _without_mark(data: bytes) -> tuple[str, str]:
    """UTF-16 without a mark has its null bytes all on one side; anything else with null bytes is no text."""
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if max(even, odd) < 5 * (min(even, odd) + 1) and min(even, odd) > 0:
        raise Unreadable("binary")
    name = "utf-16-le" if odd > even else "utf-16-be"
    return _strict(data, name), name


def _sense(text: str) -> int:
    """How Vietnamese a reading is: marked words that are syllables count for it, others three times against it."""
    good = bad = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        parts = unicodedata.normalize("NFD", word.lower().replace("đ", "d").replace("Đ", "d"))
        tones = sum(mark in _TONES for mark in parts)
        bare = "".join(mark for mark in parts if not unicodedata.combining(mark))
        if tones <= 1 and bare.isascii() and _SYLLABLE.fullmatch(bare):
            good += 1
        else:
            bad += 1
    return good - 3 * bad - sum(not (ch.isalnum() or ch.isspace() or ch.isascii()) for ch in text[:20_000])
