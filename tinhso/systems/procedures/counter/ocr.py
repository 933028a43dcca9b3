"""Reading a scan with the machine's own tesseract and its Vietnamese model: text, and a copy that can be searched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation.files import kinds
from tinhso.foundation.jobs.registry import Finding

LANGUAGE = "vie"
RESOLUTION = 200
MOST_PAGES = 60
SECONDS_A_PAGE = 60


class Unread(Exception):
    """The scan could not be read; the message is fit for the officer."""


@dataclass(frozen=True)
class Reading:
    """What was read: the text of all pages in order, and the searchable copy with as many pages."""

    text: str
    pdf: bytes
    pages: int
    engine: str


@lru_cache(maxsize=1)
def missing() -> str:
    """What this machine lacks for reading scans, in a sentence; "" when nothing."""
    lacking = [name for name in ("tesseract", "pdftoppm") if shutil.which(name) is None]
    if not lacking and LANGUAGE not in _run(["tesseract", "--list-langs"], 20).split():
        lacking = ["tesseract-ocr-vie"]
    if not lacking:
        return ""
    return _("Máy chủ thiếu %(names)s. Cài bằng: apt-get install tesseract-ocr tesseract-ocr-vie poppler-utils.") % {
        "names": ", ".join(lacking)
    }


def check() -> Finding:
    """For `tinhso doctor`."""
    lack = missing()
    return Finding(not lack, lack or _("Nhận dạng chữ bản quét: có tesseract và tiếng Việt."))


def page_count(content: bytes, media_type: str) -> int:
    """How many images a scan holds: pages of a PDF, else one."""

    from pypdf import PdfReader

    return len(PdfReader(BytesIO(content)).pages) if media_type == kinds.PDF else 1


def read(content: bytes, media_type: str) -> Reading:
    """Reads every page. Raises Unread with a sentence when a tool is missing, fails or takes too long."""
    if lack := missing():
        raise Unread(lack)
    with tempfile.TemporaryDirectory(prefix="tinhso-quet-") as folder:
        pages = _pages(Path(folder), content, media_type)
        if not pages:
            raise Unread(_("Bản quét không có trang nào đọc được."))
        return _read_pages(pages)


def _pages(folder: Path, content: bytes, media_type: str) -> list[Path]:
    if media_type != kinds.PDF:
        page = folder / ("trang." + ("png" if media_type == kinds.PNG else "jpg"))
        page.write_bytes(content)
        return [page]
    source = folder / "goc.pdf"
    source.write_bytes(content)
    if page_count(content, media_type) > MOST_PAGES:
        raise Unread(_("Bản quét dài hơn %(most)d trang. Hãy tách thành nhiều tệp.") % {"most": MOST_PAGES})
    command = ["pdftoppm", "-r", str(RESOLUTION), "-png", "-scale-to", "3000", str(source), str(folder / "trang")]
    _run(command, SECONDS_A_PAGE * 3)
    return sorted(folder.glob("trang-*.png"))


def _read_pages(pages: list[Path]) -> Reading:
    from pypdf import PdfReader, PdfWriter

    writer, texts = PdfWriter(), []
    for page in pages:
        base = page.with_suffix("")
        _run(
            ["tesseract", str(page), str(base), "-l", LANGUAGE, "--dpi", str(RESOLUTION), "txt", "pdf"], SECONDS_A_PAGE
        )
        texts.append(base.with_suffix(".txt").read_text(encoding="utf-8", errors="replace").strip())
        writer.append(PdfReader(BytesIO(base.with_suffix(".pdf").read_bytes())))
    kept = BytesIO()
    writer.write(kept)
    version = _run(["tesseract", "--version"], 20).split("\n", 1)[0][:50]
    return Reading("\n\f\n".join(texts), kept.getvalue(), len(pages), version)


def _run(command: list[str], seconds: int) -> str:
    """One tool of the machine, bounded in time; names and arguments are our own."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.SubprocessError):
        raise Unread(_("Không nhận dạng được bản quét này. Hãy nhập tay các trường, hoặc quét lại rõ hơn.")) from None
    return done.stdout.decode("utf-8", errors="replace")
