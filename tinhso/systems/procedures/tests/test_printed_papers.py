"""Form 01 and the result: every field is there, each in its place, whatever its length."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
from pypdf import PdfReader

from tinhso.engines.printing import services as printing

RECEIPT: dict[str, Any] = {
    "agency_upper": "UBND XÃ AN BÌNH",
    "agency": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    "agency_named": "Trung tâm Phục vụ hành chính công xã An Bình",
    "code": "H27.14-261122-0007",
    "place": "An Bình",
    "received": "2026-11-22T10:30",
    "due": "2026-11-27T16:30",
    "applicant": "Nguyễn Thị Hoa",
    "id_number": "0421••••••17",
    "phone": "0912 345 678",
    "procedure": "Đăng ký khai sinh",
    "papers": [
        {"name": "Giấy chứng sinh", "kind": "Bản chính", "quantity": 1},
        {"name": "Giấy chứng nhận kết hôn", "kind": "Bản sao", "quantity": 2},
    ],
    "result_at": "trực tuyến",
    "fees": [{"name": "Lệ phí hộ tịch", "amount": 75000}, {"name": "Phí bản sao", "amount": 8000}],
    "submitter": "Nguyễn Thị Hoa",
    "receiver": "Lê Thị Mai",
    "qr": "https://example.vn/tra-cuu?ma=H27.14-261122-0007",
}
RESULT: dict[str, Any] = {
    "agency_upper": "UBND TỈNH THỬ NGHIỆM",
    "agency": "UBND XÃ AN BÌNH",
    "place": "An Bình",
    "number": "15/QĐ-UBND",
    "date": "2026-02-05",
    "title": "Quyết định",
    "abstract": "Về việc cấp giấy phép xây dựng",
    "grounds": ["Căn cứ Luật Tổ chức chính quyền địa phương;"],
    "body": ["Cấp giấy phép xây dựng nhà ở riêng lẻ:"],
    "facts": [{"label": "Chủ đầu tư", "value": "Trần Văn Đức"}],
    "recipients": ["Như trên;", "Lưu: VT."],
    "signer_authority": "TM. Uỷ ban nhân dân",
    "signer_title": "Chủ tịch",
    "signer": "Võ Minh Tuấn",
}


@dataclass(frozen=True)
class Line:
    """A run of text with its place on the page, in points from the lower left."""

    text: str
    x: float
    y: float


def lines_of(pdf: bytes, page: int = 0) -> list[Line]:
    found: list[Line] = []

    def visit(text: str, matrix: Any, text_matrix: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            x = text_matrix[4] * matrix[0] + matrix[4]
            found.append(Line(" ".join(text.split()), x, text_matrix[5] * matrix[3] + matrix[5]))

    PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    return found


def place_of(lines: list[Line], words: str) -> tuple[int, int]:
    """Where the line that begins with these words stands, to whole points."""
    found = [line for line in lines if words in line.text]
    assert found, f"{words!r} is not on the page"
    return round(found[0].x), round(found[0].y)


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_form_01_holds_every_field() -> None:
    text = text_of(printing.render("procedures.receipt", RECEIPT))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "An Bình, ngày 22 tháng 11 năm 2026",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Hoa",
        "0421••••••17",
        "0912 345 678",
        "Đăng ký khai sinh",
        "Giấy chứng sinh",
        "Bản sao",
        "Số lượng hồ sơ: 1 (bộ)",
        "10 giờ 30 phút, ngày 22 tháng 11 năm 2026",
        "16 giờ 30 phút, ngày 27 tháng 11 năm 2026",
        "trực tuyến",
        "75.000 đồng",
        "83.000 đồng",
        "quyển số",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Lê Thị Mai",
    ):
        assert words in text, words
    assert "MÔ PHỎNG" not in text
    assert "MÔ PHỎNG" in text_of(printing.render("procedures.receipt", RECEIPT | {"is_demo": True}))
    assert "không thu" in text_of(printing.render("procedures.receipt", RECEIPT | {"fees": []}))


# Where the parts stand on A5 (420 × 595) and A4 (595 × 842), measured once by eye; 4 points of play for a new typst.
RECEIPT_PLACES = {
    "CHÍNH CÔNG": (82, 535),
    "CỘNG HÒA": (201, 555),
    "GIẤY TIẾP NHẬN": (67, 488),
}
PLAY = 4


@pytest.mark.parametrize(("words", "place"), RECEIPT_PLACES.items())
def test_the_parts_of_form_01_stand_where_they_belong(words: str, place: tuple[int, int]) -> None:
    x, y = place_of(lines_of(printing.render("procedures.receipt", RECEIPT)), words)
    assert abs(x - place[0]) <= PLAY and abs(y - place[1]) <= PLAY, (words, x, y)


def test_the_parts_of_form_01_follow_one_another() -> None:
    lines = lines_of(printing.render("procedures.receipt", RECEIPT))
    order = ("CỘNG HÒA", "GIẤY TIẾP NHẬN", "Thành phần hồ sơ", "Giấy chứng sinh", "nhận hồ sơ:", "trả kết quả giải")
    heights = [place_of(lines, words)[1] for words in order]
    assert heights == sorted(heights, reverse=True)
    assert place_of(lines, "NGƯỜI NỘP")[1] == place_of(lines, "NGƯỜI TIẾP NHẬN HỒ SƠ")[1]


def test_forty_papers_run_over_pages_with_the_head_repeated() -> None:
    papers = [{"name": f"Giấy tờ số {n} " + "rất dài " * 12, "kind": "Bản sao", "quantity": 1} for n in range(40)]
    pdf = printing.render("procedures.receipt", RECEIPT | {"papers": papers})
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 2 and "Tên giấy tờ" in pages[1].extract_text()
    assert "Giấy tờ số 39" in text_of(pdf) and "Lê Thị Mai" in text_of(pdf)


def test_a_result_has_the_parts_of_decree_30_in_their_order() -> None:
    pdf = printing.render("procedures.result", RESULT)
    text = text_of(pdf)
    for words in ("Số: 15/QĐ-UBND", "ngày 05 tháng 02 năm 2026", "QUYẾT ĐỊNH", "Nơi nhận:", "- Lưu: VT.", "CHỦ TỊCH"):
        assert words in text, words
    lines = lines_of(pdf)
    order = ("CỘNG HÒA", "15/QĐ-UBND", "QUYẾT ĐỊNH", "Căn cứ", "Trần Văn Đức", "CHỦ TỊCH", "Võ Minh Tuấn")
    heights = [place_of(lines, words)[1] for words in order]
    assert heights == sorted(heights, reverse=True)
    assert place_of(lines, "Nơi nhận")[0] < 300 < place_of(lines, "Võ Minh Tuấn")[0]
    # Room for the visible signature between the title and the name.
    assert place_of(lines, "CHỦ TỊCH")[1] - place_of(lines, "Võ Minh Tuấn")[1] >= 80
    assert PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width == pytest.approx(595, abs=1)
