"""Random definitions for hypothesis: some sound, some not; and a walk of one, as the engine does it, without rows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tinhso.engines.workflow import rules


def _step(code: str, hours: float) -> dict[str, Any]:
    return {"code": code, "title": code, "permission": "p", "place": "x", "hours": hours, "transitions": []}


@st.composite
def processes(draw: st.DrawFn, *, depth: int = 2) -> dict[str, Any]:
    """A sound process: a row of steps and of forks with branches of the same kind, with side ways, returns and ends."""
    steps: list[dict[str, Any]] = []
    first, last = _row(draw, steps, "s", depth)
    steps.append({"code": "end", "title": "end", "end": True})
    last["transitions"].append({"code": "go", "title": "đi tiếp", "to": "end"})
    return {"start": first["code"], "steps": steps}


def _row(draw: st.DrawFn, steps: list[dict[str, Any]], name: str, depth: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row of one to three parts; answers the first part and the one that leads on."""
    parts = []
    for n in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["work", "work", "wait", "fork"])) if depth else "work"
        parts.append((_fork if kind == "fork" else _work)(draw, steps, f"{name}{n}", depth, kind))
    for (_a, before), (after, _b) in pairwise(parts):
        before["transitions"].append({"code": "go", "title": "đi tiếp", "to": after["code"]})
    works = [first for first, last in parts if first is last]
    if len(works) > 1 and draw(st.booleans()):
        works[-1]["transitions"].append(
            {"code": "back", "title": "trả lại", "to": works[0]["code"], "back": True, "needs_note": True}
        )
    return parts[0][0], parts[-1][1]


def _work(
    draw: st.DrawFn, steps: list[dict[str, Any]], name: str, depth: int, kind: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    step = _step(name, draw(st.sampled_from([0.5, 1, 2, 4, 12])))
    if kind == "wait":
        step |= {"waits": True, "hours": 0}
    steps.append(step)
    return step, step


def _fork(
    draw: st.DrawFn, steps: list[dict[str, Any]], name: str, depth: int, kind: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    fork: dict[str, Any] = {"code": name, "title": name, "fork": [], "transitions": []}
    join: dict[str, Any] = {"code": f"{name}j", "title": "gom", "join": name, "transitions": []}
    steps.append(fork)
    for n in range(draw(st.integers(2, 3))):
        first, last = _row(draw, steps, f"{name}{'abc'[n]}", depth - 1)
        optional = n > 0 and draw(st.booleans())
        fork["fork"].append({"to": first["code"], "optional": True} if optional else first["code"])
        last["transitions"].append({"code": "done", "title": "xong", "to": join["code"]})
    steps.append(join)
    return fork, join


@st.composite
def anything(draw: st.DrawFn) -> dict[str, Any]:
    """A definition of the right shape whose parts point anywhere: mostly unsound."""
    count = draw(st.integers(1, 7))
    codes = [f"s{n}" for n in range(count)]
    to = st.sampled_from(codes)
    steps = []
    for code in codes:
        step = _step(code, 1)
        kind = draw(st.sampled_from(["work", "work", "work", "end", "wait", "fork", "join"]))
        step |= {"end": {"end": True}, "wait": {"waits": True}}.get(kind, {})
        if kind == "fork":
            step["fork"] = draw(st.lists(to, min_size=1, max_size=3))
        if kind == "join":
            step["join"] = draw(to)
        ways = draw(st.lists(st.tuples(to, st.booleans()), max_size=0 if kind == "end" else 2))
        step["transitions"] = [
            {"code": f"w{n}", "title": "w", "to": target, "back": back} for n, (target, back) in enumerate(ways)
        ]
        steps.append(step)
    return {"start": draw(to), "steps": steps}


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A sound process with a few of its ways led elsewhere, or a step taken out: nearly sound, often not."""
    raw = draw(processes())
    codes = [step["code"] for step in raw["steps"]]
    for _n in range(draw(st.integers(1, 3))):
        step = draw(st.sampled_from(raw["steps"]))
        how = draw(st.sampled_from(["lead", "add", "branch", "drop", "end"]))
        if how == "lead" and step.get("transitions"):
            draw(st.sampled_from(step["transitions"]))["to"] = draw(st.sampled_from(codes))
        elif how == "add" and not step.get("end"):
            code = f"x{len(step['transitions'])}"
            step["transitions"].append({"code": code, "title": "x", "to": draw(st.sampled_from(codes))})
        elif how == "branch" and step.get("fork"):
            step["fork"][0] = draw(st.sampled_from(codes))
        elif how == "drop" and len(raw["steps"]) > 2:
            raw["steps"] = [other for other in raw["steps"] if other is not step]
        elif how == "end":
            step.pop("join", None)
    return raw


@dataclass
class Walk:
    """One token and its branches, moved as services.standing moves them."""

    process: rules.Process
    step: str = ""
    parent: Walk | None = None
    optional: bool = False
    branches: list[Walk] | None = None
    arrived: bool = False

    def enter(self, code: str) -> None:
        self.step, self.branches = code, None
        step = self.process.steps[code]
        if step.fork:
            self.branches = [Walk(self.process, parent=self, optional=branch.optional) for branch in step.fork]
            for walk, branch in zip(list(self.branches), step.fork, strict=True):
                walk.enter(branch.to)
        elif step.join and self.parent is not None:
            self.arrived = True
            self.parent.meet(step)

    def meet(self, join: rules.Step) -> None:
        if all(branch.arrived or branch.optional for branch in self.branches or []) and join.passing:
            self.enter(join.passing.to)

    def moves(self) -> list[tuple[Walk, str]]:
        """Every move that may be made now."""
        own = [(self, way.to) for way in self.process.steps[self.step].transitions.values()] if not self.arrived else []
        return own + [move for branch in self.branches or [] if not branch.arrived for move in branch.moves()]

    def ended(self) -> bool:
        return self.process.steps[self.step].is_end


def walk_ends(process: rules.Process, seed: int, *, wander: int = 60, most: int = 4000) -> bool:
    """Wanders at random, then prefers ways that lead on; True when the whole ends."""
    choice = random.Random(seed)
    whole = Walk(process)
    whole.enter(process.start)
    for n in range(most):
        if whole.ended():
            return True
        moves = whole.moves()
        if not moves:
            return False
        onward = [
            (walk, to)
            for walk, to in moves
            if any(way.to == to and not way.back for way in process.steps[walk.step].transitions.values())
        ]
        walk, to = choice.choice(onward if n > wander and onward else moves)
        walk.enter(to)
    return False
