"""From a source to a version; from a column with people in it to a refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tinhso.foundation.access import guard as access
from tinhso.foundation.openness import registry
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata import exporting, tables
from tinhso.systems.opendata.models import Dataset
from tinhso.systems.opendata.rules.query import Filter, Op, Query
from tinhso.systems.opendata.selectors import columns_of
from tinhso.systems.opendata.services import publishing

pytestmark = pytest.mark.django_db
COLUMNS = (Column("ma", title="Mã"), Column("ten", title="Tên"), Column("so", Kind.INTEGER, title="Số"))
ROWS: list[tuple[Any, ...]] = []


@pytest.fixture
def source() -> Iterator[list[tuple[Any, ...]]]:
    ROWS[:] = [("a", "=1+1", 10), ("b", "Ấm chén", 20)]
    registry.DATASETS["thu-nghiem"] = registry.Published(
        "thu-nghiem", "Thử nghiệm", lambda: list(ROWS), COLUMNS, key=("ma",), counts=("so",)
    )
    yield ROWS
    del registry.DATASETS["thu-nghiem"]


def _publish(cast: Cast) -> Dataset:
    return publishing.publish(access.Actor.system(), name="thu-nghiem")


def test_versions_say_what_changed_and_an_equal_table_makes_none(cast: Cast, source: list[tuple[Any, ...]]) -> None:
    first = _publish(cast)
    assert first.refusal == [] and _publish(cast).versions.count() == 1
    source[:] = [("a", "=1+1", 11), ("c", "mới", 30)]
    last = _publish(cast).versions.order_by("-number").first()
    assert last is not None and (last.number, last.added, last.removed, last.changed) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("số 042090001234", "identity"),
        ("gọi 0912 345 678", "phone"),
        ("a.b@tinh.vn", "mail"),
        ("Nguyễn Văn An", "name"),
    ],
)
def test_people_in_a_column_block_it_and_the_old_table_stays(
    cast: Cast, source: list[tuple[Any, ...]], cell: str, reason: str
) -> None:
    _publish(cast)
    source[:] = [("a", cell, 10), ("b", cell, 20)]
    blocked = _publish(cast)
    assert [one["reason"] for one in blocked.refusal] == [reason]
    assert blocked.versions.count() == 1 and blocked.resources.get().rows == 2


def test_small_cells_block(cast: Cast, source: list[tuple[Any, ...]]) -> None:
    source[:] = [("a", "x", 3)]
    assert [one["reason"] for one in _publish(cast).refusal] == ["small_cell"]


def test_who_may_not_publish(cast: Cast, source: list[tuple[Any, ...]]) -> None:
    for name in ("citizen", "desk_officer", "auditor"):
        with pytest.raises(access.Denied):
            publishing.publish(cast.actor(name), name="thu-nghiem")


def test_a_source_that_breaks_is_a_refusal_and_keeps_the_rest(cast: Cast, source: list[tuple[Any, ...]]) -> None:
    source[:] = [("a",)]
    assert [one["reason"] for one in _publish(cast).refusal] == ["source_broken"]


def test_formulas_do_not_act_and_questions_find(cast: Cast, source: list[tuple[Any, ...]]) -> None:
    resource = _publish(cast).resources.get()
    assert resource.table is not None
    columns = columns_of(resource.columns)
    with exporting.write(resource.table.sha256, columns, Query(limit=0), "csv") as made:
        assert "'=1+1" in made.read().decode()
    words = Query(filters=(Filter("ten", Op.HOLDS, ("am chen",)),))
    assert tables.ask(resource.table.sha256, columns, words, count=True).total == 1
