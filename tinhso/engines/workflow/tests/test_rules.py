"""What a process must be before cases run on it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.engines.workflow import rules
from tinhso.engines.workflow.tests.random_processes import anything, damaged, processes, walk_ends


def step(code: str, *ways: tuple[str, str], hours: float = 1, **more: Any) -> dict[str, Any]:
    made = [{"code": name, "title": name, "to": to} for name, to in ways]
    return {"code": code, "title": code, "permission": "x", "place": "p", "hours": hours, "transitions": made, **more}


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
        ([{**step("a", ("go", "end")), "permission": ""}, end()], "no_step_permission"),
        ([{**step("a", ("go", "end")), "place": ""}, end()], "no_place"),
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


@settings(max_examples=150, deadline=None)
@given(processes(), st.integers(0, 2**30))
def test_a_sound_process_is_accepted_and_lets_any_walk_end(raw: dict[str, Any], seed: int) -> None:
    process = rules.read(raw)
    assert rules.problems(process) == []
    assert walk_ends(process, seed)


@settings(max_examples=600, deadline=None)
@given(anything() | damaged(), st.lists(st.integers(0, 2**30), min_size=3, max_size=3))
def test_whatever_is_accepted_lets_any_walk_end(raw: dict[str, Any], seeds: list[int]) -> None:
    process = rules.read(raw)
    if not rules.problems(process):
        assert all(walk_ends(process, seed) for seed in seeds)


@settings(max_examples=100, deadline=None)
@given(processes())
def test_written_and_read_again_a_process_is_the_same(raw: dict[str, Any]) -> None:
    assert rules.read(rules.written(rules.read(raw))) == rules.read(raw)


def fork(code: str, *branches: Any, ways: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    return {**step(code, *ways), "fork": list(branches)}


def join(code: str, of: str, to: str) -> dict[str, Any]:
    return {"code": code, "title": code, "join": of, "transitions": [{"code": "on", "to": to}]}


A_TO_F = step("a", ("go", "f"))


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([A_TO_F, fork("f", "x", "y"), step("x", ("go", "end")), step("y", ("go", "end")), end()], "fork_without_join"),
        ([A_TO_F, fork("f", "x", "no"), end()], "lost_branch"),
        ([A_TO_F, {**join("f", "nothing", "end")}, end()], "lost_join"),
        ([step("a", ("go", "j")), join("j", "a", "end"), end()], "join_without_fork"),
        ([A_TO_F, fork("f", "x"), step("x", ("go", "j")), join("j", "f", "end"), end()], "one_branch"),
        ([A_TO_F, fork("f", "x", "x"), step("x", ("go", "j")), join("j", "f", "end"), end()], "branch_twice"),
        (
            [
                A_TO_F,
                fork("f", "x", "y"),
                step("x", ("go", "j"), ("out", "end")),
                step("y", ("go", "j")),
                join("j", "f", "end"),
                end(),
            ],
            "branch_leaves",
        ),
        (
            [
                A_TO_F,
                fork("f", "x", "y"),
                step("x", ("go", "j")),
                step("y", ("go", "x"), ("done", "j")),
                join("j", "f", "end"),
                end(),
            ],
            "branches_mix",
        ),
        (
            [
                step("a", ("go", "f"), ("in", "x")),
                fork("f", "x", "y"),
                step("x", ("go", "j")),
                step("y", ("go", "j")),
                join("j", "f", "end"),
                end(),
            ],
            "into_block",
        ),
        (
            [
                A_TO_F,
                fork("f", {"to": "x", "optional": True}, {"to": "y", "optional": True}),
                step("x", ("go", "j")),
                step("y", ("go", "j")),
                join("j", "f", "end"),
                end(),
            ],
            "all_optional",
        ),
        ([A_TO_F, fork("f", "j", "y"), step("y", ("go", "j")), join("j", "f", "end"), end()], "empty_branch"),
    ],
)
def test_each_fault_of_a_fork_is_named(steps: list[dict[str, Any]], kind: str) -> None:
    assert kind in kinds(*steps)


def test_of_parallel_branches_the_slowest_needed_one_counts() -> None:
    steps = [
        A_TO_F,
        fork("f", "x", {"to": "y", "optional": True}, "z"),
        step("x", ("go", "j"), hours=2),
        step("y", ("go", "j"), hours=90),
        step("z", ("go", "j"), hours=5),
        join("j", "f", "b"),
        step("b", ("go", "end"), hours=0.25),
        end(),
    ]
    process = rules.read({"start": "a", "steps": steps})
    assert rules.longest_hours(process) == 6.25
    assert rules.longest_way(process) == ["a", "z", "b"]


@pytest.mark.parametrize(
    ("value", "unit", "hours"),
    [(3, "working_day", 24), (0.5, "working_day", 4), (5, "working_hour", 5), (0, "same_day", 8), (20, "day", 112)],
)
def test_a_term_in_working_hours(value: float, unit: str, hours: float) -> None:
    assert rules.term_hours(value, unit) == hours


@given(st.integers(0, 60), st.integers(0, 6))
def test_calendar_days_never_hold_fewer_working_days_than_counted(days: int, weekday: int) -> None:
    worked = sum((weekday + n) % 7 < 5 for n in range(1, days + 1))
    assert rules.term_hours(days, "day") <= worked * 8


def test_fractions_of_a_day_are_eighths_of_hours_and_add_up() -> None:
    steps = [{**step(f"b{n}", ("go", f"b{n + 1}")), "days": d} for n, d in enumerate((0.25, 0.25, 0.5, 0.5, 1.5))]
    process = rules.read({"start": "b0", "steps": [*steps, end("b5")]})
    assert rules.problems(process, term_hours=rules.term_hours(3, "working_day")) == []
    assert rules.longest_hours(process) == 24


@pytest.mark.parametrize("hours", [-1, "x", float("inf"), float("nan"), 10**9])
def test_impossible_hours_are_malformed(hours: Any) -> None:
    with pytest.raises(rules.Malformed):
        rules.read({"start": "a", "steps": [{**step("a", ("go", "end")), "hours": hours}, end()]})


def test_a_code_twice_is_malformed() -> None:
    with pytest.raises(rules.Malformed):
        rules.read({"start": "a", "steps": [step("a", ("go", "end")), step("a", ("go", "end")), end()]})


def test_the_term_runs_from_the_clock_and_without_steps_outside_it() -> None:
    first = step("a", ("go", "b"), hours=8)
    first["transitions"][0]["starts_clock"] = True
    steps = [first, step("b", ("go", "c"), hours=3), {**step("c", ("go", "end"), hours=50), "outside": True}, end()]
    process = rules.read({"start": "a", "steps": steps})
    assert rules.longest_hours(process) == 3 and rules.longest_way(process) == ["b"]
    assert rules.problems(process, term_hours=3) == []
