"""Names of people: taken apart, and written as documents write them. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.foundation.text.rules import normalise


@dataclass(frozen=True)
class Name:
    """Family name, middle part (often several words or none) and the given name by which people are called."""

    family: str
    middle: str
    given: str

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.family, self.middle, self.given) if part)


def parse_name(full_name: str) -> Name:
    """Nguyễn Thị Minh Hoa → Nguyễn · Thị Minh · Hoa. A single word is a given name."""
    words = normalise(full_name).split(" ")
    if len(words) == 1:
        return Name("", "", words[0])
    return Name(words[0], " ".join(words[1:-1]), words[-1])


def tidy_name(full_name: str) -> str:
    """Each word with a capital: "NGUYỄN  thị HOA" → "Nguyễn Thị Hoa". Hyphens and marks of ethnic names stay."""
    return " ".join(_capital(word) for word in normalise(full_name).split(" "))


def _capital(word: str) -> str:
    # One letter at a time: str.title() would raise the letter after every mark and apostrophe as well.
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
