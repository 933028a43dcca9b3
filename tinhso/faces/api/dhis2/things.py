"""Objects of the interface as named values, and how a field list cuts them to what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.fields import Field, Turn

IDENTIFIABLE = ("id", "name", "code", "created", "lastUpdated", "displayName")
NAMEABLE = (*IDENTIFIABLE, "shortName", "description")
# Objects written into one answer, nested ones included: `children[parent[children[…]]]` grows without end.
MOST_WRITTEN = 300_000


class Thing:
    """One object. A value may be a function without arguments, asked only when the field is."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, name: str) -> Any:
        found = self._values.get(name)
        if callable(found):
            found = self._values[name] = found()
        return found

    def names(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def at(self, path: tuple[str, ...]) -> list[Any]:
        """Every value at the end of a path, through lists."""
        here: list[Any] = [self]
        for step in path:
            found: list[Any] = []
            for one in here:
                value = one.get(step) if isinstance(one, Thing) else None
                found += value if isinstance(value, list) else [value]
            here = found
        return [one.get("id") if isinstance(one, Thing) else one for one in here]


class Cutter:
    """Cuts things to a field list, and counts what it has written."""

    def __init__(self) -> None:
        self.written = 0

    def cut(self, thing: Thing, fields: tuple[Field, ...]) -> dict[str, Any]:
        self.written += 1
        if self.written > MOST_WRITTEN:
            raise Fault("E7651", MOST_WRITTEN, "…")
        left_out = {field.name for field in fields if field.is_left_out}
        found: dict[str, Any] = {}
        for field in fields:
            if field.is_left_out:
                continue
            for name in _named(thing, field.name):
                if name not in left_out and name in thing:
                    shown, value = self._turned(name, thing.get(name), field)
                    if value is not None:
                        found[shown] = value
        return found

    def _turned(self, name: str, value: Any, field: Field) -> tuple[str, Any]:
        for turn in field.turns:
            if turn.name == "rename" and turn.given:
                name = turn.given[:100]
            else:
                value = _turn(turn, value)
        return name, self._inside(value, field.inner)

    def _inside(self, value: Any, inner: tuple[Field, ...] | None) -> Any:
        if isinstance(value, Thing):
            return self.cut(value, inner if inner is not None else _reference(value))
        if isinstance(value, list) and value and isinstance(value[0], Thing):
            return [self.cut(one, inner if inner is not None else _reference(one)) for one in value]
        return value


_BY_ID, _WHOLE = (Field("id"),), (Field("*"),)


def _reference(thing: Thing) -> tuple[Field, ...]:
    """A thing with an identifier is named by it; one without (a measure's place on a form) is shown."""
    return _BY_ID if "id" in thing else _WHOLE


def _named(thing: Thing, name: str) -> list[str]:
    match name:
        case ":all" | "*":
            return list(thing.names())
        case ":identifiable":
            return list(IDENTIFIABLE)
        case ":nameable":
            return list(NAMEABLE)
        case ":simple":
            return [one for one in thing.names() if not isinstance(thing.get(one), (Thing, list, dict))]
        case ":owner" | ":persisted":
            return [one for one in thing.names() if not one.startswith("display") and one not in ("children", "href")]
    return [name]


def _size(value: Any) -> Any:
    return len(value) if isinstance(value, (list, str)) else value


def _pluck(value: Any, name: str) -> Any:
    if not isinstance(value, list):
        return value
    return [one.get(name or "id") if isinstance(one, Thing) else one for one in value]


_TURNS: dict[str, Callable[[Any, str], Any]] = {
    "size": lambda value, _given: _size(value),
    "isempty": lambda value, _given: not value,
    "isnotempty": lambda value, _given: bool(value),
    "pluck": _pluck,
    "ids": lambda value, _given: _pluck(value, "id"),
    "keyby": lambda value, _given: value,
    "paging": lambda value, _given: value,
}


def _turn(turn: Turn, value: Any) -> Any:
    act = _TURNS.get(turn.name)
    if act is None:
        raise Fault("E7651", turn.name, turn.name)
    return act(value, turn.given)
