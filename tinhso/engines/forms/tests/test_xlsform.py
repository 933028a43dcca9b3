"""XLSForm workbooks: read whole or refused row by row."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from tinhso.engines.forms import services, xlsform, xpath
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.validation import validate
from tinhso.foundation.testing.cast import Cast

COLUMNS = [
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "appearance",
    "repeat_count",
    "default",
]
CHOICES = [("gt", "nam", "Nam"), ("gt", "nu", "Nữ"), ("loai", "a", "Loại A"), ("loai", "b", "Loại B")]


def workbook(*rows: dict[str, Any] | None, choices: list[tuple[str, str, str]] | None = None) -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(COLUMNS)
    for row in rows:
        survey.append([(row or {}).get(column) for column in COLUMNS])
    sheet = book.create_sheet("choices")
    for line in [("list_name", "name", "label"), *(CHOICES if choices is None else choices)]:
        sheet.append(line)
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id"))
    settings.append(("Khai báo hộ", "khai_bao_ho"))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def ask(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "label": name.capitalize(), **more}


WHOLE = workbook(
    {"type": "begin group", "name": "nguoi", "label": "Người khai"},
    ask(
        "text",
        "Ho_Ten",
        hint="Như căn cước",
        required="yes",
        constraint="string-length(.) <= 50 and regex(., '\\p{L}.*')",
    ),
    None,
    ask("select_one gt", "gioi", required="true()"),
    ask("select_multiple loai", "loai", constraint="count-selected(.) <= 1", constraint_message="Chỉ chọn một."),
    {"type": "end group"},
    {"type": "begin group", "name": "con_cai", "label": "Con cái", "relevant": "${gioi} = 'nu'"},
    ask("note", "doc_ky", label="Khai từng người con."),
    {"type": "begin repeat", "name": "con", "label": "Con"},
    ask("text", "ten_con", required="yes"),
    ask("integer", "tuoi", constraint=". >= 0 and . < 18", constraint_message="Dưới 18 tuổi."),
    ask("text", "truong", relevant="${tuoi} != '' and not(${tuoi} = 0)"),
    {"type": "end repeat"},
    {"type": "end group"},
    ask("date", "ngay", relevant="selected(${loai}, 'a') or ${Ho_Ten} = ''", constraint=". <= today()"),
    ask("decimal", "dien_tich"),
)


def faults(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(xlsform.BadWorkbook) as caught:
        xlsform.read_workbook(content)
    return [(fault.row, fault.reason) for fault in caught.value.faults]


def test_a_workbook_becomes_a_form_that_is_published_and_filled_in(cast: Cast) -> None:
    read = xlsform.read_workbook(WHOLE)
    assert (read.code, read.title) == ("khai_bao_ho", "Khai báo hộ")
    actor = cast.actor("administrator")
    drafted = services.draft_form(actor=actor, code=read.code, title=read.title, schema=read.schema, ui=read.ui)
    form = FormDefinition.objects.get(pk=services.publish_form(actor=actor, definition_id=drafted.pk).pk)
    right = {
        "ho_ten": "Nguyễn Thị Hoa",
        "gioi": "nu",
        "loai": ["a"],
        "con": [{"ten_con": "Nam", "tuoi": 7, "truong": "Lê Lợi"}, {"ten_con": "Lan"}],
        "ngay": "2026-01-02",
        "dien_tich": -1.5,
    }
    assert validate(form, right) == []
    wrong = {**right, "ho_ten": "7", "loai": ["a", "b"], "con": [{"tuoi": 18}], "ngay": "2999-01-01"}
    assert [(error.html_name, error.message) for error in validate(form, wrong)] == [
        ("ho_ten", "“Ho_ten” chưa đúng. Hãy kiểm tra lại."),
        ("loai", "Chỉ chọn một."),
        ("con-0-ten_con", "Hãy nhập “Ten_con”."),
        ("con-0-tuoi", "Dưới 18 tuổi."),
        ("ngay", "“Ngay” không được sau hôm nay."),
    ]
    assert validate(form, {"ho_ten": "Nam", "gioi": "nam", "con": "nhóm ẩn"}) == []


def test_what_it_asks_reads_as_it_was_written() -> None:
    ui = xlsform.read_workbook(WHOLE).ui
    assert [page["title"] for page in ui["pages"]] == ["Người khai", "Con cái", "Khai báo hộ"]
    assert ui["pages"][1]["when"] == {"field": "gioi", "equals": "nu"}
    assert ui["fields"]["gioi"]["options"] == {"nam": "Nam", "nu": "Nữ"}
    assert ui["fields"]["con"]["order"] == ["ten_con", "tuoi", "truong"]
    assert ui["fields"]["ngay"]["when"] == {
        "any": [{"field": "loai", "has": "a"}, {"field": "ho_ten", "filled": False}]
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ask("calculate", "tong", label=None, calculation="1+1"), "kiểu “calculate” không dùng được"),
        (ask("geopoint", "vi_tri"), "kiểu “geopoint” không dùng được"),
        (ask("text", "a", relevant="${gioi} > 3"), "điều kiện “${gioi} > 3”"),
        (ask("text", "a", relevant="${sau} = 'x'"), ""),
        (ask("integer", "a", constraint=". > ${gioi}"), "ràng buộc “. > ${gioi}”"),
        (ask("integer", "a", constraint=". = 1 or . = 2"), "ràng buộc"),
        (ask("date", "a", constraint=". < today()"), "ngày chỉ so sánh bằng <= hoặc >="),
        (ask("text", "a", required="${gioi} = 'nu'"), "“required” chỉ dùng yes hoặc no"),
        (ask("text", "a", default="x"), "cột “default” không dùng được"),
        (ask("text", "a", label="Chào ${gioi}"), "chữ hiện câu trả lời khác"),
        (ask("text", "a", calculation="1"), "cột “calculation” không dùng được"),
        (ask("text", "GIOI"), "trùng với một câu hỏi khác"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_row_and_reason(row: dict[str, Any], reason: str) -> None:
    found = faults(workbook(ask("select_one gt", "gioi"), None, row))
    assert len(found) == 1 and reason in found[0][1]
    assert found[0][0] in (4, 0) if not reason else found[0][0] == 4


def test_every_fault_is_named_at_once() -> None:
    found = faults(workbook(ask("geopoint", "a"), ask("text", "b"), ask("audio", "c"), ask("barcode", "d")))
    assert [row for row, _reason in found] == [2, 4, 5]


def test_a_fixed_number_of_repeats_and_a_pattern_that_could_be_slow_are_refused() -> None:
    repeat = {"type": "begin repeat", "name": "r", "label": "R", "repeat_count": "3"}
    assert "repeat_count" in faults(workbook(repeat, ask("text", "a"), {"type": "end repeat"}))[0][1]
    assert "phần lặp" in faults(workbook(ask("text", "a", constraint="regex(., '(a+)+')")))[0][1]


def test_files_that_are_no_workbooks_are_refused_in_a_sentence() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("x", b"")
    no_survey = io.BytesIO()
    Workbook().save(no_survey)
    for content in (b"", b"khong phai", bomb.getvalue(), empty.getvalue(), no_survey.getvalue(), WHOLE[:2000]):
        assert faults(content)
    long = workbook(*[ask("text", f"a{at}") for at in range(2100)])
    assert "nhiều hơn 2000 dòng" in faults(long)[0][1]


@pytest.mark.parametrize(
    "text", ["", "(", "a", "${a", "'x", "${a} = ", "((((" * 20, "foo(.", "${a} and", "<script>", "; drop"]
)
def test_an_expression_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(xpath.CannotSay):
        xpath.condition(text, {"a": "a"}, {})
    with pytest.raises(xpath.CannotSay):
        xpath.bounds(text, "integer")
