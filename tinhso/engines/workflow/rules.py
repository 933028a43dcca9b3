"""A process as a graph, and what must be true of it: every state ends, no dead step, within the legal term. Pure."""

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


@dataclass(frozen=True)
class Step:
    """Work of one role at one place. An end has no way out; a waiting step waits for someone outside."""

    code: str
    title: str
    role: str = ""
    permission: str = ""
    place: str = ""
    hours: float = 0
    is_end: bool = False
    waits: bool = False
    transitions: Mapping[str, Transition] = field(default_factory=dict)


@dataclass(frozen=True)
class Process:
    """A whole definition, read."""

    start: str
    steps: Mapping[str, Step]

    def ways_on(self, code: str) -> list[str]:
        """The steps that follow, returns left out."""
        return [way.to for way in self.steps[code].transitions.values() if not way.back]


@dataclass(frozen=True)
class Problem:
    """One fault: its kind and the names in it. The sentence is made where people read it."""

    kind: str
    names: Mapping[str, str] = field(default_factory=dict)


def read(definition: Mapping[str, Any]) -> Process:
    """The definition as a graph. Malformed when it has not the shape (types, missing parts).

    Shape: {"start": code, "steps": [{code, title, role, permission, place, hours, end, waits,
    "transitions": [{code, title, to, permission, back, starts_clock, needs_note}]}]}; lists keep their order.
    """
    try:
        steps = {str(raw["code"]): _step(raw) for raw in listed(definition)["steps"]}
        return Process(str(definition["start"]), steps)
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise Malformed(str(wrong)) from wrong


def listed(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with steps and transitions as lists: written as tables by code, the database loses their order."""
    return {**definition, "steps": [_with_ways(raw) for raw in _as_list(definition["steps"])]}


def _with_ways(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**raw, "transitions": _as_list(raw.get("transitions", []))}


def _as_list(parts: Any) -> list[dict[str, Any]]:
    if isinstance(parts, Mapping):
        return [{"code": code, **part} for code, part in parts.items()]
    return [dict(part) for part in parts]


def _step(raw: Mapping[str, Any]) -> Step:
    permission = str(raw.get("permission", ""))
    return Step(
        code=str(raw["code"]),
        title=str(raw.get("title", "")),
        role=str(raw.get("role", "")),
        permission=permission,
        place=str(raw.get("place", "")),
        hours=float(raw.get("hours", 0)),
        is_end=bool(raw.get("end", False)),
        waits=bool(raw.get("waits", False)),
        transitions={
            str(way["code"]): Transition(
                code=str(way["code"]),
                title=str(way.get("title", "")),
                to=str(way["to"]),
                permission=str(way.get("permission") or permission),
                back=bool(way.get("back", False)),
                starts_clock=bool(way.get("starts_clock", False)),
                needs_note=bool(way.get("needs_note", False)),
            )
            for way in raw.get("transitions", [])
        },
    )


def problems(
    process: Process, *, term_hours: float | None = None, permissions: frozenset[str] | None = None
) -> list[Problem]:
    """Every fault of a process; none means it may be published.

    `term_hours`: the legal term in working hours, when it is counted in them. `permissions`: the codes declared.
    """
    if process.start not in process.steps:
        return [Problem("no_start", {"step": process.start})]
    lost = [
        Problem("lost_way", {"step": step.title or step.code, "way": way.title or way.code, "to": way.to})
        for step in process.steps.values()
        for way in step.transitions.values()
        if way.to not in process.steps
    ]
    if lost:
        return lost
    found = [*_unnamed(process, permissions), *_unreached(process), *_endless(process)]
    loop = _loop(process)
    if loop:
        return [*found, Problem("loop", {"step": process.steps[loop].title or loop})]
    longest = longest_hours(process)
    if term_hours is not None and longest > term_hours:
        found.append(Problem("too_long", {"hours": f"{longest:g}", "term": f"{term_hours:g}"}))
    return found


def _unnamed(process: Process, permissions: frozenset[str] | None) -> list[Problem]:
    found = []
    for step in process.steps.values():
        name = {"step": step.title or step.code}
        if not step.title:
            found.append(Problem("no_title", name))
        if step.is_end and step.transitions:
            found.append(Problem("end_goes_on", name))
        if not step.is_end and not step.waits and step.hours <= 0:
            found.append(Problem("no_hours", name))
        for way in step.transitions.values():
            both = {**name, "way": way.title or way.code}
            if not way.title:
                found.append(Problem("no_way_title", both))
            if not way.permission:
                found.append(Problem("no_permission", both))
            elif permissions is not None and way.permission not in permissions:
                found.append(Problem("unknown_permission", {**both, "permission": way.permission}))
    return found


def _unreached(process: Process) -> list[Problem]:
    reached: set[str] = set()
    ahead = [process.start]
    while ahead:
        code = ahead.pop()
        if code not in reached:
            reached.add(code)
            ahead += [way.to for way in process.steps[code].transitions.values()]
    return [Problem("dead", {"step": s.title or s.code}) for s in process.steps.values() if s.code not in reached]


def _endless(process: Process) -> list[Problem]:
    """Steps from which no end can be reached."""
    ending = {step.code for step in process.steps.values() if step.is_end}
    grew = True
    while grew:
        grew = False
        for step in process.steps.values():
            if step.code not in ending and any(way.to in ending for way in step.transitions.values()):
                ending.add(step.code)
                grew = True
    return [Problem("endless", {"step": s.title or s.code}) for s in process.steps.values() if s.code not in ending]


def _loop(process: Process) -> str:
    """A step on a loop that no transition marks as a return; empty when there is none."""
    state: dict[str, int] = {}
    for first in process.steps:
        stack = [(first, iter(process.ways_on(first)))] if first not in state else []
        if stack:
            state[first] = 1
        while stack:
            code, ways = stack[-1]
            following = next(ways, None)
            if following is None:
                state[code] = 2
                stack.pop()
            elif state.get(following) == 1:
                return following
            elif following not in state:
                state[following] = 1
                stack.append((following, iter(process.ways_on(following))))
    return ""


def longest_hours(process: Process) -> float:
    """Working hours along the slowest way from start to an end, returns and waiting left out."""
    known: dict[str, float] = {}
    order = [process.start]
    while order:
        code = order[-1]
        missing = [way for way in process.ways_on(code) if way not in known]
        if missing:
            order += missing
            continue
        order.pop()
        step = process.steps[code]
        known[code] = (0 if step.waits else step.hours) + max((known[way] for way in process.ways_on(code)), default=0)
    return known[process.start]
