"""What must be true of a process: every state ends, no dead step, no fork without join, within the legal term. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tinhso.engines.workflow.shape import (
    HOURS_PER_WORKING_DAY,
    Branch,
    Malformed,
    Process,
    Step,
    Transition,
    listed,
    read,
    written,
)

__all__ = [
    "HOURS_PER_WORKING_DAY",
    "Branch",
    "Malformed",
    "Problem",
    "Process",
    "Step",
    "Transition",
    "listed",
    "longest_hours",
    "longest_way",
    "problems",
    "read",
    "term_hours",
    "written",
]

# Sums of quarters of a day are exact, tenths are not.
CLOSE = 1e-6


@dataclass(frozen=True)
class Problem:
    """One fault: its kind and the names in it. The sentence is made where people read it."""

    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    # The step to mark in the drawing, when the fault has one.
    step: str = ""


def term_hours(value: float, unit: str) -> float:
    """A legal term in working hours. Calendar days count as the fewest working days they can hold (two whole weekends
    hide in eight days), so that a process found short enough is so wherever the term begins."""
    if unit == "working_hour":
        return float(value)
    if unit == "day":
        weeks, rest = divmod(int(value), 7)
        return float((weeks * 5 + max(rest - 2, 0)) * HOURS_PER_WORKING_DAY)
    return float(max(value, 1) * HOURS_PER_WORKING_DAY) if unit == "same_day" else float(value * HOURS_PER_WORKING_DAY)


def problems(
    process: Process, *, term_hours: float | None = None, permissions: frozenset[str] | None = None
) -> list[Problem]:
    """Every fault of a process; none means it may be published.

    `term_hours`: the legal term in working hours. `permissions`: the codes declared.
    """
    if process.start not in process.steps:
        return [Problem("no_start", {"step": process.start})]
    lost = [*_lost(process)]
    if lost:
        return lost
    shape = [*_unnamed(process, permissions), *_unreached(process), *_endless(process), *_pairs(process)]
    found = shape if any(p.kind in PAIRING for p in shape) else [*shape, *_blocks(process)]
    loop = _loop(process)
    if loop:
        return [*found, Problem("loop", {"step": _name(process.steps[loop])}, loop)]
    longest = longest_hours(process)
    if term_hours is not None and longest > term_hours + CLOSE:
        steps = " → ".join(_name(process.steps[code]) for code in longest_way(process))
        names = {"hours": f"{longest:g}", "term": f"{term_hours:g}", "steps": steps}
        found.append(Problem("too_long", names))
    return found


def _name(step: Step) -> str:
    return step.title or step.code


def _lost(process: Process) -> Iterable[Problem]:
    for step in process.steps.values():
        for way in step.transitions.values():
            if way.to not in process.steps:
                names = {"step": _name(step), "way": way.title or way.code, "to": way.to}
                yield Problem("lost_way", names, step.code)
        for branch in step.fork:
            if branch.to not in process.steps:
                yield Problem("lost_branch", {"step": _name(step), "to": branch.to}, step.code)
        if step.join and step.join not in process.steps:
            yield Problem("lost_join", {"step": _name(step), "to": step.join}, step.code)


def _unnamed(process: Process, permissions: frozenset[str] | None) -> Iterable[Problem]:
    for step in process.steps.values():
        name = {"step": _name(step)}
        if not step.title:
            yield Problem("no_title", name, step.code)
        if step.is_end and (step.transitions or step.fork or step.join):
            yield Problem("end_goes_on", name, step.code)
        if step.is_work and step.hours <= 0:
            yield Problem("no_hours", name, step.code)
        if step.is_work and not step.permission:
            yield Problem("no_step_permission", name, step.code)
        if (step.is_work or step.waits) and not step.place:
            yield Problem("no_place", name, step.code)
        if not step.join:
            yield from _unnamed_ways(step, permissions)


def _unnamed_ways(step: Step, permissions: frozenset[str] | None) -> Iterable[Problem]:
    for way in step.transitions.values():
        both = {"step": _name(step), "way": way.title or way.code}
        if not way.title:
            yield Problem("no_way_title", both, step.code)
        if not way.permission:
            yield Problem("no_permission", both, step.code)
        elif permissions is not None and way.permission not in permissions:
            yield Problem("unknown_permission", {**both, "permission": way.permission}, step.code)


def _reached(process: Process, first: str, *, stop: str = "") -> set[str]:
    """The steps that may be stood on from `first`, not going on beyond `stop`."""
    reached: set[str] = set()
    ahead = [first]
    while ahead:
        code = ahead.pop()
        if code not in reached:
            reached.add(code)
            ahead += process.all_ways(code) if code != stop else []
    return reached


def _unreached(process: Process) -> list[Problem]:
    reached = _reached(process, process.start)
    return [Problem("dead", {"step": _name(s)}, s.code) for s in process.steps.values() if s.code not in reached]


def _endless(process: Process) -> list[Problem]:
    """Steps from which no end can be reached. A fork ends when its join does and each needed branch can get there."""
    ending = {step.code for step in process.steps.values() if step.is_end}
    grew = True
    while grew:
        grew = False
        for step in process.steps.values():
            if step.code not in ending and _can_end(process, step, ending):
                ending.add(step.code)
                grew = True
    return [Problem("endless", {"step": _name(s)}, s.code) for s in process.steps.values() if s.code not in ending]


def _can_end(process: Process, step: Step, ending: set[str]) -> bool:
    if step.fork:
        return all(branch.to in ending for branch in step.fork)
    return any(way.to in ending for way in step.transitions.values())


# Faults of forks and joins taken one by one; the blocks between them are looked at when there are none of these.
PAIRING = frozenset({"fork_without_join", "join_without_fork", "one_branch", "join_ways", "both", "branch_twice"})


def _pairs(process: Process) -> Iterable[Problem]:
    """Each fork has one join and at least two branches; each join its fork and one way on."""
    joined = Counter(step.join for step in process.steps.values() if step.join)
    for step in process.steps.values():
        name = {"step": _name(step)}
        if step.fork and step.join:
            yield Problem("both", name, step.code)
        if step.fork and joined[step.code] != 1:
            yield Problem("fork_without_join", name, step.code)
        if step.fork and len(step.fork) < 2:
            yield Problem("one_branch", name, step.code)
        if len({branch.to for branch in step.fork}) < len(step.fork):
            yield Problem("branch_twice", name, step.code)
        if step.fork and all(branch.optional for branch in step.fork):
            yield Problem("all_optional", name, step.code)
        if step.join and not process.steps[step.join].fork:
            yield Problem("join_without_fork", name, step.code)
        if step.join and (len(step.transitions) != 1 or step.waits):
            yield Problem("join_ways", name, step.code)


def _blocks(process: Process) -> Iterable[Problem]:
    """Between a fork and its join: each branch stays in the block, apart from the others, and nothing else comes in."""
    for fork in process.steps.values():
        if fork.fork:
            yield from _block(process, fork, process.join_of(fork.code))


def _block(process: Process, fork: Step, join: str) -> Iterable[Problem]:
    inside: dict[str, str] = {}
    for branch in fork.fork:
        if branch.to == join:
            yield Problem("empty_branch", {"fork": _name(fork)}, fork.code)
        for code in _reached(process, branch.to, stop=join) - {join}:
            names = {"step": _name(process.steps[code]), "fork": _name(fork)}
            if process.steps[code].is_end or code == fork.code:
                yield Problem("branch_leaves", names, code)
            elif inside.setdefault(code, branch.to) != branch.to:
                yield Problem("branches_mix", names, code)
    for step, way in _from_outside(process, fork, {*inside, join}):
        yield Problem("into_block", {"step": _name(step), "way": way, "fork": _name(fork)}, step.code)


def _from_outside(process: Process, fork: Step, block: set[str]) -> Iterable[tuple[Step, str]]:
    """Steps outside a block with a way into it, other than its fork's branches; and the start, when it lies inside."""
    if process.start in block:
        yield process.steps[process.start], process.steps[process.start].title
    for step in process.steps.values():
        if step.code in block and step.join != fork.code:
            continue
        for way in step.transitions.values():
            if way.to in block:
                yield step, way.title or way.code
        for branch in step.fork if step.code != fork.code else ():
            if branch.to in block:
                yield step, branch.to


def _loop(process: Process) -> str:
    """A step on a loop that no transition marks as a return; empty when there is none."""
    state: dict[str, int] = {}
    for first in process.steps:
        stack = [(first, iter(_ahead(process, first)))] if first not in state else []
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
                stack.append((following, iter(_ahead(process, following))))
    return ""


def _ahead(process: Process, code: str) -> list[str]:
    """Ways on, optional branches with them: a loop there is one too."""
    step = process.steps[code]
    return [*(w.to for w in step.transitions.values() if not w.back), *(branch.to for branch in step.fork)]


def _longest(process: Process) -> dict[str, tuple[float, str]]:
    """For each step reached: counted hours from it to an end along the slowest way, and the next step of that way."""
    known: dict[str, tuple[float, str]] = {}
    order = [process.start]
    while order:
        code = order[-1]
        missing = [way for way in process.ways_on(code) if way not in known]
        if missing:
            order += missing
            continue
        order.pop()
        after = max(((known[way][0], way) for way in process.ways_on(code)), key=lambda a: a[0], default=(0.0, ""))
        known[code] = (_counted(process.steps[code]) + after[0], after[1])
    return known


def _counted(step: Step) -> float:
    return step.hours if step.is_work and not step.outside else 0


def _begins(process: Process, known: Mapping[str, tuple[float, str]]) -> str:
    """Where the legal term begins to run on the slowest way: after the transition that starts the clock, if any."""
    started = [
        way.to
        for code in known
        for way in process.steps[code].transitions.values()
        if way.starts_clock and way.to in known
    ]
    return max(started, key=lambda code: known[code][0], default=process.start)


def longest_hours(process: Process) -> float:
    """Working hours within the legal term along the slowest way to an end.

    Returns, waiting, optional branches and steps outside the term are left out; of parallel branches the slowest
    counts, since all of them end in the join.
    """
    known = _longest(process)
    return known[_begins(process, known)][0]


def longest_way(process: Process) -> list[str]:
    """The steps of the slowest way that count, in order."""
    known = _longest(process)
    code, way = _begins(process, known), []
    while code:
        way += [code] if _counted(process.steps[code]) else []
        code = known[code][1]
    return way
