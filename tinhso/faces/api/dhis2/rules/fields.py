"""`fields=id,name,parent[id,name],children~size,:all,!path` read into a tree, within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tinhso.faces.api.dhis2.rules.faults import Fault

LONGEST = 6000
DEEPEST = 8
MOST = 400
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*|:[a-z]+|\*")
_TURN = re.compile(r"(?:~|\||::)([A-Za-z]+)(?:\(([^()\[\],]*)\))?")
PRESETS = (":all", "*", ":identifiable", ":nameable", ":simple", ":owner", ":persisted")


@dataclass(frozen=True)
class Turn:
    """What is done to a value: size, isEmpty, isNotEmpty, rename(x), pluck(x)…"""

    name: str
    given: str = ""


@dataclass(frozen=True)
class Field:
    """One asked field. `inner` is None when nothing was said about what is inside."""

    name: str
    is_left_out: bool = False
    turns: tuple[Turn, ...] = ()
    inner: tuple[Field, ...] | None = None


def parse(text: str) -> tuple[Field, ...]:
    """Reads a field list; Fault E7651 for what cannot be read or is beyond the bounds."""
    if len(text) > LONGEST:
        raise Fault("E7651", LONGEST, "…")
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text.replace(" ", "")
        self.at = 0
        self.count = 0

    def whole(self) -> tuple[Field, ...]:
        found = self.items(1)
        if self.at < len(self.text):
            raise self.fault()
        return found

    def items(self, depth: int) -> tuple[Field, ...]:
        if depth > DEEPEST:
            raise self.fault()
        found: list[Field] = []
        while True:
            if self.at < len(self.text) and self.text[self.at] not in ",]":
                found.append(self.item(depth))
            if not self.eat(","):
                return tuple(found)

    def item(self, depth: int) -> Field:
        self.count += 1
        if self.count > MOST:
            raise self.fault()
        is_left_out = self.eat("!")
        name = self.match(_NAME)
        turns = self.turns()
        inner = None
        if self.eat("["):
            inner = self.items(depth + 1)
            if not self.eat("]"):
                raise self.fault()
            turns += self.turns()
        return Field(name, is_left_out, tuple(turns), inner)

    def turns(self) -> list[Turn]:
        found = []
        while turn := _TURN.match(self.text, self.at):
            self.at = turn.end()
            found.append(Turn(turn[1].lower(), turn[2] or ""))
        return found

    def eat(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += 1
            return True
        return False

    def match(self, shape: re.Pattern[str]) -> str:
        found = shape.match(self.text, self.at)
        if found is None:
            raise self.fault()
        self.at = found.end()
        return found[0]

    def fault(self) -> Fault:
        here = self.text[self.at : self.at + 1] or "(hết)"
        return Fault("E7651", self.at, here)
