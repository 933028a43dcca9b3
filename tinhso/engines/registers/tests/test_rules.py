"""Files, values and likeness without a database."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tinhso.engines.registers.rules import golden, likeness, quality, schema, tables, values
from tinhso.engines.registers.tests.conftest import PERSONS
from tinhso.foundation.text import encodings

SHAPE = schema.read(PERSONS)
TEXT = (
    "Số định danh;Họ và tên;Ngày sinh;Nơi cư trú\n"
    "042090000001;Nguyễn Thị Hoà;01/02/1990;Thôn Đông Hải, xã Thạch Hà\n"
    "042090000002;Đặng Quốc Vượng;15/08/1985;Tổ dân phố 3, phường Bắc Hồng Lĩnh\n"
)


def judged(data: bytes) -> list[tuple[int, dict[str, Any], list[str]]]:
    table = tables.opened(data, SHAPE)
    found = []
    for row in table.rows:
        kept, faults = quality.judge(SHAPE, row.values) if not row.wrong else ({}, [quality.Fault("", row.wrong)])
        found.append((row.number, kept, [one.code for one in faults]))
    return found


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("utf-8", TEXT.encode()),
        ("utf-8", b"\xef\xbb\xbf" + TEXT.encode()),
        ("utf-16-le", TEXT.encode("utf-16")),
        ("utf-16-be", b"\xfe\xff" + TEXT.encode("utf-16-be")),
        ("utf-16-le", TEXT.encode("utf-16-le")),
        ("tcvn3", encodings.to_tcvn3(TEXT)),
        ("vni", encodings.to_vni(TEXT)),
    ],
)
def test_every_encoding_of_an_office_is_read_alike(name: str, data: bytes) -> None:
    assert encodings.decode(data)[1] == name
    rows = judged(data)
    assert [codes for _number, _kept, codes in rows] == [[], []]
    assert rows[0][1]["full_name"] == "Nguyễn Thị Hoà"
    assert rows[1][1] == {
        "number": "042090000002",
        "full_name": "Đặng Quốc Vượng",
        "born_on": "1985-08-15",
        "address": "Tổ dân phố 3, phường Bắc Hồng Lĩnh",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_separator_is_found(separator: str) -> None:
    text = (
        f'Số định danh{separator}Họ và tên{separator}"Nơi cư trú"\n042090000001{separator}Lê Mai{separator}"Thôn 1"\n'
    )
    assert judged(text.encode())[0][1]["address"] == "Thôn 1"


def test_bad_rows_are_named_by_their_number_in_the_file() -> None:
    text = (
        "Số định danh;Họ và tên;Ngày sinh\n"
        "042090000001;Lê Thị Mai;31/02/2025\n"
        "042090000002;;01/01/1990\n"
        "\n"
        "042090000003;Trần Văn Đức\n"
        "042090000004;=CMD|'/c calc'!A1;01/01/1990\n"
        "0420;Hồ Nga;1/1/90\n"
        "042090000005;Phan Lực;01/01/1990\n"
    )
    assert [(number, codes) for number, _kept, codes in judged(text.encode())] == [
        (2, ["no_such_day"]),
        (3, ["missing"]),
        (5, ["ragged"]),
        (6, ["formula"]),
        (7, ["not_12_digits", "not_a_date"]),
        (8, []),
    ]


def test_a_workbook_gives_back_what_it_dropped() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SO DINH DANH", "họ  và tên", "Ngày sinh", "Lạ"])
    sheet.append([42090000001, "lê thị mai", date(1990, 2, 1), "x"])
    sheet.append(["042090000002", "=1+1", "29/02/2023", None])
    packed = io.BytesIO()
    book.save(packed)
    table = tables.opened(packed.getvalue(), SHAPE)
    assert table.unknown == ["Lạ"]
    first, second = judged(packed.getvalue())
    assert first[1] == {"number": "042090000001", "full_name": "Lê Thị Mai", "born_on": "1990-02-01"}
    assert second[2] == ["formula", "no_such_day"]


@pytest.mark.parametrize("data", [b"", b"   \n", b"PK\x03\x04broken", b"%PDF-1.7", b"\x00\x01\x00\x00\x02" * 400])
def test_what_is_no_file_of_rows_is_refused(data: bytes) -> None:
    with pytest.raises(tables.BadFile):
        list(tables.opened(data, SHAPE).rows)


def test_a_file_without_the_key_or_with_a_column_twice_is_refused_whole() -> None:
    for heading in ("Họ và tên;Ngày sinh", "Số định danh;Họ và tên;number"):
        with pytest.raises(tables.BadFile):
            tables.opened(f"{heading}\n1;2;3\n".encode(), SHAPE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_hostile_bytes_end_in_rows_or_in_a_refusal(data: bytes) -> None:
    try:
        for row in tables.opened(data, SHAPE).rows:
            quality.judge(SHAPE, row.values)
    except tables.BadFile:
        pass


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.sampled_from(list(schema.FieldType)))
def test_a_cell_is_a_value_or_a_named_fault(text: str, kind: schema.FieldType) -> None:
    try:
        values.read(schema.Field("x", "X", kind, options=("Nam",)), text)
    except values.BadValue as bad:
        assert bad.wrong in values.Wrong


def test_names_dates_and_addresses_that_may_be_one() -> None:
    one = {"number": "1", "full_name": "Nguyễn Thị Hoà", "born_on": "1990-02-01", "address": "Thôn Đông, xã Thạch Hà"}
    same = {"number": "2", "full_name": "Nguyễn Thị Hòa", "born_on": "1990-01-02", "address": "thôn Đông x. Thạch Hà"}
    other = {"number": "3", "full_name": "Nguyễn Thị Huyền", "born_on": "1990-02-01", "address": "Thôn Tây, xã Kỳ Anh"}
    found = likeness.pairs(SHAPE, [(1, one), (2, same), (3, other)])
    assert [(pair.first, pair.second) for pair in found] == [(1, 2)] and found[0].score >= likeness.PROBABLE


def test_a_name_alone_is_no_proof() -> None:
    rows = [(at, {"number": str(at), "full_name": "Nguyễn Văn Nam"}) for at in range(1, 5)]
    assert likeness.pairs(SHAPE, rows) == []


def test_the_surest_source_wins_and_a_source_may_take_back_its_word() -> None:
    old, new = date(2025, 1, 1), date(2026, 1, 1)
    claims = [
        golden.Claim("a", 1, "thuế", 80, new),
        golden.Claim("a", 2, "dân cư", 95, old),
        golden.Claim("a", 3, "dân cư", 60, new),
    ]
    assert golden.best(claims)["a"].value == 1
    assert golden.best(claims[:2])["a"].value == 2
    assert set(golden.disputed(claims)) == {"a"}


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"fields": []}, schema.Trouble.NO_FIELDS),
        ({"keys": []}, schema.Trouble.NO_KEY),
        ({"keys": ["lạ"]}, schema.Trouble.KEY_UNKNOWN),
        ({"keys": ["born_on"]}, schema.Trouble.KEY_OPTIONAL),
        ({"rules": [{"kind": "pattern", "field": "note", "value": "(a+)+"}]}, schema.Trouble.RULE),
        ({"rules": [{"kind": "eval", "field": "note"}]}, schema.Trouble.RULE),
        ({"fields": [{"name": "a", "label": "A", "sensitivity": "secret"}]}, schema.Trouble.STATE_SECRET),
        ({"fields": [{"name": "a b", "label": "A"}]}, schema.Trouble.NAME),
        ({"subject": "lạ"}, schema.Trouble.SUBJECT),
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_by_name(change: dict[str, Any], trouble: schema.Trouble) -> None:
    assert trouble in [one for one, _about in schema.troubles({**PERSONS, **change})]
    assert schema.troubles(PERSONS) == []
