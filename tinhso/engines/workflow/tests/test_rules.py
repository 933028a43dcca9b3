"""What a process must be before cases run on it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.workflow import rules


def step(code: str, *ways: tuple[str, str], hours: float = 1, **more: Any) -> dict[str, Any]:
    made = [{"code": name, "title": name, "to": to} for name, to in ways]
    return {"code": code, "title": code, "permission": "x", "hours": hours, "transitions": made, **more}


def end(code: str = "end") -> dict[str, Any]:
    return {"code": code, "title": code, "end": True}


def kinds(*steps: dict[str, Any], term: float | None = None) -> set[str]:
    process = rules.read({"start": "a", "steps": list(steps)})
    return {problem.kind for problem in rules.problems(process, term_hours=term)}


def test_a_sound_process_has_no_problem() -> None:
    assert kinds(step("a", ("go", "b")), step("b", ("go", "end")), end(), term=2) == set()


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([step("b", ("go", "end")), end()], "no_start"),
        ([step("a", ("go", "nowhere")), end()], "lost_way"),
        ([step("a", ("go", "end")), step("b", ("go", "end")), end()], "dead"),
        ([step("a", ("go", "b"), ("stop", "end")), step("b"), end()], "endless"),
        ([step("a", ("go", "end"), hours=0), end()], "no_hours"),
        ([step("a", ("go", "end")), {**end(), "transitions": [{"code": "x", "to": "a"}]}], "end_goes_on"),
        ([step("a", ("go", "b")), step("b", ("back", "a"), ("go", "end")), end()], "loop"),
        ([step("a", ("go", "end"), hours=9), end()], "too_long"),
        ([{**step("a", ("go", "end")), "permission": ""}, end()], "no_permission"),
        ([{**step("a", ("go", "end")), "title": ""}, end()], "no_title"),
    ],
)
def test_each_fault_is_named(steps: list[dict[str, Any]], kind: str) -> None:
    assert kind in kinds(*steps, term=8)


def test_a_marked_return_is_no_loop_and_takes_no_time() -> None:
    second = step("b", ("go", "end"), hours=3)
    second["transitions"].append({"code": "back", "title": "back", "to": "a", "back": True})
    assert kinds(step("a", ("go", "b")), second, end(), term=4) == set()


def test_waiting_for_someone_outside_takes_no_time() -> None:
    assert (
        kinds(step("a", ("ask", "w"), hours=4), step("w", ("go", "end"), hours=90, waits=True), end(), term=4) == set()
    )


def test_an_undeclared_permission_is_named() -> None:
    process = rules.read({"start": "a", "steps": [step("a", ("go", "end")), end()]})
    assert [p.kind for p in rules.problems(process, permissions=frozenset())] == ["unknown_permission"]


@pytest.mark.parametrize(
    "raw", [{}, {"start": "a"}, {"start": "a", "steps": 7}, {"start": "a", "steps": [{"title": 1}]}]
)
def test_nonsense_is_malformed_not_a_crash(raw: dict[str, Any]) -> None:
    with pytest.raises(rules.Malformed):
        rules.read(raw)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24),
    st.lists(st.integers(1, 9), min_size=8, max_size=8),
)
def test_the_longest_path_equals_a_slow_walk_of_every_path(edges: list[tuple[int, int]], hours: list[int]) -> None:
    forward = {(a, b) for a, b in edges if a < b} | {(a, a + 1) for a in range(7)}
    steps = [
        step(f"s{n}", *[(f"w{b}", f"s{b}") for a, b in sorted(forward) if a == n], hours=hours[n]) for n in range(7)
    ]
    process = rules.read({"start": "s0", "steps": [*steps, end("s7")]})

    def walk(code: str) -> float:
        here = process.steps[code]
        return here.hours + max((walk(way.to) for way in here.transitions.values()), default=0)

    assert rules.longest_hours(process) == walk("s0")
    assert rules.problems(process) == []
