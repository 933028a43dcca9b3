"""Papers prepared before signing to show something else after it: hide, replace, hide and replace. Never "valid"."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, StreamObject, TextStringObject
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tinhso.engines.signing import services
from tinhso.engines.signing.models import SigningCertificate
from tinhso.engines.signing.tests.conftest import PIN
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


def opened(data: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(data), strict=False)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> tuple[Any, Any]:
    reference = writer.root["/Pages"]["/Kids"].raw_get(0)
    return reference, reference.get_object()


def names(**entries: Any) -> DictionaryObject:
    return DictionaryObject({n(f"/{key}"): value for key, value in entries.items()})


def numbers(*given: int) -> ArrayObject:
    return ArrayObject(map(NumberObject, given))


def drawing(words: bytes) -> StreamObject:
    """A form drawn over the page."""
    return StreamObject(names(Type=n("/XObject"), Subtype=n("/Form"), BBox=numbers(0, 0, 595, 842)), stream_data=words)


@pytest.fixture
def sign(cast: Cast, certificate: SigningCertificate) -> Any:
    def signed(data: bytes, level: str) -> bytes:
        made = services.sign_pdf(
            cast.actor("leader"), pdf=data, account=cast.leader, pin=PIN, level=level, is_visible=False
        )
        assert services.verify_pdf(made).is_valid
        return made

    return signed


LEVELS = pytest.mark.parametrize("level", ["B-T", "B-LTA"])


@LEVELS
def test_hide_a_cover_lifted_after_signing(sign: Any, paper: bytes, level: str) -> None:
    """The signer sees a harmless picture over the text; afterwards the picture is emptied."""
    writer = opened(paper)
    reference, page = page_of(writer)
    cover = writer.add_object(drawing(b"1 g 0 0 595 842 re f"))
    page["/Resources"][n("/XObject")] = names(Cover=cover)
    page[n("/Contents")] = ArrayObject(
        [page.raw_get("/Contents"), writer.add_object(StreamObject(stream_data=b"/Cover Do"))]
    )
    writer.mark_update(reference)
    writer.update_container(page["/Resources"])
    signed = sign(written(writer), level)
    writer = opened(signed)
    _reference, page = page_of(writer)
    lifted = page["/Resources"]["/XObject"].raw_get("/Cover")
    lifted.get_object()._data = b""
    lifted.get_object()._encoded_data = None
    writer.mark_update(lifted)
    assert not services.verify_pdf(written(writer)).is_valid


@LEVELS
def test_hide_an_object_freed_after_signing(sign: Any, paper: bytes, level: str) -> None:
    """The covering object is dropped by a cross-reference table that calls it free; nothing else is written."""
    writer = opened(paper)
    reference, page = page_of(writer)
    cover = writer.add_object(drawing(b"1 g 0 0 595 842 re f"))
    page[n("/Contents")] = ArrayObject(
        [page.raw_get("/Contents"), writer.add_object(StreamObject(stream_data=b"/Cover Do"))]
    )
    page["/Resources"][n("/XObject")] = names(Cover=cover)
    writer.mark_update(reference)
    writer.update_container(page["/Resources"])
    signed = sign(written(writer), level)
    before = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    root, size = re.findall(rb"/Root (\d+ \d+ R)", signed)[-1], re.findall(rb"/Size (\d+)", signed)[-1]
    table = b"xref\n0 1\n0000000000 65535 f \n%d 1\n0000000000 00001 f \n" % cover.idnum
    trailer = b"trailer\n<</Size %s/Root %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, before, len(signed))
    assert not services.verify_pdf(signed + table + trailer).is_valid


@LEVELS
def test_replace_the_value_of_a_form_field(sign: Any, paper: bytes, level: str) -> None:
    """A text field reads 1 when signed and 9 afterwards: filling in is allowed by the format, not by us."""
    writer = opened(paper)
    reference, page = page_of(writer)
    field = writer.add_object(
        names(
            Type=n("/Annot"),
            Subtype=n("/Widget"),
            FT=n("/Tx"),
            T=TextStringObject("so_tien"),
            V=TextStringObject("1.000.000"),
            Rect=numbers(100, 500, 300, 520),
            AP=names(N=writer.add_object(drawing(b"BT (1.000.000) Tj ET"))),
        )
    )
    page[n("/Annots")] = ArrayObject([field])
    writer.mark_update(reference)
    writer.root[n("/AcroForm")] = writer.add_object(names(Fields=ArrayObject([field])))
    writer.update_root()
    signed = sign(written(writer), level)
    writer = opened(signed)
    fields = writer.root["/AcroForm"]["/Fields"]
    target = next(
        one for one in (fields.raw_get(at) for at in range(len(fields))) if one.get_object()["/T"] == "so_tien"
    )
    target.get_object()[n("/V")] = TextStringObject("9.000.000")
    target.get_object()["/AP"][n("/N")] = writer.add_object(drawing(b"BT (9.000.000) Tj ET"))
    writer.mark_update(target)
    assert not services.verify_pdf(written(writer)).is_valid


@LEVELS
def test_replace_the_font_so_that_the_same_text_reads_otherwise(sign: Any, paper: bytes, level: str) -> None:
    signed = sign(paper, level)
    writer = opened(signed)
    _reference, page = page_of(writer)
    fonts = page["/Resources"]["/Font"]
    font = fonts.raw_get(next(iter(fonts)))
    font.get_object()[n("/BaseFont")] = n("/Khac")
    writer.mark_update(font)
    assert not services.verify_pdf(written(writer)).is_valid


@LEVELS
def test_hide_and_replace_a_second_page_prepared_in_the_file(sign: Any, paper: bytes, level: str) -> None:
    """Two page trees are inside when signed; afterwards the cross-reference table points the first's number at the
    second's bytes, which the signature covers all the same.
    """
    writer = opened(paper)
    reference, page = page_of(writer)
    shadow = DictionaryObject(page)
    shadow[n("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT (5.000.000) Tj ET"))
    hidden = writer.add_object(shadow)
    writer.root[n("/PieceInfo")] = names(TinhSo=names(LastModified=TextStringObject("D:2026"), Private=hidden))
    writer.update_root()
    signed = sign(written(writer), level)
    place = next(match.start() for match in re.finditer(rb"%d 0 obj" % hidden.idnum, signed))
    before = int(re.findall(rb"startxref\s+(\d+)", signed)[-1])
    root, size = re.findall(rb"/Root (\d+ \d+ R)", signed)[-1], re.findall(rb"/Size (\d+)", signed)[-1]
    for target in (place, place - len(b"%d 0 obj" % reference.idnum) + len(b"%d 0 obj" % hidden.idnum)):
        table = b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \n" % (reference.idnum, target)
        trailer = b"trailer\n<</Size %s/Root %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, before, len(signed))
        assert not services.verify_pdf(signed + table + trailer).is_valid


@LEVELS
def test_an_incremental_save_that_changes_nothing_visible_is_told(sign: Any, paper: bytes, level: str) -> None:
    """Incremental saving attack: any later revision that is neither a signature nor its proofs."""
    signed = sign(paper, level)
    writer = opened(signed)
    reference, page = page_of(writer)
    page[n("/Rotate")] = NumberObject(180)
    writer.mark_update(reference)
    assert not services.verify_pdf(written(writer)).is_valid
    writer = opened(signed)
    writer.root[n("/OpenAction")] = names(S=n("/JavaScript"), JS=TextStringObject("app.alert(1)"))
    writer.update_root()
    assert not services.verify_pdf(written(writer)).is_valid


@LEVELS
def test_a_bare_second_body_without_a_table_is_told(sign: Any, paper: bytes, level: str) -> None:
    """Incremental saving without its table and trailer: readers that rebuild the file would show the added page."""
    signed = sign(paper, level)
    body = b"\n1 0 obj\n<</Type/Pages/Count 1/Kids[99 0 R]>>\nendobj\n"
    for forged in (signed + body, signed + body + b"%%EOF\n", signed + body + b"startxref\n0\n%%EOF\n"):
        assert not services.verify_pdf(forged).is_valid


@LEVELS
def test_a_prepared_page_with_active_content_is_not_signed_at_all(
    cast: Cast, certificate: SigningCertificate, paper: bytes, level: str
) -> None:
    from tinhso.engines.signing import errors

    writer = opened(paper)
    writer.root[n("/OpenAction")] = names(S=n("/JavaScript"), JS=generic.TextStringObject("this.getField('a')"))
    writer.update_root()
    with pytest.raises(errors.NotSignable):
        services.sign_pdf(cast.actor("leader"), pdf=written(writer), account=cast.leader, pin=PIN, level=level)
