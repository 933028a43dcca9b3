"""Files of every kind, and files that lie about their kind."""

import csv
import gzip
import io
import json
from pathlib import Path

import openpyxl
import pytest

from tinhso.systems.procedures.catalogue import files, loading
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.catalogue.testing import SYSTEM, newest, raw, write_lines


def cells(row: dict[str, object]) -> dict[str, object]:
    """The row as a sheet has it: words between semicolons, JSON in cells, parts of the term as columns."""
    made = {}
    for name, value in row.items():
        if name in ("channels", "legal_basis", "who_may_apply"):
            made[name] = "; ".join(value)  # type: ignore[arg-type]
        else:
            made[name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
    return made


def test_the_three_kinds_of_file_give_the_same_version(db: None, tmp_path: Path) -> None:
    flat = cells(raw())
    lines = write_lines(tmp_path / "a.jsonl", raw())
    sheet = tmp_path / "a.csv"
    out = io.StringIO()
    writer = csv.DictWriter(out, flat)
    writer.writeheader()
    writer.writerow(flat)
    sheet.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())
    book = openpyxl.Workbook()
    book.active.append(list(flat))
    book.active.append(list(flat.values()))
    book.save(tmp_path / "a.xlsx")
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes()))
    loading.load(SYSTEM, str(lines))
    for path in (sheet, tmp_path / "a.xlsx", packed):
        said = loading.load(SYSTEM, str(path))
        assert "như cũ 1, hỏng 0" in said, said
    assert CatalogueEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", b"%PDF", ".jsonl, .csv"),
        ("x.jsonl", b"", "không có dòng nào"),
        ("x.jsonl", b"   \n", "không có dòng nào"),
        ("x.jsonl", '{"code": "é"}'.encode("latin-1"), "UTF-8"),
        ("x.xlsx", b"PK\x03\x04 not a workbook", "Excel"),
        ("x.xlsx", b"code,name_vi", "Excel"),
        ("x.csv", b"a,b\n1,2\n", "code"),
        ("x.csv", b"code,name_vi,code\n1,2,3\n", "hai"),
        ("x.jsonl.gz", b"not packed", "Không"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(files.BadFile) as refusal:
        list(files.rows_of(path))
    assert said in refusal.value.sentence


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(files.BadFile):
        list(files.rows_of(tmp_path / "none.jsonl"))


def test_lines_that_are_no_rows_are_told_by_their_number(db: None, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps(raw(), ensure_ascii=False)
    path.write_text(f"{good}\n\n[1]\nnot json\n" + '{"code": ' * 3000, encoding="utf-8")
    said = loading.load(SYSTEM, str(path), skip_bad=True)
    assert all(f"Dòng {number}" in said for number in (3, 4, 5)) and "thêm 1" in said


def test_the_difference_is_printed_and_nothing_written(db: None, tmp_path: Path) -> None:
    loading.load(SYSTEM, str(write_lines(tmp_path / "a.jsonl", raw())))
    changed = write_lines(tmp_path / "b.jsonl", raw(fee_vnd=20000, as_of="2026-08-20"))
    said = loading.load(SYSTEM, str(changed), dry_run=True)
    assert "~ 1.000001" in said and "15.000 đ → 20.000 đ" in said and "chưa ghi gì" in said
    assert newest().fee_vnd == 15000


def test_our_own_list_is_whole_and_read_without_a_fault() -> None:
    rows = loading.read_file(loading.SEED)
    assert len(rows) == 1805 and not [row for row in rows if row.faults]
    listed = [row for row in rows if row.facts["tier"] < 3]
    assert len(listed) >= 450 and sum(bool(row.facts["papers"]) for row in listed) >= 470
    assert all(len(paper["name"]) <= 120 for row in rows for paper in row.facts["papers"])
    assert loading.SEED.stat().st_size < 400_000
