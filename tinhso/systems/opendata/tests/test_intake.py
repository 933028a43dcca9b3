"""Files as offices send them: every encoding ends in the same table, or in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text import encodings
from tinhso.systems.opendata import intake
from tinhso.systems.opendata.errors import CannotRead

TEXT = "ten;so_dan\nxã Đức Thọ;1200\nphường Hà Huy Tập;3400\nxã Thạch Lạc được sắp xếp;5\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8 (BOM)"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (encodings.to_tcvn3(TEXT), "tcvn3"),
        (encodings.to_vni(TEXT), "vni"),
    ],
)
def test_every_encoding_gives_the_same_words(tmp_path: Path, data: bytes, encoding: str) -> None:
    source, target = tmp_path / "given.csv", tmp_path / "made.csv"
    source.write_bytes(data)
    assert intake.as_utf8(source, target) == encoding
    made = source if encoding == "utf-8" else target
    assert made.read_text("utf-8") == TEXT


def test_a_letter_cut_by_the_piece_that_is_read_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_SNIFFED", 7)
    source = tmp_path / "given.csv"
    source.write_bytes(TEXT.encode())
    assert intake.as_utf8(source, tmp_path / "made.csv") == "utf-8"


@given(st.binary(max_size=400))
def test_any_bytes_end_in_text_or_a_sentence(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "given", Path(folder) / "made"
        source.write_bytes(data)
        try:
            told = intake.as_utf8(source, target)
        except CannotRead as refusal:
            assert refusal.sentence
        else:
            (source if told == "utf-8" else target).read_text("utf-8")
