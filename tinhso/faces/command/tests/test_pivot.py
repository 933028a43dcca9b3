"""The analysts' table: exact figures, within reach and bounds; empty is not zero; no formula runs."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tinhso.engines.indicators.boards.models import SavedView
from tinhso.engines.indicators.definitions import sync_declared
from tinhso.faces.command import pivot
from tinhso.faces.command.tests.test_pages import put
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db
URL = "/dieu-hanh/phan-tich/"
RECEIVED, ONLINE = "procedures.dossiers_received", "procedures.dossiers_online"


@pytest.fixture
def figures(cast: Cast) -> Cast:
    sync_declared()
    month = timezone.localdate().replace(day=1)
    put(cast.units.commune_committee, month, 3, 4)
    put(cast.units.other_committee, month, 1, 4)
    return cast


def client(cast: Cast, who: str) -> Client:
    found = Client()
    found.force_login(getattr(cast, who))
    return found


def rows(cast: Cast, who: str, **query: object) -> list[list[str]]:
    answer = client(cast, who).get(URL, {"dang": "csv", "cs": [RECEIVED, ONLINE], **query})
    assert answer.status_code == 200, answer.content
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_each_cell_is_the_figure_and_what_was_not_told_is_empty(figures: Cast) -> None:
    month = f"{timezone.localdate():%Y-%m}"
    found = {(row[0], row[2], row[4]): row[6] for row in rows(figures, "provincial_leader", cap="xa")}
    here = figures.units.commune_committee.code
    assert float(found[(RECEIVED, here, month)]) == 4 and float(found[(ONLINE, here, month)]) == 3
    assert {value for (_code, _unit, period), value in found.items() if period != month} == {""}
    assert len(found) == 2 * 2 * 12
    whole = rows(figures, "provincial_leader", cap="chung", kieu="nam", tu="2026-01", den=month)
    assert [float(row[6]) for row in whole] == [8, 4]


def test_a_leader_gets_the_answer_of_his_own_reach(figures: Cast) -> None:
    units = {row[2] for row in rows(figures, "leader", cap="xa")}
    assert units == {figures.units.commune_committee.code}
    for who, status in (("citizen", 403), ("desk_officer", 403)):
        assert client(figures, who).get(URL, {"cs": RECEIVED}).status_code == status


@pytest.mark.parametrize("columns", ["ky", "dv", "cs", "x"])
def test_every_layout_holds_the_same_cells(figures: Cast, columns: str) -> None:
    text = client(figures, "provincial_leader").get(URL, {"cs": [RECEIVED], "cap": "xa", "cot": columns}).content
    assert text.decode().partition("pivot-table")[2].count('<td class="num">4</td>') == 2
    assert "22 ô chưa có số liệu" in text.decode()


def test_the_three_files_hold_the_same_rows_and_run_nothing(figures: Cast, tmp_path) -> None:
    Unit.objects.filter(pk=figures.units.other_committee.pk).update(name="=HYPERLINK(1)")
    page = client(figures, "provincial_leader")
    query = {"cs": [RECEIVED, ONLINE], "cap": "xa"}
    plain = rows(figures, "provincial_leader", cap="xa")
    assert any(row[3] == "'=HYPERLINK(1)" for row in plain)
    file = tmp_path / "x.parquet"
    file.write_bytes(page.get(URL, {**query, "dang": "parquet"}).content)
    known = duckdb.sql(f"SELECT indicator, unit, period, value FROM '{file}'").fetchall()
    assert {(a, b, c): d for a, b, c, d in known} == {
        (row[0], row[2], row[4]): float(row[6]) if row[6] else None for row in plain
    }
    book = load_workbook(io.BytesIO(page.get(URL, {**query, "dang": "xlsx"}).content))
    long = book.worksheets[1]
    assert long.max_row == len(plain) + 1
    assert all(cell.data_type != "f" for row in long.iter_rows() for cell in row)
    assert long.cell(2, 7).value is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"cs": "khong.co"}, "không tồn tại"),
        ({"cs": RECEIVED, "tu": "2026-13"}, "Không đọc được kỳ"),
        ({"cs": RECEIVED, "tu": "2026-09", "den": "2026-02"}, "Kỳ đầu ở sau kỳ cuối"),
        ({"cs": RECEIVED, "tu": "1900-01", "kieu": "thang"}, "Chỉ xem được 60 kỳ"),
        ({"cs": RECEIVED, "tu": "<script>", "cap": "'", "kieu": "\x00"}, "Không đọc được kỳ"),
    ],
)
def test_what_cannot_be_read_is_said_and_harms_nothing(figures: Cast, query: dict, said: str) -> None:
    answer = client(figures, "provincial_leader").get(URL, query)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_too_much_is_refused_with_a_sentence(figures: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pivot, "MOST_CELLS", 20)
    page = client(figures, "provincial_leader")
    query = {"cs": [RECEIVED, ONLINE], "cap": "xa"}
    assert "Hãy bớt chỉ tiêu, đơn vị hoặc kỳ" in page.get(URL, query).content.decode()
    for form in ("csv", "xlsx", "parquet"):
        answer = page.get(URL, {**query, "dang": form})
        assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    assert page.get(URL, {"dang": "csv"}).status_code == 422


def test_a_saved_view_opens_what_was_seen_and_a_shared_one_by_ones_own_rights(figures: Cast) -> None:
    page = client(figures, "provincial_leader")
    query = f"cs={RECEIVED}&cap=xa&kieu=quy"
    saved = page.post(URL, {"viec": "luu", "ten": "Theo quý", "cau_hoi": query, "dung_chung": "1"})
    assert saved.status_code == 302 and saved["Location"] == f"{URL}?{query}"
    shown = client(figures, "leader").get(URL).content.decode()
    assert "Theo quý" in shown and 'value="bo"' not in shown
    view = SavedView.objects.get()
    assert client(figures, "leader").post(URL, {"viec": "bo", "goc_nhin": view.pk}).status_code == 404
    assert page.post(URL, {"viec": "luu", "ten": " ", "cau_hoi": query}).status_code == 422
    assert page.post(URL, {"viec": "bo", "goc_nhin": view.pk}).status_code == 302
    assert page.post(URL, {"viec": "x"}).status_code == 404


def test_the_table_asks_a_bounded_number_of_questions(figures: Cast, django_assert_max_num_queries) -> None:
    page = client(figures, "provincial_leader")
    query = {"cs": [RECEIVED, ONLINE], "cap": "xa"}
    page.get(URL, query)
    with django_assert_max_num_queries(25):
        page.get(URL, query)


def test_cells_are_split_by_a_dimension_of_their_records_and_the_parts_are_the_whole(office: Office) -> None:
    office.received(code="1.001193")
    office.resolving()
    sync_declared()
    found = rows(office.cast, "provincial_leader", cap="xa", chieu="kenh")
    here = office.cast.units.commune_committee.code
    month = f"{timezone.localdate():%Y-%m}"
    parts = {row[4]: float(row[6]) for row in found if row[0] == RECEIVED and row[2] == here and row[5] == month}
    assert {row[6] for row in found if row[5] != month} == {""}, "never counted is not zero"
    assert sum(parts.values()) == 2 and set(parts) <= {"trực tuyến", "trực tiếp", "bưu chính công ích"}
    assert rows(office.cast, "leader_elsewhere", cap="xa", chieu="kenh") == []
    page = client(office.cast, "provincial_leader")
    text = page.get(URL, {"cs": RECEIVED, "chieu": "thu-tuc"}).content.decode()
    assert "Chia theo" in text and "khai sinh" in text.lower()
    for shape in ("xlsx", "parquet"):
        assert page.get(URL, {"cs": RECEIVED, "chieu": "linh-vuc", "dang": shape}).status_code == 200
    assert "Không có cách chia ấy" in page.get(URL, {"cs": RECEIVED, "chieu": "mau-mat"}).content.decode()
