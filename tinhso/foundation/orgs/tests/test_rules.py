"""Trees and successions as mathematics: order, no loss, no circle."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs import rules, selectors
from tinhso.foundation.orgs.errors import WrongShares, WrongUnit
from tinhso.foundation.orgs.models import Succession, Unit
from tinhso.foundation.orgs.services import create_unit, dissolve_unit, move_unit
from tinhso.foundation.testing.cast import Cast


@dataclass(frozen=True)
class Node:
    pk: int
    parent_id: int | None


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    count = draw(st.integers(0, 30))
    nodes = [Node(i, draw(st.none() | st.integers(0, i - 1)) if i else None) for i in range(count)]
    return draw(st.permutations(nodes))


@given(forests())
def test_tree_order_keeps_every_unit_once_and_parents_before_children(nodes: list[Node]) -> None:
    ordered = rules.in_tree_order(nodes, key=lambda node: node.pk)
    assert sorted(node.pk for node in ordered) == sorted(node.pk for node in nodes)
    place = {node.pk: index for index, node in enumerate(ordered)}
    assert all(node.parent_id is None or place[node.parent_id] < place[node.pk] for node in nodes)
    roots = [node.pk for node in ordered if node.parent_id is None]
    assert roots == sorted(roots)


@st.composite
def histories(draw: st.DrawFn) -> dict[int, list[tuple[int, Decimal | None]]]:
    """Successions among 20 units; a successor's number is always higher, shares of one unit sum to at most 1."""
    steps: dict[int, list[tuple[int, Decimal | None]]] = {}
    for unit in range(19):
        heirs = draw(st.lists(st.integers(unit + 1, 19), max_size=3, unique=True))
        left = 100
        for heir in heirs:
            part = draw(st.none() | st.integers(1, 100))
            if part is not None:
                part = min(part, left)
                left -= part
            if part != 0:
                share = None if part is None else Decimal(part) / 100
                steps.setdefault(unit, []).append((heir, share))
    return steps


@given(histories(), st.dictionaries(st.integers(0, 19), st.integers(0, 10**6).map(Decimal)))
def test_restatement_neither_makes_nor_loses_people(steps, people) -> None:
    placed, left_over = rules.restate(people, steps)
    assert sum(placed.values(), Decimal(0)) + left_over == sum(people.values(), Decimal(0))
    assert all(amount >= 0 for amount in placed.values()) and left_over >= 0
    assert not set(placed) & set(steps), "nobody is placed on a unit that has ended"


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 10**6).map(Decimal)))
def test_where_nothing_changed_restatement_changes_nothing(people) -> None:
    assert rules.restate(people, {}) == (people, Decimal(0))


def test_shares_multiply_along_the_way_and_meet_again() -> None:
    steps = {1: [(2, Decimal("0.5")), (3, Decimal("0.5"))], 2: [(4, Decimal(1))], 3: [(4, Decimal(1))]}
    assert rules.follow(1, steps) == {4: Decimal(1)}
    steps[3] = [(4, None)]
    assert rules.follow(1, steps) == {4: None}


moves = st.lists(
    st.tuples(
        st.sampled_from(["create", "move", "dissolve"]), st.integers(0, 99), st.integers(0, 99), st.integers(1, 5)
    ),
    max_size=8,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=moves)
def test_whatever_acts_follow_one_another_the_tree_of_every_day_holds(cast: Cast, steps) -> None:
    from django.db import connection, transaction

    day = date(2025, 8, 1)
    point = transaction.savepoint()
    for act, one, other, later in steps:
        day += timedelta(later)
        living = list(Unit.objects.as_of(day).filter(valid_to=None).order_by("pk"))
        unit, target = living[one % len(living)], living[other % len(living)]
        try:
            with transaction.atomic():
                _do(act, unit, target, day)
        except (WrongUnit, WrongShares):
            pass
        connection.check_constraints()  # the database's own word on paths, lives and shares
    for one_day in {date(2025, 7, 15), day, *selectors.change_days()}:
        units = {unit.pk: unit for unit in Unit.objects.as_of(one_day)}
        assert len({unit.code for unit in units.values()}) == len(units)
        for unit in units.values():
            assert unit.parent_id is None or unit.parent_id in units, (unit, one_day)
            assert len(set(unit.ancestor_ids)) == len(unit.ancestor_ids)
    for row in Succession.objects.select_related("predecessor", "successor"):
        assert row.predecessor.valid_from < row.effective_on <= row.successor.valid_from or row.successor.is_valid_on(
            row.effective_on
        )
    for unit in Unit.objects.all():
        selectors.successors_of(unit, day)  # ends: no circle
    transaction.savepoint_rollback(point)


def _do(act: str, unit: Unit, target: Unit, day: date) -> None:
    system = Actor.system()
    if act == "create":
        create_unit(
            system,
            code=f"{unit.code}.{day.toordinal()}",
            kind="office",
            name="Phòng",
            short_name="Phòng",
            parent=unit,
            valid_from=day,
            document="x",
        )
    elif act == "move":
        move_unit(system, unit=unit, parent=target, moved_on=day, document="x")
    else:
        dissolve_unit(system, unit=unit, ended_on=day, document="x", successors=[(target, Decimal(1))], basis="whole")
