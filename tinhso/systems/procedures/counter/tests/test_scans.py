"""Papers made electronic: as many images as pages, nothing taken over by silence, the four exceptions, who may not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.counter import extraction, ocr, services
from tinhso.systems.procedures.counter.errors import NotScanned, ScanSettled, WrongField, WrongPageCount
from tinhso.systems.procedures.counter.models import ReceivedPaper, ScanState
from tinhso.systems.procedures.counter.rules import Card
from tinhso.systems.procedures.counter.services import PaperLine
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import IN_PERSON, Office

pytestmark = pytest.mark.django_db
TEXT = """ỦY BAN NHÂN DÂN XÃ AN BÌNH
Số: 15/XN-UBND
An Bình, ngày 12 tháng 03 năm 2026
GIẤY XÁC NHẬN
Họ và tên: NGUYỄN THỊ HOA
Ngày sinh: 17/05/1990
Số định danh cá nhân: 042190000017
"""


@pytest.fixture
def dossier(office: Office) -> Dossier:
    return services.receive_walk_in(
        actor=office.cast.actor("desk_officer"),
        desk=office.cast.units.commune_centre,
        version=office.version(IN_PERSON),
        card=Card("099190000123", "Trần Thị Bưởi"),
        papers=[
            PaperLine("Giấy xác nhận"),
            PaperLine("Thẻ căn cước", "shown"),
            PaperLine("Giấy tờ mật", no_scan="secret"),
        ],
    )


def pdf(pages: int) -> BytesIO:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 400)
    kept = BytesIO()
    writer.write(kept)
    kept.seek(0)
    return kept


def scan(office: Office, paper: ReceivedPaper, who: str = "desk_officer", **more: Any) -> Any:
    given: dict[str, Any] = {"stream": pdf(2), "name": "quet.pdf", "paper_pages": 2, **more}
    return services.scan_paper(actor=office.cast.actor(who), paper_id=paper.pk, **given)


def fake(text: str, pages: int = 2) -> Any:
    return lambda content, kind: ocr.Reading(text, pdf(pages).getvalue(), pages, "thử")


def test_fields_are_proposed_with_how_sure() -> None:
    found = {one.name: (one.value, one.confidence >= 80) for one in extraction.propose(TEXT)}
    assert found == {
        "full_name": ("Nguyễn Thị Hoa", True),
        "personal_number": ("042190000017", True),
        "born_on": ("1990-05-17", True),
        "issued_on": ("2026-03-12", True),
        "document_number": ("15/XN-UBND", True),
    }
    assert extraction.propose("") == [] and extraction.propose("ngày 31 tháng 02 năm 2026") == []
    assert extraction.propose("998190000017")[0].confidence < 50


def test_the_officer_settles_each_field_and_the_original_stays(
    office: Office, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "read", fake(TEXT))
    made = scan(office, dossier.received_papers.get(position=1))
    services.read_scan(actor=Actor.system(), scan_id=made.pk)
    read = services.read_scan(actor=Actor.system(), scan_id=made.pk)
    assert read.state == ScanState.READ and read.fields.count() == 5
    values = {field.name: field.proposed for field in read.fields.all()}
    officer = office.cast.actor("desk_officer")
    with pytest.raises(WrongField):
        services.confirm_scan(actor=officer, scan_id=made.pk, values={"full_name": "x"})
    with pytest.raises(WrongField):
        services.confirm_scan(actor=officer, scan_id=made.pk, values={**values, "personal_number": "12"})
    with pytest.raises(WrongField):
        services.confirm_scan(actor=officer, scan_id=made.pk, values={**values, "born_on": "31/02/1990"})
    done = services.confirm_scan(
        actor=officer, scan_id=made.pk, values={**values, "full_name": "Nguyễn Thị Hoà", "issued_on": "13/03/2026"}
    )
    assert {f.name for f in done.fields.all() if f.was_corrected} == {"full_name", "issued_on"}
    assert done.attached.file == done.searchable != done.original and dossier.papers.count() == 1
    with pytest.raises(ScanSettled):
        services.confirm_scan(actor=officer, scan_id=made.pk, values=values)
    with pytest.raises(ScanSettled):
        scan(office, dossier.received_papers.get(position=1))


def test_a_scan_that_cannot_be_read_is_typed_by_hand(
    office: Office, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: "Máy chủ thiếu tesseract.")
    made = scan(office, dossier.received_papers.get(position=1))
    failed = services.read_scan(actor=Actor.system(), scan_id=made.pk)
    assert failed.state == ScanState.FAILED and "tesseract" in failed.problem
    values = dict.fromkeys(extraction.NAMES, "")
    done = services.confirm_scan(actor=office.cast.actor("desk_officer"), scan_id=made.pk, values=values)
    assert done.attached.file == done.original


def test_too_few_pages_and_the_exceptions_are_refused(office: Office, dossier: Dossier) -> None:
    first, shown, secret = dossier.received_papers.all()
    for pages, noted in ((3, 0), (1, 0), (0, 0), (2, 1)):
        with pytest.raises(WrongPageCount):
            scan(office, first, paper_pages=pages, noted_pages=noted)
    assert scan(office, first, paper_pages=1, noted_pages=1).image_pages == 2
    for paper in (shown, secret):
        with pytest.raises(NotScanned):
            scan(office, paper)


@pytest.mark.parametrize("who", ["citizen", "leader", "desk_officer_elsewhere", "stranger"])
def test_others_may_not_scan(office: Office, dossier: Dossier, who: str) -> None:
    with pytest.raises(Denied):
        scan(office, dossier.received_papers.get(position=1), who)


def test_hostile_files_are_refused(office: Office, dossier: Dossier) -> None:
    paper = dossier.received_papers.get(position=1)
    for content in (b"<script>alert(1)</script>", b"%PDF-1.7\n garbage", b"MZ\x90\x00" * 50):
        with pytest.raises(Refused):
            scan(office, paper, stream=BytesIO(content))
    assert not paper.scans.exists()


def test_a_real_page_is_read_by_the_machine(office: Office, dossier: Dossier) -> None:
    if ocr.missing():
        pytest.skip(f"NOT RUN: {ocr.missing()}")
    sheet = Image.new("L", (1240, 700), 255)
    face = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 34)
    ImageDraw.Draw(sheet).multiline_text((90, 60), TEXT, fill=0, font=face, spacing=24)
    kept = BytesIO()
    sheet.save(kept, "PNG", dpi=(200, 200))
    kept.seek(0)
    made = scan(office, dossier.received_papers.get(position=1), stream=kept, name="trang.png", paper_pages=1)
    read = services.read_scan(actor=Actor.system(), scan_id=made.pk)
    values = {field.name: field.proposed for field in read.fields.all()}
    assert read.state == ScanState.READ and values["personal_number"] == "042190000017"
    assert values["document_number"] == "15/XN-UBND" and values["born_on"] == "1990-05-17"
    copy = PdfReader(BytesIO(read.searchable.read()))
    assert len(copy.pages) == read.image_pages == 1 and "042190000017" in copy.pages[0].extract_text()
