"""Reading Telex left-overs: what a person typed while the keyboard's Vietnamese was off. Pure functions.

"ddawng kys khai sinh" is read as "đăng ký khai sinh". A reading is an offer beside the typed text, never a replacement:
"tax" may be the English word.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

_MARKS = {"f": "\u0300", "r": "\u0309", "x": "\u0303", "s": "\u0301", "j": "\u0323"}
_SHAPES = {"aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư"}
_VOWELS = "aăâeêioôơuưy"
# A syllable: beginning, vowels, end. What does not fit is no Vietnamese word and stays as typed.
_BEGINNINGS = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx]"
_SYLLABLE = re.compile(rf"^(?P<first>{_BEGINNINGS})?(?P<vowels>[{_VOWELS}]{{1,3}})(?P<last>ng|nh|ch|[cmnpt])?$")
_MOST_READINGS = 16
# nghieengs: no syllable takes more keys.
_LONGEST = 10


def telex_variants(text: str) -> set[str]:
    """The typed text and its readings, word by word; at most sixteen."""
    words = text.split(" ")
    choices = [[word] if decode(word) == word else [decode(word), word] for word in words]
    return {" ".join(made) for made in itertools.islice(itertools.product(*choices), _MOST_READINGS)} | {text}


def decode(word: str) -> str:
    """One word read as Telex; the word itself when that gives no Vietnamese syllable."""
    if not word.isascii() or not word.isalpha() or len(word) > _LONGEST:
        return word
    bare, tone = _take_tone(word.lower())
    syllable = _SYLLABLE.match(_shape(bare))
    if syllable is None:
        return word
    made = _with_tone(syllable, tone)
    if made == word.lower():
        return word
    return _as_written(made, word)


def encode(word: str) -> str:
    """A Vietnamese word as its Telex keys, the tone at the end."""
    keys, tone = [], ""
    back = {letter: pair for pair, letter in _SHAPES.items()}
    names = {mark: key for key, mark in _MARKS.items()}
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((names[part] for part in parts if part in names), tone)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in names))
        keys.append(back.get(base, base))
    return "".join(keys) + tone


def _take_tone(word: str) -> tuple[str, str]:
    """The last tone key that follows a vowel, and the word without it."""
    for index in range(len(word) - 1, 0, -1):
        if word[index] in _MARKS and any(letter in "aeiouy" for letter in word[:index]):
            return word[:index] + word[index + 1 :], word[index]
    return word, ""


def _shape(word: str) -> str:
    """dd, aa, aw… become letters, w after the end consonant too ("dangw" → "dăng"), and "uow" both ư and ơ."""
    word = re.sub(r"^d(.+)d$", r"dd\1", word)
    word = re.sub(r"uo([a-z]*)w", r"ươ\1", word, count=1)
    word = re.sub(r"(a|o|u)([cghmnpt]{1,2})w$", r"\1w\2", word)
    word = re.sub(r"(a|e|o)([cghmnpt]{1,2})\1$", r"\1\1\2", word)
    for pair, letter in _SHAPES.items():
        word = word.replace(pair, letter)
    return re.sub(r"(?<![aou])w", "ư", word)


def _with_tone(syllable: re.Match[str], tone: str) -> str:
    first, vowels, last = syllable["first"] or "", syllable["vowels"], syllable["last"] or ""
    if tone not in _MARKS:
        return first + vowels + last
    place = _place_of_tone(vowels, bool(last))
    marked = unicodedata.normalize("NFC", vowels[place] + _MARKS[tone])
    return first + vowels[:place] + marked + vowels[place + 1 :] + last


def _place_of_tone(vowels: str, has_end: bool) -> int:
    """Which vowel carries the tone, in the spelling that offices use (hòa, thủy)."""
    for letter in "ơêôâăư":
        if letter in vowels:
            return vowels.rindex(letter)
    if len(vowels) == 1:
        return 0
    if has_end or len(vowels) > 2:
        return 1
    return 0


def _as_written(made: str, word: str) -> str:
    """With the capitals of the typed word."""
    if word.isupper() and len(word) > 1:
        return made.upper()
    return made[:1].upper() + made[1:] if word[:1].isupper() else made
