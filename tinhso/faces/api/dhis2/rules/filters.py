"""`filter=level:le:3&filter=name:ilike:hồng` read and tried on values, within bounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tinhso.faces.api.dhis2.rules.faults import Fault

MOST = 40
LONGEST = 60_000
LONGEST_LIST = 5_000
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*){0,4}")


@dataclass(frozen=True)
class Filter:
    """One condition: a path to a value, how it is compared, with what."""

    path: tuple[str, ...]
    operator: str
    value: str = ""
    listed: frozenset[str] = frozenset()

    def holds(self, values: Iterable[object]) -> bool:
        """Whether one of the values meets it; for the negative forms, whether none offends."""
        test = OPERATORS[self.operator.removeprefix("!")]
        kept = list(values)
        if self.operator == "null":
            return all(item is None for item in kept)
        if self.operator == "!null":
            return any(item is not None for item in kept)
        found = any(test(self, item) for item in kept if item is not None)
        return not found if self.operator.startswith("!") else found


def parse(text: str) -> Filter:
    """Reads `path:operator[:value]`; Fault E7652 or E7653 when it cannot be."""
    if len(text) > LONGEST:
        raise Fault("E7652", text[:50], "…")
    path, colon, rest = text.partition(":")
    operator, _colon, value = rest.partition(":")
    if not colon or not _PATH.fullmatch(path):
        raise Fault("E7652", text, "property:operator:value")
    operator = ALIASES.get(operator, operator)
    if operator.removeprefix("!") not in OPERATORS or (operator[:1] == "!" and operator[1:] in NEVER_NEGATED):
        raise Fault("E7653", text, operator)
    return Filter(tuple(path.split(".")), operator, value, _listed(text, operator, value))


def _listed(text: str, operator: str, value: str) -> frozenset[str]:
    if operator not in ("in", "!in"):
        return frozenset()
    if not (value.startswith("[") and value.endswith("]")):
        raise Fault("E7652", text, "in:[a,b]")
    found = frozenset(part.strip() for part in value[1:-1].split(","))
    if len(found) > LONGEST_LIST:
        raise Fault("E7652", text, LONGEST_LIST)
    return found


def parse_all(texts: list[str]) -> list[Filter]:
    if len(texts) > MOST:
        raise Fault("E7652", f"{len(texts)} filter", MOST)
    return [parse(text) for text in texts]


def folded(text: str) -> str:
    """For comparing without regard to case: marks stay, they tell names apart."""
    return unicodedata.normalize("NFC", text).casefold()


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _compared(test: Callable[[object, object], bool]) -> Callable[[Filter, object], bool]:
    def tried(asked: Filter, value: object) -> bool:
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            try:
                return test(Decimal(str(value)), Decimal(asked.value))
            except InvalidOperation:
                return False
        return test(as_text(value), asked.value)

    return tried


def _text(test: Callable[[str, str], bool], *, case: bool) -> Callable[[Filter, object], bool]:
    def tried(asked: Filter, value: object) -> bool:
        if case:
            return test(as_text(value), asked.value)
        return test(folded(as_text(value)), folded(asked.value))

    return tried


def _has_all_tokens(text: str, asked: str) -> bool:
    return all(part in text for part in asked.split())


OPERATORS: dict[str, Callable[[Filter, object], bool]] = {
    "eq": _compared(lambda a, b: a == b),
    "gt": _compared(lambda a, b: a > b),  # type: ignore[operator]
    "ge": _compared(lambda a, b: a >= b),  # type: ignore[operator]
    "lt": _compared(lambda a, b: a < b),  # type: ignore[operator]
    "le": _compared(lambda a, b: a <= b),  # type: ignore[operator]
    "ieq": _text(str.__eq__, case=False),
    "like": _text(str.__contains__, case=True),
    "$like": _text(str.startswith, case=True),
    "like$": _text(str.endswith, case=True),
    "ilike": _text(str.__contains__, case=False),
    "$ilike": _text(str.startswith, case=False),
    "ilike$": _text(str.endswith, case=False),
    "token": _text(_has_all_tokens, case=False),
    "in": lambda asked, value: as_text(value) in asked.listed,
    "null": lambda asked, value: value is None,
    "empty": lambda asked, value: value == "" or value == 0,
}
ALIASES = {
    "ne": "!eq",
    "neq": "!eq",
    "gte": "ge",
    "lte": "le",
    "startsWith": "$like",
    "endsWith": "like$",
    "!startsWith": "!$like",
    "!endsWith": "!like$",
}
NEVER_NEGATED = ("gt", "ge", "lt", "le", "empty")
