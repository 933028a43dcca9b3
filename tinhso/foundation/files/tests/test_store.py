"""Receiving files: the good ones kept whole, the bad ones refused in words, nothing half-written."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.files import blobs, errors, kinds, scanning, services
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.tests import samples
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.text.errors import Refused


def put(cast: Cast, content: bytes, name: str, **bounds: Any) -> StoredFile:
    return services.store(cast.actor("citizen"), stream=io.BytesIO(content), name=name, purpose="test", **bounds)


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.pdf(), "Giấy khai sinh.pdf", kinds.PDF),
        (samples.picture("JPEG"), "ảnh chụp.JPG", kinds.JPEG),
        (samples.picture("PNG"), "quét.png", kinds.PNG),
    ],
)
def test_a_good_file_is_kept_by_its_content(cast: Cast, content: bytes, name: str, media_type: str) -> None:
    file = put(cast, content, name)
    assert (file.media_type, file.size, file.state) == (media_type, len(content), "clean")
    assert file.read() == content
    assert AuditRow.objects.filter(act="files.file.stored", object_id=str(file.pk)).exists()
    assert file.account_id == cast.citizen.pk and file.is_simulated


def test_the_same_content_twice_is_one_blob_and_two_rows(cast: Cast, tmp_path: Path) -> None:
    first, second = put(cast, samples.pdf(), "a.pdf"), put(cast, samples.pdf(), "b.pdf")
    assert first.pk != second.pk and first.sha256 == second.sha256
    assert len(leftovers(tmp_path / "files" / "blobs")) == 1


REFUSED: list[tuple[bytes, str, type[Refused], str]] = [
    (b"", "a.pdf", errors.Empty, "không có nội dung"),
    (samples.EXE, "giấy tờ.pdf", errors.NameDisagrees, "không khớp với nội dung bên trong (chương trình máy tính)"),
    (samples.EXE, "setup.exe", errors.KindNotAccepted, "Hãy gửi tệp PDF, JPG, PNG"),
    (samples.pdf(), "ảnh.jpg", errors.NameDisagrees, "PDF"),
    (samples.pdf(), "virus.exe", errors.NameDisagrees, "PDF"),
    (samples.pdf(), "khong-duoi", errors.NameDisagrees, "PDF"),
    (samples.docx(), "đơn.docx", errors.KindNotAccepted, "loại được nhận"),
    (b"<html><script>alert(1)</script></html>", "a.pdf", errors.NameDisagrees, ""),
    (samples.picture()[:200], "a.jpg", errors.Broken, "hỏng"),
    (samples.pdf()[:60], "a.pdf", errors.Broken, "hỏng"),
    (b"%PDF-1.7\n" + bytes(500), "a.pdf", errors.Broken, "hỏng"),
    (samples.png_bomb(), "a.png", errors.Bomb, "phình quá lớn"),
    (samples.pdf_with_javascript(), "a.pdf", errors.ActiveContent, "JavaScript"),
    (samples.pdf_with_launch(), "a.pdf", errors.ActiveContent, "mở chương trình khác"),
    (samples.pdf_with_attachment(), "a.pdf", errors.ActiveContent, "tệp khác giấu bên trong"),
    (samples.locked_pdf(), "a.pdf", errors.Locked, "mật khẩu"),
    (samples.pdf_bomb(), "a.pdf", errors.Bomb, "phình quá lớn"),
]


@pytest.mark.parametrize(("content", "name", "refusal", "words"), REFUSED)
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(
    cast: Cast, tmp_path: Path, content: bytes, name: str, refusal: type[Refused], words: str
) -> None:
    with pytest.raises(refusal) as told:
        put(cast, content, name)
    assert words in told.value.sentence and told.value.sentence.endswith(".")
    assert not StoredFile.objects.exists()
    assert not leftovers(tmp_path / "files")


def test_a_file_over_the_bound_is_refused_while_it_streams(cast: Cast, tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"0" * size

    stream = Endless()
    with pytest.raises(errors.TooLarge, match="Tệp lớn hơn 10 MB"):
        services.store(cast.actor("citizen"), stream=stream, name="a.pdf", purpose="test")  # type: ignore[arg-type]
    assert stream.given <= services.MAX_BYTES + 2 * blobs.CHUNK
    assert not leftovers(tmp_path / "files")


def test_the_test_virus_is_set_apart_even_without_a_scanner(cast: Cast, tmp_path: Path) -> None:
    for wrapped in (scanning.EICAR, b"x" * (scanning._WINDOW - 30) + scanning.EICAR):
        with pytest.raises(errors.Infected, match="cách ly"):
            put(cast, wrapped, "hồ sơ.pdf")
    rows = StoredFile.objects.filter(state="quarantined", finding="EICAR-Test-File")
    assert rows.count() == 2
    for row in rows:
        with pytest.raises(errors.NotReadable, match="cách ly"):
            row.open()
    assert not leftovers(tmp_path / "files" / "blobs")
    assert len(leftovers(tmp_path / "files" / "quarantine")) == 4


@pytest.mark.parametrize("content", [samples.BILLION_LAUGHS, samples.OUTSIDE_ENTITY, b"<?xml version='1.0'?><a>"])
def test_xml_with_entities_is_refused(cast: Cast, content: bytes) -> None:
    with pytest.raises(errors.DangerousXml):
        put(cast, content, "a.xml", allowed=(kinds.XML,))


def test_plain_xml_is_taken_where_xml_is_asked(cast: Cast) -> None:
    assert put(cast, "<a>Hà Tĩnh</a>".encode(), "a.xml", allowed=(kinds.XML,)).media_type == kinds.XML


def test_a_zip_that_swells_is_refused_and_an_honest_document_is_not(cast: Cast) -> None:
    with pytest.raises(errors.Bomb):
        put(cast, samples.zip_bomb(), "a.zip", allowed=(kinds.ZIP,))
    assert put(cast, samples.docx(), "đơn.docx", allowed=(kinds.DOCX,)).media_type == kinds.DOCX


class FullDisk(io.BytesIO):
    def read(self, *args: Any) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_a_sentence_and_no_half_file(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(errors.DiskFull, match="hết chỗ"):
        services.store(cast.actor("citizen"), stream=FullDisk(b"x"), name="a.pdf", purpose="test")

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(blobs.os, "fsync", refuse)
    with pytest.raises(errors.DiskFull):
        put(cast, samples.pdf(), "a.pdf")
    assert not leftovers(tmp_path / "files") and not StoredFile.objects.exists()


def test_the_blob_is_on_disk_before_the_row(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    seen: list[int] = []

    def spy(*args: Any, **kwargs: Any) -> StoredFile:
        seen.append(len(leftovers(tmp_path / "files" / "blobs")))
        raise RuntimeError("the database went away")

    monkeypatch.setattr(StoredFile.objects, "create", spy)
    with pytest.raises(RuntimeError), transaction.atomic():
        put(cast, samples.pdf(), "a.pdf")
    assert seen == [1]


def test_a_rotten_blob_is_not_served_as_the_real_one(cast: Cast) -> None:
    file = put(cast, samples.pdf(), "a.pdf")
    path = blobs.blob_path(file.sha256)
    path.write_bytes(path.read_bytes().replace(b"595", b"596"))
    with pytest.raises(errors.Missing):
        file.read()
    path.unlink()
    with pytest.raises(errors.Missing):
        file.open()


def stream_of(content: bytes) -> BinaryIO:
    return io.BytesIO(content)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=300).map(lambda tail: b"%PDF-1.4\n" + tail),
        st.binary(max_size=300).map(lambda tail: b"\x89PNG\r\n\x1a\n" + tail),
        st.binary(max_size=300).map(lambda tail: b"\xff\xd8\xff\xe0" + tail),
        st.tuples(st.integers(0, 600), st.binary(min_size=1, max_size=9)).map(
            lambda cut: samples.pdf()[: cut[0]] + cut[1] + samples.pdf()[cut[0] + len(cut[1]) :]
        ),
    ),
    name=st.text(max_size=60),
)
def test_any_bytes_end_in_a_file_or_a_sentence(db: None, content: bytes, name: str) -> None:
    from tinhso.foundation.access.guard import Actor

    for ending in ("", ".pdf", ".png", ".jpg"):
        try:
            file = services.store(Actor.system(), stream=stream_of(content), name=name + ending, purpose="test")
        except Refused as told:
            assert told.sentence
        else:
            assert file.read() == content
