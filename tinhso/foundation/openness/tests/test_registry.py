"""What apps declare is checked at the start; what this installation declares is whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinhso.foundation.openness import registry
from tinhso.foundation.openness.columns import Column, Cycle, Kind
from tinhso.foundation.openness.registry import Published, register_datasets
from tinhso.foundation.openness.short import day, instant, number, shape, text, whole, year, yes_no

ONE = Published("mot", "Một", list, (Column("ma"), Column("so", Kind.INTEGER)), key=("ma",))


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> dict[str, Published]:
    empty: dict[str, Published] = {}
    monkeypatch.setattr(registry, "DATASETS", empty)
    return empty


def test_what_is_registered_stands_under_its_name(shelf: dict[str, Published]) -> None:
    register_datasets([ONE, replace(ONE, name="hai")])
    assert list(shelf) == ["mot", "hai"] and shelf["mot"] is ONE and ONE.cycle is Cycle.DAILY


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ONE, columns=(Column("ma"), Column("ma"))),
        replace(ONE, key=("khong_co",)),
        replace(ONE, sorted_by=("khong_co",)),
        replace(ONE, counts=("khong_co",)),
        replace(ONE, opened=(("khong_co", "vì sao"),)),
    ],
)
def test_columns_twice_or_unknown_stop_the_start(wrong: Published, shelf: dict[str, Published]) -> None:
    with pytest.raises(RuntimeError, match="mot"):
        register_datasets([wrong])
    assert not shelf


def test_a_name_is_given_once() -> None:
    register_datasets([ONE])
    with pytest.raises(RuntimeError, match="twice"):
        register_datasets([ONE])


def test_the_short_ways_write_whole_columns() -> None:
    made = [way("x", "Tên", "Name", "Giải thích", unit="km") for way in (text, whole, number, yes_no)]
    made += [way("x", "Tên", "Name", "Giải thích", unit="km") for way in (day, instant, year, shape)]
    kinds = [Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME, Kind.YEAR, Kind.GEOMETRY]
    assert [one.kind for one in made] == kinds
    assert {(one.title, one.title_en, one.description, one.unit) for one in made} == {
        ("Tên", "Name", "Giải thích", "km")
    }


def test_every_dataset_shipped_says_enough_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    shipped = registry.DATASETS.values()
    assert len(shipped) >= 25
    silent = [one.name for one in shipped if not (one.title and one.title_en and one.tags)]
    untold = [f"{one.name}.{c.name}" for one in shipped for c in one.columns if not (c.title and c.title_en)]
    grounds = [one.name for one in shipped if any(not why for _column, why in one.opened)]
    assert (silent, untold, grounds) == ([], [], [])
