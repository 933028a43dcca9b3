"""What a file is, judged by its content; the name only has to agree."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.files import errors
from tinhso.foundation.text.rules import normalise

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
XML, ZIP, TEXT, CSV = "application/xml", "application/zip", "text/plain", "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
PARQUET = "application/vnd.apache.parquet"
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Kind:
    """A kind of file that the store knows how to check."""

    label: str
    extensions: tuple[str, ...]


PROGRAM = "application/vnd.microsoft.portable-executable"

# Kinds that are never accepted, named for the sentence that refuses them: by the whole kind, else by its family.
_UNKNOWN_KINDS = {
    PROGRAM: _("chương trình máy tính"),
    "text/html": _("trang web"),
    "text": _("tệp chữ"),
    "image": _("hình ảnh loại khác"),
    "video": _("đoạn phim"),
    "audio": _("âm thanh"),
}

KINDS: dict[str, Kind] = {
    PDF: Kind("PDF", ("pdf",)),
    JPEG: Kind("JPG", ("jpg", "jpeg", "jpe", "jfif")),
    PNG: Kind("PNG", ("png",)),
    XML: Kind("XML", ("xml", "edxml", "gml", "kml", "bpmn")),
    ZIP: Kind("ZIP", ("zip",)),
    DOCX: Kind("DOCX", ("docx",)),
    XLSX: Kind("XLSX", ("xlsx",)),
    ODT: Kind("ODT", ("odt",)),
    CSV: Kind("CSV", ("csv",)),
    PARQUET: Kind("PARQUET", ("parquet",)),
    TEXT: Kind("TXT", ("txt", "json", "geojson")),
}
_OFFICE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


def sniff(path: Path, name: str) -> str:
    """The media type by content. Plain text is told apart (CSV or not) by its name, which can do no harm."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(path)
    return _sniff_text(head, name) or _sniff_other(head)


def _sniff_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:5000])
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return ODT if archive.read("mimetype") == ODT.encode() else ZIP
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError, OSError, ValueError, EOFError):
        return ZIP
    return next((kind for part, kind in _OFFICE.items() if part in names), ZIP)


def _sniff_text(head: bytes, name: str) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:5].lower() == b"<?xml" or (
        text.lstrip()[:1] == b"<" and extension(name) in KINDS[XML].extensions
    ):
        return XML
    if b"\x00" in head or any(byte < 9 for byte in head):
        return None
    try:
        head[:4000].decode("utf-8", "strict")
    except UnicodeDecodeError as fault:
        if fault.start < len(head[:4000]) - 4:
            return None
    return CSV if extension(name) == "csv" else TEXT


def _sniff_other(head: bytes) -> str:
    """A name for the sentence to the person; nothing found here is ever accepted."""
    if head.startswith(b"MZ"):
        return PROGRAM
    try:
        return str(puremagic.from_string(head, mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError, IndexError):
        return UNKNOWN


def clean_name(name: str) -> str:
    """The last part of a path, NFC, without control or direction-turning characters, at most 150 long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = normalise("".join(ch for ch in last if unicodedata.category(ch) not in ("Cf", "Cc", "Co", "Cs")))
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(". ") or "tep"
    stem, dot, ending = kept.rpartition(".")
    return kept if len(kept) <= 150 else f"{(stem or ending)[: 149 - len(ending)]}{dot}{ending}"[:150]


def extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def require_kind(path: Path, name: str, allowed: tuple[str, ...]) -> str:
    """The file's kind, or a refusal: the content must be of an allowed kind, and the name must say the same."""
    kind = sniff(path, name)
    if kind not in allowed or kind not in KINDS:
        if kind in KINDS and extension(name) in KINDS[kind].extensions:
            raise errors.KindNotAccepted(labels(allowed))
        claimed = [wanted for wanted in allowed if wanted in KINDS and extension(name) in KINDS[wanted].extensions]
        if claimed:
            raise errors.NameDisagrees(name, in_words(kind))
        raise errors.KindNotAccepted(labels(allowed))
    if extension(name) not in KINDS[kind].extensions:
        raise errors.NameDisagrees(name, KINDS[kind].label)
    return kind


def in_words(kind: str) -> str:
    """What a person calls a kind of file; one that nobody here knows is "tệp loại khác"."""
    if kind in KINDS:
        return KINDS[kind].label
    family = kind.partition("/")[0]
    return str(_UNKNOWN_KINDS.get(kind) or _UNKNOWN_KINDS.get(family) or _("tệp loại khác"))


def labels(allowed: tuple[str, ...]) -> str:
    """("application/pdf", "image/png") → "PDF, PNG"."""
    return ", ".join(KINDS[kind].label for kind in allowed if kind in KINDS)
