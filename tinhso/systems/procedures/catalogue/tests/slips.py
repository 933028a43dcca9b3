"""What people type of an official name: without marks, with Telex left-overs, one slip, decomposed letters."""

from __future__ import annotations

import random
import unicodedata

from tinhso.foundation.text.rules import fold

TELEX = {
    "á": "as", "à": "af", "ả": "ar", "ã": "ax", "ạ": "aj", "â": "aa", "ă": "aw", "đ": "dd", "ê": "ee", "ô": "oo",
    "ơ": "ow", "ư": "uw", "ấ": "aas", "ầ": "aaf", "ậ": "aaj", "ế": "ees", "ề": "eef", "ệ": "eej", "ố": "oos",
    "ồ": "oof", "ộ": "ooj", "ứ": "uws", "ừ": "uwf", "ự": "uwj", "ý": "ys", "ỳ": "yf", "í": "is", "ì": "if", "ị": "ij",
    "ó": "os", "ò": "of", "ọ": "oj", "ú": "us", "ù": "uf", "ụ": "uj", "é": "es", "è": "ef", "ẹ": "ej", "ớ": "ows",
    "ờ": "owf", "ợ": "owj", "ắ": "aws", "ằ": "awf", "ặ": "awj", "ũ": "ux", "ủ": "ur", "ỉ": "ir", "ở": "owr",
    "ử": "uwr", "ữ": "uwx", "ể": "eer", "ẩ": "aar", "ổ": "oor", "ẻ": "er", "ỏ": "or", "ẵ": "awx", "ỗ": "oox",
    "ỹ": "yx", "ỷ": "yr", "ẫ": "aax", "ễ": "eex", "ẽ": "ex", "õ": "ox", "ĩ": "ix", "ỡ": "owx", "ỵ": "yj", "ẳ": "awr",
}  # fmt: skip


def telexed(word: str) -> str:
    return "".join(TELEX.get(letter, letter) for letter in unicodedata.normalize("NFC", word.lower()))


def slipped(word: str, dice: random.Random) -> str:
    """One slip of the finger."""
    at = dice.randrange(1, max(len(word) - 1, 2))
    kind = dice.choice(("drop", "swap", "double", "change"))
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + dice.choice("aehnotg") + word[at + 1 :]


def queries_for(name: str, dice: random.Random) -> list[str]:
    """What people might type for a name: no marks, Telex left-overs, one slip, decomposed letters."""
    words = name.split()[:14]
    bare = [fold(word) for word in words]
    long = [index for index, word in enumerate(bare) if word.isalpha() and len(word) > 3] or [0]
    at = dice.choice(long)
    return [
        " ".join(bare),
        " ".join([*bare[:at], telexed(words[at]), *bare[at + 1 :]]),
        " ".join([*bare[:at], slipped(bare[at], dice), *bare[at + 1 :]]),
        unicodedata.normalize("NFD", " ".join(words)),
    ]
