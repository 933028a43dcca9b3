"""The template and what comes back: every bad cell named, nothing guessed, nothing written before it is confirmed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tinhso.foundation.files.errors import FileRefused
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import errors, services, workbooks
from tinhso.systems.reporting.models import CellValue, Submission, Upload
from tinhso.systems.reporting.rules.content import Form, Section
from tinhso.systems.reporting.testing import make_duty, make_form, type_in

pytestmark = pytest.mark.django_db


def template_of(report: Submission) -> bytes:
    report = Submission.objects.select_related("duty__form", "duty__regime", "duty__unit").get(pk=report.pk)
    return workbooks.template(report, services.figures_of(report))


def edited(content: bytes, edit: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(**cells: Any) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for name, value in cells.items():
            book["A. Văn bản"][name] = value

    return edit


def tried(cast: Cast, report: Submission, content: bytes) -> Upload:
    return services.try_workbook(
        actor=cast.actor("resolving_officer"), submission_id=report.pk, stream=io.BytesIO(content), name="bao-cao.xlsx"
    )


def test_the_template_locks_what_is_not_typed_and_knows_itself(report: Submission) -> None:
    book = load_workbook(io.BytesIO(template_of(report)))
    sheet = book["A. Văn bản"]
    assert isinstance(sheet, Worksheet) and sheet.protection.sheet
    assert not sheet["E5"].protection.locked and sheet["E7"].protection.locked
    assert book["B. Hồ sơ"]["E5"].protection.locked and book["B. Hồ sơ"]["E5"].value == 0
    assert book[workbooks.MARK].sheet_state == "veryHidden"
    assert sheet.row_dimensions[workbooks.KEY_ROW].hidden and len(sheet.data_validations.dataValidation) == 2


def test_a_trial_writes_nothing_and_a_confirmation_writes_once(cast: Cast, report: Submission) -> None:
    upload = tried(cast, report, edited(template_of(report), fill(E5=1234, E6="1.000", E8="0,5")))
    assert upload.found["faults"] == [] and not CellValue.objects.exists()
    saved = services.take_workbook(actor=cast.actor("resolving_officer"), upload_id=upload.pk)
    assert sorted(saved.written) == ["di.ky", "ky_so.ky", "phi.ky"]
    assert {str(value) for value in CellValue.objects.values_list("value", flat=True)} == {
        "1234.0000",
        "1000.0000",
        "0.5000",
    }
    with pytest.raises(errors.Stale):
        services.take_workbook(actor=cast.actor("resolving_officer"), upload_id=upload.pk)


def test_each_bad_cell_is_named_by_sheet_row_column_and_reason(cast: Cast, report: Submission) -> None:
    bad = fill(E5="mười", E6="1,234.5", E8=True)
    found = tried(cast, report, edited(template_of(report), bad)).found["faults"]
    assert [(one["sheet"], one["row"], one["column"]) for one in found] == [
        ("A. Văn bản", 5, "E"), ("A. Văn bản", 6, "E"), ("A. Văn bản", 8, "E"),
    ]  # fmt: skip
    assert "không phải là số" in found[0]["sentence"] and "hai số khác nhau" in found[1]["sentence"]


def test_dates_formulas_without_result_and_error_values_are_named(cast: Cast, report: Submission) -> None:
    from datetime import date

    found = tried(cast, report, edited(template_of(report), fill(E5=date(2026, 1, 1), E6="=1+1", E8="#DIV/0!")))
    sentences = " ".join(one["sentence"] for one in found.found["faults"])
    assert len(found.found["faults"]) == 3
    assert "dạng ngày" in sentences and "chưa có kết quả" in sentences and "#DIV/0!" in sentences


def test_an_empty_cell_stays_empty_and_a_blank_does_not_undo_anothers_figure(cast: Cast, report: Submission) -> None:
    blank = template_of(report)
    type_in(cast.actor("leader"), report, {"di.ky": "5"})
    upload = tried(cast, report, edited(blank, fill(E6=3)))
    assert set(upload.found["values"]) == {"ky_so.ky"}
    services.take_workbook(actor=cast.actor("resolving_officer"), upload_id=upload.pk)
    assert CellValue.objects.get(code="di.ky").value == 5


def test_a_cell_changed_by_another_since_the_download_is_told(cast: Cast, report: Submission) -> None:
    content = template_of(report)
    type_in(cast.actor("leader"), report, {"di.ky": "5"})
    upload = tried(cast, report, edited(content, fill(E5=9)))
    saved = services.take_workbook(actor=cast.actor("resolving_officer"), upload_id=upload.pk)
    assert saved.conflicts["di.ky"].theirs == "5" and CellValue.objects.get().value == 5


def test_merged_cells_moved_titles_and_strange_rows_are_named(cast: Cast, report: Submission) -> None:
    def spoil(book: Workbook) -> None:
        sheet = book["A. Văn bản"]
        sheet.merge_cells("E5:E6")
        sheet["C8"], sheet["C6"] = sheet["C6"].value, "Tên khác"
        sheet["A20"], sheet["E20"] = "la", 5
        sheet["E4"] = "Luỹ kế"

    found = tried(cast, report, edited(template_of(report), spoil)).found["faults"]
    sentences = [one["sentence"] for one in found]
    assert any("gộp" in one for one in sentences) and any("không có trong mẫu" in one for one in sentences)
    assert sum("đổi chỗ" in one for one in sentences) == 3


def test_a_column_moved_whole_is_read_where_it_stands(cast: Cast, report: Submission) -> None:
    def move(book: Workbook) -> None:
        sheet = book["A. Văn bản"]
        sheet["E5"], sheet["E6"] = 10, 4
        sheet.insert_cols(5)

    found = tried(cast, report, edited(template_of(report), move)).found
    assert found["faults"] == [] and {code: one[0] for code, one in found["values"].items()} == {
        "di.ky": "10", "ky_so.ky": "4",
    }  # fmt: skip


def test_a_lost_key_row_or_a_doubled_row_is_refused(cast: Cast, report: Submission) -> None:
    def lose(book: Workbook) -> None:
        book["A. Văn bản"].delete_cols(5)

    with pytest.raises(errors.BadWorkbook, match="thiếu cột"):
        tried(cast, report, edited(template_of(report), lose))

    def double(book: Workbook) -> None:
        book["A. Văn bản"]["A9"], book["A. Văn bản"]["C9"], book["A. Văn bản"]["E9"] = "di", "Văn bản đi", 7

    found = tried(cast, report, edited(template_of(report), double)).found["faults"]
    assert [one["row"] for one in found] == [9] and "lặp" in found[0]["sentence"]


def test_a_locked_cell_changed_in_the_file_has_no_effect_and_is_told(cast: Cast, report: Submission) -> None:
    def cheat(book: Workbook) -> None:
        book["B. Hồ sơ"]["E5"] = 99

    found = tried(cast, report, edited(template_of(report), cheat)).found
    assert found["values"] == {} and "E5" in found["notes"][0]


def test_a_file_of_another_unit_period_or_version_is_refused(cast: Cast, report: Submission) -> None:
    officer = cast.actor("resolving_officer")
    october = services.begin(actor=officer, duty_id=make_duty(report.duty.form, report.duty.unit, 10).pk)
    with pytest.raises(errors.BadWorkbook, match="kỳ khác"):
        tried(cast, report, template_of(october))
    elsewhere = make_duty(report.duty.form, cast.units.other_committee)
    theirs = services.begin(actor=cast.actor("leader_elsewhere"), duty_id=elsewhere.pk)
    with pytest.raises(errors.BadWorkbook, match="đơn vị khác"):
        tried(cast, report, template_of(theirs))
    other = make_duty(make_form(cast.units.committee, code="bc-khac"), report.duty.unit)
    with pytest.raises(errors.BadWorkbook, match="chế độ báo cáo khác"):
        tried(cast, report, template_of(services.begin(actor=officer, duty_id=other.pk)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a workbook", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused(cast: Cast, report: Submission, content: bytes) -> None:
    with pytest.raises((FileRefused, errors.BadWorkbook)):
        tried(cast, report, content)


def test_a_workbook_that_is_no_template_is_refused(cast: Cast, report: Submission) -> None:
    out = io.BytesIO()
    Workbook().save(out)
    with pytest.raises(errors.BadWorkbook, match="không phải mẫu"):
        tried(cast, report, out.getvalue())


def test_a_bomb_is_refused_before_it_is_opened(cast: Cast, report: Submission) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template_of(report))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/worksheets/sheet99.xml", b" " * (80 * 1024 * 1024))
    with pytest.raises((FileRefused, errors.BadWorkbook)):
        tried(cast, report, out.getvalue())


def test_five_thousand_rows_are_tried_and_written(cast: Cast) -> None:
    rows = [{"key": f"r{number}", "title": f"Thôn {number}", "unit": "hộ"} for number in range(5000)]
    columns = [{"key": "a", "title": "Tổng số"}, {"key": "b", "title": "Có internet"}]
    content = {"sections": [{"key": "thon", "title": "Thôn", "columns": columns, "rows": rows}], "checks": []}
    duty = make_duty(make_form(cast.units.committee, code="bc-lon", content=content), cast.units.commune_committee)
    report = services.begin(actor=cast.actor("resolving_officer"), duty_id=duty.pk)

    def all_of(book: Workbook) -> None:
        sheet = book["Thôn"]
        for row in range(workbooks.FIRST_ROW, workbooks.FIRST_ROW + 5000):
            sheet.cell(row, 5, row), sheet.cell(row, 6, "x" if row % 1000 == 0 else 1)
        sheet.merge_cells("F9:F10")

    content_ = edited(template_of(report), all_of)
    upload = tried(cast, report, content_)
    saved = services.take_workbook(actor=cast.actor("resolving_officer"), upload_id=upload.pk)
    assert len(saved.written) == 9994 and len(upload.found["faults"]) == 6


def test_sheets_bear_the_titles_of_their_sections_and_no_two_the_same() -> None:
    long = "Tình hình thực hiện chuyển đổi số trên địa bàn"
    titles = ["A. Số [1/2]: đến?", long, f"{long} xã", "Hướng dẫn", "'", "_TINHSO"]
    sections = tuple(Section(f"phan{number}", title, (), ()) for number, title in enumerate(titles))
    names = list(workbooks.sheet_names(Form(sections)).values())
    assert names[0] == "A. Số 1 2 đến" and names[4] == "phan4"
    assert len({name.casefold() for name in names} | {"hướng dẫn", "_tinhso"}) == len(names) + 2
    assert all(0 < len(name) <= 31 for name in names)
