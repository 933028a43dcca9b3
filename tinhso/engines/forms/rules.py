"""Pure rules of forms: conditions, and reading what people type (dates, numbers, phones, identity numbers)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Condition = str | Mapping[str, Any] | None
# Beyond this no form asks, and browsers no longer count exactly.
LARGEST = 10**15

# Digits of the ASCII table only: browsers and the database know no others.
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:,[0-9]+)?\Z")
_GROUPED_NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?\Z")
_DOTTED_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+\Z")
_PHONE = re.compile(r"0[0-9]{9,10}\Z")


def is_met(condition: Condition, data: Mapping[str, Any]) -> bool:
    """Whether `condition` holds for `data`. No condition always holds; an unknown shape is an error of the author.

    Shapes: "field" (filled and not false), "field=value", {"field", "equals"|"in"|"has"|"filled"},
    {"all": […]}, {"any": […]}, {"not": …}. static/forms/conditions.js gives the same answers.
    """
    if condition is None or condition == "":
        return True
    if isinstance(condition, str):
        name, equals, value = condition.partition("=")
        return _as_text(data.get(name)) == value if equals else is_filled(data.get(name))
    if "all" in condition:
        return all(is_met(part, data) for part in condition["all"])
    if "any" in condition:
        return any(is_met(part, data) for part in condition["any"])
    if "not" in condition:
        return not is_met(condition["not"], data)
    return _compare(condition, data.get(condition["field"]))


def _compare(condition: Mapping[str, Any], value: Any) -> bool:
    if "equals" in condition:
        return is_same(value, condition["equals"])
    if "in" in condition:
        return any(is_same(value, one) for one in condition["in"])
    if "has" in condition:
        return isinstance(value, list) and any(is_same(one, condition["has"]) for one in value)
    return is_filled(value) is bool(condition.get("filled", True))


def is_same(one: Any, other: Any) -> bool:
    """Equality of JSON: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _as_text(value: Any) -> str:
    """A text or number as "field=value" compares it; a list or a tick is never equal to a text."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.15g}" if is_number else ""


def is_filled(value: Any) -> bool:
    """An answer was given: not absent, empty or an unticked box. Zero is an answer."""
    return value is not None and value is not False and value != "" and value != [] and value != {}


def fields_of(condition: Condition) -> Iterator[str]:
    """The names a condition looks at."""
    if not condition:
        return
    if isinstance(condition, str):
        yield condition.partition("=")[0]
        return
    for part in [*condition.get("all", []), *condition.get("any", [])]:
        yield from fields_of(part)
    if "not" in condition:
        yield from fields_of(condition["not"])
    if "field" in condition:
        yield str(condition["field"])


def read_date(day: str, month: str, year: str) -> date | None:
    """The day written in three boxes; None when there is no such day (31/02) or the year is not of four digits."""
    if not all(part.isascii() and part.isdigit() for part in (day, month, year)) or len(year) != 4:
        return None
    if len(day) > 2 or len(month) > 2:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_number(text: str) -> Decimal | None:
    """A number as Vietnamese write it: 1.234,5. Also 1234,5 and 1234.5 when the dot cannot mean thousands."""
    bare = text.replace(" ", "").replace("\u00a0", "")
    if _PLAIN_NUMBER.match(bare) or _GROUPED_NUMBER.match(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif not _DOTTED_NUMBER.match(bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def read_phone(text: str) -> str | None:
    """A Vietnamese telephone number as digits from 0: spaces, dots, dashes and +84 are taken off."""
    bare = re.sub(r"[\s.\-()]", "", text)
    if bare.startswith("+84"):
        bare = "0" + bare[3:]
    elif bare.startswith("84") and len(bare) == 11:
        bare = "0" + bare[2:]
    return bare if _PHONE.match(bare) else None


def read_digits(text: str) -> str:
    """The text without the spaces, dots and dashes people put into long numbers."""
    return re.sub(r"[\s.\-]", "", text)


def write_number(value: int | float) -> str:
    """A number as Vietnamese write it: 1.234,5."""
    whole, dot, rest = f"{value:,}".partition(".")
    decimals = f",{rest}" if dot and rest.strip("0") else ""
    return whole.replace(",", ".") + decimals
