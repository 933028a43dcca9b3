"""Questions over a working copy are answered as over the Parquet; a question that takes too long ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tinhso.foundation.files import blobs
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import reader, tables, working
from tinhso.systems.opendata.errors import TooHeavy
from tinhso.systems.opendata.rules.address import from_address
from tinhso.systems.opendata.rules.query import Compiled

COLUMNS = (Column("ma"), Column("loai"), Column("so", Kind.INTEGER), Column("ngay", Kind.DATE))
_ROWS = """(SELECT 'm' || i AS ma, CASE WHEN i % 7 = 0 THEN NULL ELSE ['Ấm', 'b', 'a', 'ä', 'Z'][i % 5 + 1] END AS loai,
i AS so, DATE '2026-01-01' + (i // 100)::INT AS ngay FROM range(5000) t(i))"""
QUESTIONS = [
    "loc=loai:eq:a", "loc=loai:eq:khong-co", "loc=loai:ne:a", "loc=loai:gte:b", "loc=loai:in:a|khong-co|Z",
    "loc=loai:contains:am", "loc=loai:empty:", "tu-khoa=am", "nhom=loai&tinh=count,max:so,distinct:ngay",
    "nhom=loai,ngay&tinh=sum:so&xep=-sum_so", "nhom=ngay&tinh=min:loai,max:loai", "xep=-loai,so&so-dong=40",
    "cot=loai&xep=loai", 'xep=loai&sau=["a",30]', "loc=ngay:gte:2026-01-20&loc=ngay:lt:2026-01-22&xep=-so", "",
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(reader, "_reader", None)
    with tables.workshop() as (connection, folder):
        made = folder / "t.parquet"
        tables.to_parquet(connection, _ROWS, ("ngay", "ma"), made)
        with made.open("rb") as stream, blobs.receive(stream, 10**7) as arrival:
            blobs.keep(arrival)
    yield arrival.sha256
    if reader._reader is not None:
        reader._reader.close()


def _all(sha256: str) -> list[Any]:
    asked = [dict(pair.split("=", 1) for pair in text.split("&") if pair) for text in QUESTIONS]
    doubled = [text.split("&") for text in QUESTIONS]
    given = [
        {name: [pair.split("=", 1)[1] for pair in pairs if pair.startswith(f"{name}=")] for name in one}
        for one, pairs in zip(asked, doubled, strict=True)
    ]
    return [tables.ask(sha256, COLUMNS, from_address(one), count=True) for one in given]


def test_a_working_copy_answers_every_question_as_the_parquet_does(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _all(store)
    assert not working.path_of(store).exists()
    assert plain[0].total == 857 and plain[1].rows == [] and len(plain[-1].rows) == 100
    monkeypatch.setattr(working, "SMALLEST", 0)
    monkeypatch.setattr(reader, "_reader", None)
    assert _all(store) == plain
    assert working.path_of(store).exists()


def test_a_copy_lost_is_made_again_and_one_nobody_asks_goes(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SMALLEST", 0)
    path = working.ready(store)
    assert path is not None and working.sweep() == 0
    path.unlink()
    assert working.ready(store) == path and path.exists()
    blobs.blob_path(store).unlink()
    assert working.sweep() == 1 and not path.exists()


def test_no_room_for_a_copy_is_no_reason_not_to_answer(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(working, "SMALLEST", 0)
    monkeypatch.setattr(working, "_make", full)
    assert tables.ask(store, COLUMNS, from_address({"loc": ["so:lt:3"]})).rows[0][3] == 0


def test_a_question_past_its_time_is_stopped_and_the_next_one_answered(store: str) -> None:
    read, endless = reader.reader(), Compiled("SELECT count(*)", ", range(1000000) a, range(1000000) b WHERE a < b")
    began = time.monotonic()
    with ThreadPoolExecutor(3) as pool:
        hung = [pool.submit(read.run, store, endless, 0.2) for _number in range(2)]
        short = pool.submit(read.run, store, Compiled("SELECT count(*)"))
        assert short.result() == [(5000,)]
        for one in hung:
            with pytest.raises(TooHeavy):
                one.result()
    assert time.monotonic() - began < 5
    assert read.run(store, Compiled("SELECT 1", " LIMIT 1")) == [(1,)]


@pytest.mark.parametrize("text", ["COPY (SELECT 1) TO '/tmp/x.csv'", "SELECT * FROM read_csv('/etc/passwd')"])
def test_the_reader_opens_nothing_but_the_store(store: str, text: str) -> None:
    import duckdb

    with pytest.raises(duckdb.Error):
        reader.reader().root.execute(text)
    with pytest.raises(duckdb.Error):
        reader.reader().root.execute("SET enable_external_access = true")
