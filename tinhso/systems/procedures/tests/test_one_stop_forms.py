"""Forms 01 to 05 of both sets: every field of the circulars, in words a person reads, frozen once issued."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from tinhso.engines.printing import services as printing
from tinhso.systems.procedures import papers, services
from tinhso.systems.procedures.errors import PlainReasonNeeded
from tinhso.systems.procedures.models import IssuedForm
from tinhso.systems.procedures.printing.data import form_data, lines, long_date
from tinhso.systems.procedures.printing.sets import Form, form_sets, set_for, set_named, set_on
from tinhso.systems.procedures.services.forms import issue_form
from tinhso.systems.procedures.testing import Office

FACTS: dict[str, Any] = {
    "agency_upper": "UBND XÃ AN BÌNH",
    "agency": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG XÃ AN BÌNH",
    "agency_named": "Trung tâm Phục vụ hành chính công xã An Bình",
    "authority": "Ủy ban nhân dân xã An Bình",
    "place": "An Bình",
    "code": "H27.14-261122-0007",
    "qr": "https://example.vn/tra-cuu/?ma=H27.14-261122-0007",
    "applicant": "Nguyễn Thị Hoa",
    "submitter": "Nguyễn Thị Hoa",
    "id_number": "0421••••••17",
    "address": "Thôn Liên Thanh, xã An Bình",
    "phone": "0912 345 678",
    "email": "hoa@example.vn",
    "procedure": "Đăng ký khai sinh",
    "request": "Khai sinh cho con",
    "issuer": "Lê Thị Mai",
    "issued_at": datetime(2026, 2, 5, 9, 30),
    "reason": "Ảnh chụp giấy chứng sinh bị mờ, không đọc được số.",
    "items": [{"name": "Giấy chứng sinh", "why": "chụp lại rõ bốn góc"}, "Giấy uỷ quyền"],
    "guidance": "Nếu có vướng mắc, xin liên hệ bộ phận một cửa.",
    "by": date(2026, 2, 12),
    "received": date(2026, 1, 20),
    "promised": datetime(2026, 2, 6, 16, 30),
    "new_due": datetime(2026, 2, 12, 16, 30),
    "doc_number": "12/UBND-VP",
    "signer_title": "Chủ tịch",
    "signer": "Võ Minh Tuấn",
    "requested_at": datetime(2026, 2, 5, 8, 5),
    "stopped_at": datetime(2026, 2, 5, 9, 30),
    "stage": "Đang thụ lý",
    "finance": "không có",
    "no_decision": True,
}
# What each form must say (Circular 01/2018 art. 9; Circular 03/2025 Annex I as forms in use show it).
COMMON = ("Mã hồ sơ: H27.14-261122-0007", "Nguyễn Thị Hoa", "An Bình, ngày 05 tháng 02 năm 2026")
MUST_SAY = {
    ("2018", "supplement"): ("Mẫu số 02", "Khai sinh cho con", "1. Giấy chứng sinh", "2. Giấy uỷ quyền", "Lý do: Ảnh"),
    ("2025", "supplement"): ("Mẫu số 02", "Đăng ký khai sinh", "chụp lại rõ bốn góc", "trước ngày 12 tháng 02", "Mai"),
    ("2018", "refusal"): ("Mẫu số 03", "0912 345 678", "hoa@example.vn", "Lý do không nhận giải quyết: Ảnh"),
    ("2025", "refusal"): ("Mẫu số 03", "Thôn Liên Thanh", "hoa@example.vn", "Lý do từ chối: Ảnh", "Lê Thị Mai"),
    ("2018", "apology"): ("Mẫu số 04", "PHIẾU XIN LỖI", "hẹn lại", "16 giờ 30 phút, ngày 12 tháng 02 năm 2026"),
    ("2025", "apology"): ("Mẫu số 04", "Số: 12/UBND-VP", "gia hạn", "ngày 06 tháng 02", "Nơi nhận:", "CHỦ TỊCH"),
    ("2025", "stop"): (
        "Mẫu số 05",
        "dừng giải quyết",
        "08 giờ 05 phút",
        "Đang thụ lý",
        "không có",
        "chưa có quyết định",
    ),
}


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@pytest.mark.parametrize(("which", "form"), MUST_SAY)
def test_each_form_of_each_set_says_what_its_circular_asks(which: str, form: str) -> None:
    pdf = printing.render("procedures.slip", form_data(FACTS, form, set_named(which)))
    said = text_of(pdf)
    for words in (*COMMON, *MUST_SAY[which, form]):
        assert words in said, words
    reader = PdfReader(io.BytesIO(pdf))
    wide = set_named(which).forms[form]["paper"] == "a4"
    assert reader.pages[0].mediabox.width == pytest.approx(595 if wide else 420, abs=1)
    about: Any = reader.trailer["/Root"]["/Metadata"]  # type: ignore[index]
    assert b"<pdfaid:part>2</pdfaid:part>" in about.get_data()


def test_what_is_not_known_leaves_a_line_for_a_pen_and_no_broken_sentence() -> None:
    bare = dict.fromkeys(FACTS, "") | {"issued_at": FACTS["issued_at"], "items": []}
    for one in form_sets():
        for form in set(one.forms) & {"supplement", "refusal", "apology", "stop"}:
            said = text_of(printing.render("procedures.slip", form_data(bare, form, one)))
            assert "Lý do" not in said and "None" not in said and "{" not in said


def test_the_set_in_force_is_found_by_date() -> None:
    assert set_on(date(2025, 9, 14)).code == "2018" and set_on(date(2025, 9, 15)).code == "2025"
    assert set_on(date(2010, 1, 1)).code == "2018"
    assert set_for(Form.STOP, date(2024, 1, 1)).code == "2025"
    numbers = {one.code: [rule["number"] for rule in one.forms.values()] for one in form_sets()}
    assert numbers == {"2018": [f"0{n}" for n in range(1, 7)], "2025": [f"0{n}" for n in range(1, 8)]}


def test_words_of_dates_and_lists() -> None:
    assert long_date(date(2026, 3, 9)) == "ngày 09 tháng 3 năm 2026"
    assert lines(" - Giấy A \n\n• Giấy B\n+") == ["Giấy A", "Giấy B"]


@pytest.mark.django_db
def test_an_issued_form_stays_as_it_was_issued(office: Office) -> None:
    dossier = office.resolving()
    actor = office.cast.actor("resolving_officer")
    services.ask_supplement(actor=actor, dossier_id=dossier.pk, items="Giấy A\nGiấy B", reason="Mờ số")
    dossier.refresh_from_db()
    issued = issue_form(actor, dossier, Form.SUPPLEMENT)
    before = papers.form_pdf(dossier, Form.SUPPLEMENT)
    assert "Giấy B" in text_of(before) and actor.label in text_of(before)
    dossier.applicant.full_name = "Tên Đã Đổi"
    dossier.applicant.save()
    dossier.refresh_from_db()
    assert papers.form_pdf(dossier, Form.SUPPLEMENT) == before
    assert "Tên Đã Đổi" in text_of(papers.form_pdf(dossier, Form.SUPPLEMENT, set_named("2018")))
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedForm.objects.update(form="stop")
    with pytest.raises(DatabaseError), transaction.atomic():
        issued.delete()


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["ERR_403", "E-17", "HTTP 500", "0x0001"[2:]])
def test_a_refusal_in_a_programs_code_is_refused(office: Office, reason: str) -> None:
    dossier = office.filed()
    with pytest.raises(PlainReasonNeeded):
        issue_form(office.cast.actor("desk_officer"), dossier, Form.REFUSAL, facts={"reason": reason})
    assert issue_form(office.cast.actor("desk_officer"), dossier, Form.REFUSAL, facts={"reason": "Sai nơi nộp."})


@pytest.mark.django_db
def test_the_old_receipt_has_two_copies_and_the_term(office: Office) -> None:
    dossier = office.received()
    new, old = (text_of(papers.form_pdf(dossier, Form.RECEIPT, set_named(code))) for code in ("2025", "2018"))
    assert "Thời gian giải quyết theo quy định: 3 ngày làm việc" in old and "Liên 2: Giao" in old
    assert "theo quy định" not in new and "Liên" not in new and "Số định danh" in new
    assert old.count("GIẤY TIẾP NHẬN") == 2
