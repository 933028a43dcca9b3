"""One cell read as the value its field wants, or the reason why not. What could be read in two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tinhso.engines.registers.rules.schema import Field, FieldType
from tinhso.foundation.text import numbers
from tinhso.foundation.text.names import tidy_name
from tinhso.foundation.text.rules import fold, normalise


class Wrong(StrEnum):
    """Why a value cannot be taken."""

    MISSING = "missing"
    LONG = "long"
    NO_SUCH_DAY = "no_such_day"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NOT_A_CHOICE = "not_a_choice"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_12_DIGITS = "not_12_digits"
    NOT_A_TAX_CODE = "not_a_tax_code"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    FORMULA = "formula"


class BadValue(ValueError):
    """A value refused, with why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong


_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_PHONE = re.compile(r"(?:\+84|84|0)(\d{9,10})")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,120}\.[A-Za-z]{2,20}")
_TAX = re.compile(r"\d{10}(-?\d{3})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YES = {"co", "x", "1", "true", "yes", "dung", "c"}
_NO = {"khong", "0", "false", "no", "sai", "k"}
_SPACED = re.compile(r"[ .\-]")


def read(field: Field, given: Any) -> Any:
    """The value as it is kept in JSON, None when there is none. Raises BadValue."""
    if given is None or given == "":
        return _none(field)
    if isinstance(given, datetime | date):
        return _of_day(field, given)
    if isinstance(given, bool):
        return given if field.type is FieldType.BOOLEAN else _READERS[field.type](field, str(given))
    if isinstance(given, int | float | Decimal):
        return _of_number(field, given)
    text = normalise(str(given))
    return _READERS[field.type](field, text) if text else _none(field)


def _none(field: Field) -> None:
    if field.is_required:
        raise BadValue(Wrong.MISSING)


def _of_day(field: Field, given: date) -> str:
    if field.type is not FieldType.DATE:
        return str(_READERS[field.type](field, f"{given:%d/%m/%Y}"))
    return (given.date() if isinstance(given, datetime) else given).isoformat()


def _of_number(field: Field, given: int | float | Decimal) -> Any:
    whole = abs(float(given)) < 1e15 and given == int(given)
    if field.type is FieldType.NUMBER:
        return int(given) if whole else float(given)
    if field.type is FieldType.INTEGER:
        if not whole:
            raise BadValue(Wrong.NOT_WHOLE)
        return int(given)
    # A workbook drops the leading zero of a number kept as a number: put back where the length is fixed.
    text = str(int(given)) if whole else str(given)
    if field.type is FieldType.PERSONAL_NUMBER and len(text) in (10, 11):
        text = text.zfill(12)
    if field.type is FieldType.TAX_CODE and len(text) in (9, 12):
        text = "0" + text
    if field.type is FieldType.PHONE and len(text) == 9:
        text = "0" + text
    return _READERS[field.type](field, text)


def _text(field: Field, text: str) -> str:
    if text.startswith(_FORMULA) and not text[1:].replace(" ", "").isdigit():
        raise BadValue(Wrong.FORMULA)
    if len(text) > field.max_length:
        raise BadValue(Wrong.LONG)
    return text


def _name(field: Field, text: str) -> str:
    return tidy_name(_text(field, text))


def _integer(field: Field, text: str) -> int:
    value = _number(field, text)
    if not isinstance(value, int):
        raise BadValue(Wrong.NOT_WHOLE)
    return value


def _number(field: Field, text: str) -> int | float:
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    if text[0] in "=@":
        raise BadValue(Wrong.FORMULA)
    try:
        value = numbers.read(text)
    except numbers.NotANumber as error:
        raise BadValue(Wrong.NOT_A_NUMBER) from error
    return int(value) if value == value.to_integral_value() else float(value)


def day(text: str) -> date:
    """23/11/2026, 23-11-2026, 2026-11-23. Two-digit years and days that are in no calendar are refused."""
    iso = _ISO_DAY.fullmatch(text)
    vietnamese = None if iso else _VIETNAMESE_DAY.fullmatch(text)
    if not iso and not vietnamese:
        raise BadValue(Wrong.NOT_A_DATE)
    groups = iso.groups() if iso else vietnamese.groups()[::-1]  # type: ignore[union-attr]
    try:
        return date(int(groups[0]), int(groups[1]), int(groups[2]))
    except ValueError as error:
        raise BadValue(Wrong.NO_SUCH_DAY) from error


def _date(field: Field, text: str) -> str:
    return day(text).isoformat()


def _boolean(field: Field, text: str) -> bool:
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValue(Wrong.NOT_YES_OR_NO)


def _choice(field: Field, text: str) -> str:
    if text in field.options:
        return text
    wanted = fold(text)
    alike = [option for option in field.options if fold(option) == wanted]
    if len(alike) != 1:
        raise BadValue(Wrong.NOT_A_CHOICE)
    return alike[0]


def _personal_number(field: Field, text: str) -> str:
    digits = _SPACED.sub("", text)
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise BadValue(Wrong.NOT_12_DIGITS)
    return digits


def _tax_code(field: Field, text: str) -> str:
    if not _TAX.fullmatch(text) or not text.isascii():
        raise BadValue(Wrong.NOT_A_TAX_CODE)
    return text.replace("-", "")


def _phone(field: Field, text: str) -> str:
    found = _PHONE.fullmatch(_SPACED.sub("", text))
    if not found or not text.isascii():
        raise BadValue(Wrong.NOT_A_PHONE)
    return "0" + found[1]


def _email(field: Field, text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise BadValue(Wrong.NOT_AN_EMAIL)
    return text.lower()


_READERS: dict[FieldType, Callable[[Field, str], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NAME: _name,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.PERSONAL_NUMBER: _personal_number,
    FieldType.TAX_CODE: _tax_code,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.ADDRESS: _text,
}
