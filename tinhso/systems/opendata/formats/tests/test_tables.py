"""The package to carry away, judged by frictionless and by a reader of CSV on the Web."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tinhso.systems.opendata.formats import package, tables
from tinhso.systems.opendata.formats.tests.world import BYTES, COLUMNS, PLAIN, SHAPED, SITE
from tinhso.systems.opendata.rules.record import DatasetRecord


def packed(into: Path, csv: bytes = BYTES["bang-1"], record: DatasetRecord = PLAIN) -> Path:
    with (into / "goi.zip").open("wb") as file:
        package.pack(record, SITE, lambda resource: io.BytesIO(csv), file)
    zipfile.ZipFile(into / "goi.zip").extractall(into)
    return into


def frictionless(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    judge = pytest.importorskip("frictionless", reason="NOT RUN: frictionless is not installed")
    monkeypatch.chdir(folder)
    return judge.validate("datapackage.json")


def test_frictionless_finds_nothing_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = frictionless(packed(tmp_path), monkeypatch)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert report.tasks[0].stats["rows"] == 40


def test_frictionless_finds_a_word_where_a_number_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = BYTES["bang-1"].replace(b",100,", b",nhieu,", 1)
    record = replace(PLAIN, resources=tuple(replace(one, size=None, sha256="") for one in PLAIN.resources))
    report = frictionless(packed(tmp_path, bad, record), monkeypatch)
    assert [row[0] for row in report.flatten(["type"])] == ["type-error"]


def test_a_changed_byte_breaks_the_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = frictionless(packed(tmp_path, BYTES["bang-1"].replace(b"X001", b"X099")), monkeypatch)
    assert not report.valid


def test_a_reader_of_csv_on_the_web_finds_nothing_wrong(tmp_path: Path) -> None:
    csvw = pytest.importorskip("csvw", reason="NOT RUN: csvw is not installed")
    read = csvw.CSVW(str(packed(tmp_path) / "csvw-metadata.json"), validate=True)
    assert read.is_valid, read.warnings
    rows = list(read.tables[0])
    assert len(rows) == 40 and rows[3]["dan_so"] == 300 and rows[3]["ten"] == 'Xã "3", đầu; cuối'


def test_the_same_version_packs_to_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir(), second.mkdir()
    assert (packed(first) / "goi.zip").read_bytes() == (packed(second) / "goi.zip").read_bytes()


def test_only_tables_are_packed() -> None:
    assert package.can_pack(PLAIN) and not package.can_pack(SHAPED)
    described = tables.data_package(PLAIN, SITE)
    assert [one.get("type") for one in described["resources"]] == ["table", None]
    assert all(one["path"].startswith("https://tinh.example/du-lieu/") for one in described["resources"])


def test_the_dictionary_is_whole_in_each() -> None:
    names = [column.name for column in COLUMNS]
    assert [one["name"] for one in tables.table_schema(COLUMNS)["fields"]] == names
    described = tables.csvw(PLAIN, SITE)
    assert [one["name"] for one in described["tables"][0]["tableSchema"]["columns"]] == names
    assert json.dumps(described)
