"""A process as data: steps, ways, forks and joins, read from a definition and written back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOURS_PER_WORKING_DAY = 8


class Malformed(Exception):
    """The definition does not have the shape of a process; `where` names the part."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True)
class Transition:
    """A way out of a step. `back` marks a return to earlier work, which the longest path leaves out."""

    code: str
    title: str
    to: str
    permission: str
    back: bool = False
    starts_clock: bool = False
    needs_note: bool = False
    # May be taken back, with a reason, until the next one has begun.
    undo: bool = False


@dataclass(frozen=True)
class Branch:
    """The first step of a branch. The join does not wait for an optional one."""

    to: str
    optional: bool = False


@dataclass(frozen=True)
class Step:
    """Work of one role at one place. An end has no way out; a waiting step waits for someone outside.

    A fork opens its branches, and nobody works on it itself; `join` names the fork whose branches meet here, and the
    join's one way is taken by the engine when all needed branches have arrived.
    """

    code: str
    title: str
    role: str = ""
    permission: str = ""
    place: str = ""
    hours: float = 0
    remind: float | None = None
    is_end: bool = False
    waits: bool = False
    fork: tuple[Branch, ...] = ()
    join: str = ""
    # Done in so many hours, but outside the legal term (reception, giving the result).
    outside: bool = False
    note: str = ""
    transitions: Mapping[str, Transition] = field(default_factory=dict)

    @property
    def is_work(self) -> bool:
        """Someone here does it, in so many hours."""
        return not (self.is_end or self.waits or self.fork or self.join)

    @property
    def passing(self) -> Transition | None:
        """A join's own way on."""
        return next(iter(self.transitions.values()), None) if self.join else None


@dataclass(frozen=True)
class Process:
    """A whole definition, read."""

    start: str
    steps: Mapping[str, Step]

    def ways_on(self, code: str) -> list[str]:
        """The steps that follow, returns and optional branches left out."""
        step = self.steps[code]
        return [
            *(way.to for way in step.transitions.values() if not way.back),
            *(branch.to for branch in step.fork if not branch.optional),
        ]

    def all_ways(self, code: str) -> list[str]:
        """The steps that may follow, by any way or branch."""
        step = self.steps[code]
        return [*(way.to for way in step.transitions.values()), *(branch.to for branch in step.fork)]

    def join_of(self, fork: str) -> str:
        """The join at which the branches of `fork` meet; empty when there is none."""
        return next((step.code for step in self.steps.values() if step.join == fork), "")


def read(definition: Mapping[str, Any]) -> Process:
    """The definition as a graph. Malformed when it has not the shape (types, missing parts, a code twice).

    Shape: {"start": code, "steps": [{code, title, role, permission, place, hours or days, remind, end, waits,
    outside, note,
    fork: [code or {to, optional}], join: fork's code,
    "transitions": [{code, title, to, permission, back, starts_clock, needs_note, undo}]}]}; lists keep their order.
    """
    try:
        raws = listed(definition)["steps"]
        steps = {str(raw["code"]): _step(raw) for raw in raws}
        if len(steps) != len(raws):
            raise Malformed(_twice(raws))
        return Process(str(definition["start"]), steps)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as wrong:
        raise Malformed(str(wrong)) from wrong


def _twice(raws: list[dict[str, Any]]) -> str:
    codes = [str(raw["code"]) for raw in raws]
    return next(code for code in codes if codes.count(code) > 1)


def listed(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with steps and transitions as lists: written as tables by code, the database loses their order."""
    return {**definition, "steps": [_with_ways(raw) for raw in _as_list(definition["steps"])]}


def _with_ways(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**raw, "transitions": _as_list(raw.get("transitions", []))}


def _as_list(parts: Any) -> list[dict[str, Any]]:
    if isinstance(parts, Mapping):
        return [{"code": code, **part} for code, part in parts.items()]
    return [dict(part) for part in parts]


def _hours(raw: Mapping[str, Any]) -> float:
    """Working hours; fractions of a working day (0,25) are counted by eight."""
    hours = float(raw["days"]) * HOURS_PER_WORKING_DAY if "days" in raw else float(raw.get("hours", 0))
    if not 0 <= hours < 100_000:
        raise ValueError(f"{raw['code']}: {hours:g}")
    return hours


def _step(raw: Mapping[str, Any]) -> Step:
    permission = str(raw.get("permission", ""))
    ways = [_way(way, permission) for way in raw.get("transitions", [])]
    if len({way.code for way in ways}) != len(ways):
        raise Malformed(f"{raw['code']}: {_twice(list(raw['transitions']))}")
    return Step(
        code=str(raw["code"]),
        title=str(raw.get("title", "")),
        role=str(raw.get("role", "")),
        permission=permission,
        place=str(raw.get("place", "")),
        hours=_hours(raw),
        remind=None if raw.get("remind") is None else float(raw["remind"]),
        is_end=bool(raw.get("end", False)),
        waits=bool(raw.get("waits", False)),
        fork=tuple(_branch(branch) for branch in raw.get("fork", [])),
        join=str(raw.get("join", "")),
        outside=bool(raw.get("outside", False)),
        note=str(raw.get("note", "")),
        transitions={way.code: way for way in ways},
    )


def _way(raw: Mapping[str, Any], permission: str) -> Transition:
    return Transition(
        code=str(raw["code"]),
        title=str(raw.get("title", "")),
        to=str(raw["to"]),
        permission=str(raw.get("permission") or permission),
        back=bool(raw.get("back", False)),
        starts_clock=bool(raw.get("starts_clock", False)),
        needs_note=bool(raw.get("needs_note", False)),
        undo=bool(raw.get("undo", False)),
    )


def _branch(raw: Any) -> Branch:
    if isinstance(raw, str):
        return Branch(raw)
    return Branch(str(raw["to"]), bool(raw.get("optional", False)))


def written(process: Process) -> dict[str, Any]:
    """The process as a definition again: only what differs from the default, so that two equal ones are equal."""
    return {"start": process.start, "steps": [_written_step(step) for step in process.steps.values()]}


def _written_step(step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {"code": step.code, "title": step.title}
    told = {
        "role": step.role,
        "permission": step.permission,
        "place": step.place,
        "hours": step.hours,
        "end": step.is_end,
        "waits": step.waits,
        "join": step.join,
        "outside": step.outside,
        "note": step.note,
    }
    row |= {name: value for name, value in told.items() if value}
    if step.remind is not None:
        row["remind"] = step.remind
    if step.fork:
        row["fork"] = [{"to": b.to, "optional": True} if b.optional else b.to for b in step.fork]
    row["transitions"] = [_written_way(way, step.permission) for way in step.transitions.values()]
    return row


def _written_way(way: Transition, permission: str) -> dict[str, Any]:
    row: dict[str, Any] = {"code": way.code, "title": way.title, "to": way.to}
    if way.permission and way.permission != permission:
        row["permission"] = way.permission
    marks = {"back": way.back, "starts_clock": way.starts_clock, "needs_note": way.needs_note, "undo": way.undo}
    return row | {name: True for name, on in marks.items() if on}
