"""Numbers as Vietnamese write them: 1.234,5. What could be read in two ways is refused by name, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

LONGEST = 40
_SPACES = re.compile("[ \u00a0\u202f\u2009]")
_PLAIN = re.compile(r"-?\d+(,\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
_SPACED = re.compile(r"-?\d{1,3}([ \u00a0\u202f\u2009]\d{3})+(,\d+)?")


class Reason(StrEnum):
    """Why words are no number."""

    TEXT = "text"
    AMBIGUOUS = "ambiguous"
    DOT_DECIMAL = "dot_decimal"
    GROUPS = "groups"


class NotANumber(ValueError):
    """The words name no number, or more than one. number_words has the sentence for people."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason, self.text = reason, text


def read(text: str) -> Decimal:
    """The number that the words mean. Raises NotANumber."""
    words = text.strip().replace("\u2212", "-")
    if not words or len(words) > LONGEST or (not words.isascii() and not _SPACES.search(words)):
        raise NotANumber(Reason.TEXT, text)
    if not (_PLAIN.fullmatch(words) or _GROUPED.fullmatch(words) or _SPACED.fullmatch(words)):
        raise NotANumber(_why(words), text)
    return Decimal(_SPACES.sub("", words).replace(".", "").replace(",", "."))


def _why(words: str) -> Reason:
    if not re.fullmatch(r"-?[\d.,\s]+", words) or not re.search(r"\d", words):
        return Reason.TEXT
    if "," in words and "." in words and words.rindex(".") > words.index(","):
        return Reason.AMBIGUOUS  # 1,234.5: a thousand or one and a bit
    if words.count(",") > 1:
        return Reason.AMBIGUOUS  # 1,234,567
    if re.fullmatch(r"-?\d+\.\d{1,2}|-?\d+\.\d{4,}", words):
        return Reason.DOT_DECIMAL  # 1.5
    return Reason.GROUPS
