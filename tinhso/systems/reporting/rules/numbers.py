"""Numbers in the cells of reports: as people write them (foundation/text), within what the cell takes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from tinhso.foundation.text import numbers


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


def parse(text: str, shape: Shape) -> Decimal | None:
    """The number that the words mean, None for no words at all (empty is not zero). Raises BadNumber."""
    if not text.strip():
        return None
    try:
        value = numbers.read(text)
    except numbers.NotANumber as wrong:
        raise BadNumber(Fault(wrong.reason), text) from None
    return fit(value, shape, text)


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
