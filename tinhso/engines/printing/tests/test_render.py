"""Setting papers: archival, tagged, readable by machines and people, and deaf to what the data says."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tinhso.engines.printing import services
from tinhso.foundation.text.coverage import covered

SPEECH = "Ủy ban nhân dân xã Kỳ Lợi, phường Hà Huy Tập: ĐẶNG THỊ ỮNG, nguyễn quỳnh, ỷ ỵ ẵ ẫ ậ ợ ỡ ự ữ ệ ễ ố ỗ"
TEMPLATE = """#import "/engines/printing/official.typ": *
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: sans, lang: "vi")
= #data.title
#data.body
#text(font: serif, data.body)
#if "qr_svg" in data { image(bytes(data.qr_svg), format: "svg", width: 30mm, alt: "QR") }
"""


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A template of the tests' own, beside official.typ by a copy of the package's layout."""
    folder = tmp_path / "engines" / "printing"
    folder.mkdir(parents=True)
    shutil.copy(Path(services.__file__).parent / "official.typ", folder)
    path = tmp_path / "sheet.typ"
    path.write_text(TEMPLATE)
    monkeypatch.setitem(services.TEMPLATES, "test.sheet", services.Template("test.sheet", path, ("title", "body")))
    return "test.sheet"


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_accented_text_comes_out_as_it_went_in(sheet: str, tmp_path: Path) -> None:
    pdf = services.render(sheet, {"title": "Kết quả", "body": SPEECH})
    assert text_of(pdf).count(SPEECH) == 2
    if not shutil.which("pdftotext"):
        pytest.skip("NOT RUN: pdftotext (poppler-utils) is not on this machine")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True).stdout
    assert re.sub(r"\s+", " ", told).count(SPEECH) == 2


def test_the_document_is_archival_tagged_and_speaks_vietnamese(sheet: str) -> None:
    reader = PdfReader(io.BytesIO(services.render(sheet, {"title": "Kết quả", "body": SPEECH})))
    root: Any = reader.trailer["/Root"]
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about and "<pdfaid:conformance>B</pdfaid:conformance>" in about
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and str(root["/Lang"]).startswith("vi")
    fonts = {name for page in reader.pages for name in _font_names(page)}
    assert fonts and all("BeVietnamPro" in name or "Libertinus" in name for name in fonts)


def _font_names(page: Any) -> list[str]:
    return [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]


def test_the_same_data_gives_the_same_bytes(sheet: str) -> None:
    data = {"title": "Kết quả", "body": SPEECH, "qr": "H27.14-261122-0007"}
    assert services.render(sheet, data) == services.render(sheet, data)
    later = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert services.render(sheet, data, made_at=later) != services.render(sheet, data)


HOSTILE = (
    '#read("/etc/passwd")',
    '#image("../../../etc/passwd")',
    "]#panic()[",
    '"); #panic("x"); (',
    "$ x^2 $ *bold* _em_ = Heading\n== Sub\n- list\n+ enum",
    '#eval("1+1") #sys.inputs #import "@preview/x:1.0.0"',
    "\\u{0000} \\ // comment /* block */ <label> @ref https://evil.example",
    '{"title": "khác"}',
    "</script><svg onload=alert(1)>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_and_code_in_the_data_are_printed_and_not_obeyed(sheet: str, text: str) -> None:
    shown = text_of(services.render(sheet, {"title": "Kết quả", "body": text}))
    for word in re.findall(r"[A-Za-z/@#$*]{4,}", text):
        assert word in shown


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_any_text_can_be_set(sheet: str, text: str) -> None:
    assert services.render(sheet, {"title": "Kết quả", "body": text}).startswith(b"%PDF-")


def test_every_character_that_is_let_through_can_be_set(sheet: str) -> None:
    letters = " ".join(sorted(covered()))
    assert services.render(sheet, {"title": "Kết quả", "body": letters}).startswith(b"%PDF-")
    assert set(SPEECH) <= covered()


def test_what_no_font_shows_is_replaced_and_never_stops_a_paper(sheet: str) -> None:
    shown = text_of(services.render(sheet, {"title": "Kết quả", "body": "a\x08b\u202ec 😀 漢 Владимир"}))
    assert "abc ? ? Владимир" in shown


def test_what_is_missing_is_named(sheet: str) -> None:
    with pytest.raises(services.TemplateFailed, match="needs body"):
        services.render(sheet, {"title": "Kết quả"})
    with pytest.raises(services.TemplateUnknown, match="no template"):
        services.render("test.other", {})
    with pytest.raises(services.TemplateFailed):
        services.render(sheet, {"title": {"not": "text"}, "body": ""})
    with pytest.raises(RuntimeError, match="twice"):
        services.register_template(sheet, "x.typ")


def test_a_template_outside_the_package_reads_nothing_above_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inner" / "spy.typ"
    path.parent.mkdir()
    path.write_text('#read("../secret.txt")')
    (tmp_path / "secret.txt").write_text("bí mật")
    monkeypatch.setitem(services.TEMPLATES, "test.spy", services.Template("test.spy", path))
    with pytest.raises(services.TemplateFailed):
        services.render("test.spy", {})


def test_a_qr_code_is_drawn_both_ways() -> None:
    assert services.qr_svg("H27.14-261122-0007").startswith("<?xml")
    with Image.open(io.BytesIO(services.qr_png("H27.14-261122-0007"))) as picture:
        assert picture.width == picture.height > 100
