"""Two versions of a dataset compared: by key, by whole rows, with columns that came and went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.openness import registry
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata import comparing, reader, working
from tinhso.systems.opendata.models import DatasetVersion
from tinhso.systems.opendata.selectors import dataset_by_name
from tinhso.systems.opendata.services import publishing

pytestmark = pytest.mark.django_db
COLUMNS = (Column("ma", title="Mã"), Column("loai", title="Loại"), Column("so", Kind.INTEGER, title="Số"))
PAGE = "/du-lieu/bo/thu-khac/khac-nhau/"


both = pytest.mark.parametrize("versions", ["parquet", "working copy"], indirect=True)


@pytest.fixture
def versions(
    request: pytest.FixtureRequest, cast: Cast, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """publish(rows, …) makes the next version of one dataset, over Parquet or over working copies."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(reader, "_reader", None)
    if getattr(request, "param", "") == "working copy":
        monkeypatch.setattr(working, "SMALLEST", 0)
    plain = registry.Published("thu-khac", "Thử khác", list, COLUMNS, key=("ma",), title_en="Try")

    def publish(rows: list[tuple[Any, ...]], **fields: Any) -> DatasetVersion:
        monkeypatch.setitem(registry.DATASETS, "thu-khac", replace(plain, rows=lambda: rows, **fields))
        made = publishing.publish(Actor.system(), name="thu-khac")
        assert not made.refusal
        return made.versions.select_related("table").order_by("-number")[0]

    yield publish
    if reader._reader is not None:
        reader._reader.close()


@both
def test_rows_are_compared_under_their_key(versions: Any) -> None:
    old = versions([("a", "x", 1), ("b", "y", None), ("c", "z", 3), ("d", "x", 4)])
    new = versions([("b", "y", 2), ("c", "w", 3), ("d", "x", 4), ("e", "v", 5)])
    made = comparing.compare(old, new, ["ma"])
    assert (made.added, made.removed, made.changed) == (1, 1, 2) == (new.added, new.removed, new.changed)
    assert made.added_rows == [("e", "v", 5)] and made.removed_rows == [("a", "x", 1)]
    told = [(one.key, [(column.name, was, now) for column, was, now in one.cells]) for one in made.changed_rows]
    assert told == [(("b",), [("so", None, 2)]), (("c",), [("loai", "z", "w")])]
    assert not comparing.compare(old, old, ["ma"]).added and comparing.compare(old, old, ["ma"]).is_none


@both
def test_without_a_key_whole_rows_as_often_as_they_stand(versions: Any) -> None:
    old = versions([("a", "x", 1), ("a", "x", 1), ("b", None, 2)], key=())
    new = versions([("a", "x", 1), ("b", None, 3)], key=())
    for key in ([], ["ma"], ["khong_co"]):  # a key that stands twice is none
        made = comparing.compare(old, new, key)
        assert (made.added, made.removed, made.changed, made.key) == (1, 2, 0, ())
        assert made.added_rows == [("b", None, 3)] and made.removed_rows == [("a", "x", 1), ("b", None, 2)]


def test_columns_that_came_or_went_are_named_and_the_rest_compared(versions: Any) -> None:
    old = versions([("a", "x", 1)])
    new = versions([("a", 2, "mới")], columns=(COLUMNS[0], COLUMNS[2], Column("them", title="Thêm")))
    made = comparing.compare(old, new, ["ma"])
    assert [c.name for c in made.new_columns] == ["them"] and [c.name for c in made.gone_columns] == ["loai"]
    assert (made.added, made.removed, made.changed) == (0, 0, 1)


def test_the_page_shows_a_bounded_part_and_keeps_its_address(versions: Any, client: Client) -> None:
    from django.db import connection

    versions([("a", "<b>x</b>", 1)])
    assert client.get(PAGE).status_code == 404
    versions([("a", "<b>y</b>", 1), *((f"m{n:04}", "z", n) for n in range(1500))])
    assert client.get(PAGE)["Location"] == f"{PAGE}1/2/"
    assert client.get(PAGE, {"tu": "2", "den": "1"})["Location"] == f"{PAGE}1/2/"
    assert client.get(PAGE, {"tu": "x" * 50, "den": "²"})["Location"] == f"{PAGE}1/2/"
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{PAGE}1/2/")
    page = answer.content.decode()
    assert len(asked) <= 25 and "1.500" in page and "m0099" in page and "m0100" not in page
    assert "<del>&lt;b&gt;x&lt;/b&gt;</del>" in page and "<ins>&lt;b&gt;y&lt;/b&gt;</ins>" in page
    for wrong in ("2/1/", "1/1/", "1/9/", "0/1/"):
        assert client.get(PAGE + wrong).status_code == 404
    shown = client.get("/du-lieu/bo/thu-khac/phien-ban/2/").content.decode()
    assert f"{PAGE}1/2/" in shown and PAGE in client.get("/du-lieu/bo/thu-khac/").content.decode()
    assert dataset_by_name("thu-khac") is not None
