"""Numbers as officials write them: 1.234,5. What could be read in two ways is refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class Fault(StrEnum):
    """Why words are no number. The sentences belong to words.py."""

    TEXT = "text"
    AMBIGUOUS = "ambiguous"
    DOT_DECIMAL = "dot_decimal"
    GROUPS = "groups"
    NOT_WHOLE = "not_whole"
    TOO_MANY_DECIMALS = "too_many_decimals"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    ABOVE = "above"


class BadNumber(ValueError):
    """The words name no number that the cell takes."""

    def __init__(self, fault: Fault, text: str) -> None:
        self.fault, self.text = fault, text
        super().__init__(f"{fault}: {text}")


@dataclass(frozen=True)
class Shape:
    """What a number cell takes. A fact holds 16 digits before the point and 4 behind it."""

    decimals: int = 0
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None


LARGEST = Decimal(10) ** 15
LONGEST = 40
_SPACES = re.compile("[ \u00a0\u202f\u2009]")
_PLAIN = re.compile(r"-?\d+(,\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
_SPACED = re.compile(r"-?\d{1,3}([ \u00a0\u202f\u2009]\d{3})+(,\d+)?")


def parse(text: str, shape: Shape) -> Decimal | None:
    """The number that the words mean, None for no words at all (empty is not zero). Raises BadNumber."""
    words = text.strip().replace("\u2212", "-")
    if not words:
        return None
    if len(words) > LONGEST or (not words.isascii() and not _SPACES.search(words)):
        raise BadNumber(Fault.TEXT, text)
    if not (_PLAIN.fullmatch(words) or _GROUPED.fullmatch(words) or _SPACED.fullmatch(words)):
        raise BadNumber(_why(words), text)
    return fit(Decimal(_SPACES.sub("", words).replace(".", "").replace(",", ".")), shape, text)


def _why(words: str) -> Fault:
    if not re.fullmatch(r"-?[\d.,\s]+", words) or not re.search(r"\d", words):
        return Fault.TEXT
    if "," in words and "." in words and words.rindex(".") > words.index(","):
        return Fault.AMBIGUOUS  # 1,234.5: a thousand or one and a bit
    if words.count(",") > 1:
        return Fault.AMBIGUOUS  # 1,234,567
    if re.fullmatch(r"-?\d+\.\d{1,2}|-?\d+\.\d{4,}", words):
        return Fault.DOT_DECIMAL  # 1.5
    return Fault.GROUPS


def fit(value: Decimal, shape: Shape, text: str) -> Decimal:
    """The value within the cell's bounds; BadNumber says which one it breaks."""
    if not value.is_finite() or abs(value) >= LARGEST:
        raise BadNumber(Fault.TOO_LARGE, text)
    exponent = value.normalize().as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    if decimals > shape.decimals:
        raise BadNumber(Fault.TOO_MANY_DECIMALS if shape.decimals else Fault.NOT_WHOLE, text)
    if shape.least is not None and value < shape.least:
        raise BadNumber(Fault.TOO_SMALL, text)
    if shape.most is not None and value > shape.most:
        raise BadNumber(Fault.ABOVE, text)
    return value + 0  # minus zero is zero


def from_float(number: int | float, shape: Shape) -> Decimal:
    """A workbook's own number: as the sheet shows it, not as binary holds it (0.1 is 0,1)."""
    try:
        value = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    except InvalidOperation:
        raise BadNumber(Fault.TEXT, str(number)) from None
    if value.is_finite() and abs(value) < LARGEST:
        # 15 digits are all that a workbook keeps; what binary adds behind them is dropped.
        value = +value if abs(value) < 1 else Decimal(f"{value:.15g}")
    return fit(value, shape, write(value) if value.is_finite() else str(number))


def write(value: Decimal | None) -> str:
    """1234.5 → "1.234,5"; "" for None."""
    if value is None:
        return ""
    whole, _point, rest = f"{abs(value):f}".partition(".")
    rest = rest.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", ".")
    return ("-" if value < 0 else "") + grouped + (f",{rest}" if rest else "")
