"""Vietnamese text: one Unicode form, folding without marks, and an ordering key. Pure functions."""

import re
import unicodedata

# The alphabet order of Vietnamese dictionaries; letters outside it sort where Latin puts them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: f"{index:02d}" for index, letter in enumerate(_ALPHABET, start=40)}
# không dấu, huyền, hỏi, ngã, sắc, nặng: the order that Vietnamese dictionaries use.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_MARKS = re.compile("[\u0300-\u036f]")
_SPACES = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(value: str) -> str:
    """One Unicode form (NFC), without what cannot be stored or only deceives the eye: null bytes, other control
    characters, lone surrogates, zero-width characters, changes of writing direction. Line breaks and tabs stay."""
    if value.isascii() and value.isprintable():
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(ch for ch in lines if ch in "\n\t" or unicodedata.category(ch)[0] != "C")
    # Composed last: a mark may have stood behind a zero-width character.
    return unicodedata.normalize("NFC", kept)


def normalise(value: str) -> str:
    """`clean`, single spaces, trimmed. Every entry of one line passes here once."""
    return _SPACES.sub(" ", clean(value)).strip()


def normalise_lines(value: str) -> str:
    """As `normalise` for texts of several lines: line breaks stay, no more than one empty line in a row."""
    lines = [_SPACES.sub(" ", line).strip() for line in clean(value).split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def fold(value: str) -> str:
    """Lower case without marks, đ to d; equals the SQL function tinhso_fold for every input."""
    bare = _MARKS.sub("", unicodedata.normalize("NFD", value))
    return bare.replace("đ", "d").replace("Đ", "D").lower()


def sort_key(value: str) -> str:
    """An ASCII key whose byte order is Vietnamese dictionary order: letters first, then tones."""
    letters: list[str] = []
    tones: list[str] = []
    for ch in unicodedata.normalize("NFC", value).lower():
        base, tone = _split_tone(ch)
        letters.append(_RANK.get(base, base if base.isascii() and not base.isalpha() else "99"))
        tones.append(tone)
    return "".join(letters) + "!" + "".join(tones).rstrip("0")


def _split_tone(letter: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", letter)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), "0")
    base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return base, tone


def name_sort_key(full_name: str) -> str:
    """Order of people's names: given name (the last word), then the rest (LOOK section 2)."""
    words = normalise(full_name).split(" ")
    return " ".join(sort_key(word) for word in [words[-1], *words[:-1]])
