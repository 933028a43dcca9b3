"""Looking inside: broken files, bombs, and content that acts by itself. One inspector per kind."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from defusedxml import ElementTree as SafeXml
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from tinhso.foundation.files import errors, kinds

MAX_PIXELS = 60_000_000
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 150
# Under this size a high ratio is harmless (an empty white page compresses a thousandfold).
RATIO_MATTERS_ABOVE = 20 * 1024 * 1024
MAX_MEMBERS = 10_000
MAX_PDF_OBJECTS = 60_000


def inspect(path: Path, kind: str) -> None:
    """Raises a refusal when the file is broken, swells beyond bounds, or would act when opened."""
    inspector = INSPECTORS.get(kind)
    if inspector:
        inspector(path)


def inspect_image(path: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MAX_PIXELS or getattr(picture, "n_frames", 1) > 1:
                    raise errors.Bomb
                picture.draft("L", (1, 1))
                picture.load()
    except (Image.DecompressionBombError, MemoryError):
        raise errors.Bomb from None
    except errors.FileRefused:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
    ) as fault:
        # Pillow answers hostile text chunks with "Decompressed data too large".
        raise (errors.Bomb if "too large" in str(fault) else errors.Broken) from None


def inspect_zip(path: Path) -> None:
    """Reads every member to its end within the bounds: declared sizes may lie."""
    total, packed = 0, path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise errors.Bomb
            for member in members:
                if member.flag_bits & 0x1:
                    raise errors.Locked
                with archive.open(member) as stream:
                    while chunk := stream.read(1024 * 1024):
                        total += len(chunk)
                        _bound(total, packed)
    except errors.FileRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise errors.Broken from None


def _bound(inflated: int, packed: int) -> None:
    if inflated > MAX_INFLATED or (inflated > RATIO_MATTERS_ABOVE and inflated > MAX_RATIO * packed):
        raise errors.Bomb


def inspect_xml(path: Path) -> None:
    """Well formed, without DTD, entities or outside references."""
    try:
        for _event, element in SafeXml.iterparse(str(path), forbid_dtd=True):
            element.clear()
    except (DefusedXmlException, SafeXml.ParseError, ValueError, LookupError, RecursionError):
        raise errors.DangerousXml from None


# What a PDF may not carry, with the words that the person reads.
_ACTIVE: dict[str, Callable[[], str]] = {
    "/JS": lambda: _("đoạn mã JavaScript"),
    "/JavaScript": lambda: _("đoạn mã JavaScript"),
    "/Launch": lambda: _("lệnh mở chương trình khác"),
    "/EmbeddedFile": lambda: _("tệp khác giấu bên trong"),
    "/EmbeddedFiles": lambda: _("tệp khác giấu bên trong"),
    "/RichMedia": lambda: _("nội dung đa phương tiện tự chạy"),
    "/XFA": lambda: _("biểu mẫu động XFA"),
    "/SubmitForm": lambda: _("lệnh gửi dữ liệu ra ngoài"),
    "/ImportData": lambda: _("lệnh nạp dữ liệu từ ngoài"),
    "/GoToE": lambda: _("tệp khác giấu bên trong"),
}


def inspect_pdf(path: Path) -> None:
    """Opens, has a page, is not locked, stays within bounds, and holds nothing that acts by itself."""
    with path.open("rb") as stream:
        inspect_pdf_stream(stream, path.stat().st_size)


def inspect_pdf_stream(stream: BinaryIO, size: int) -> None:
    """The same for a PDF in memory: what is to be signed must show the same to everyone, always."""
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted:
            raise errors.Locked
        pages = len(reader.pages)
        _walk(reader, size)
    except errors.FileRefused:
        raise
    except (LimitReachedError, MemoryError):
        raise errors.Bomb from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, AssertionError):
        raise errors.Broken from None
    except (RecursionError, zlib.error, NotImplementedError, StopIteration, OverflowError):
        raise errors.Broken from None
    if not pages:
        raise errors.Broken


def _walk(reader: PdfReader, packed: int) -> None:
    """Every object of every cross-reference section, also those that no page reaches."""
    inflated = 0
    for number, obj in enumerate(_objects(reader)):
        if number > MAX_PDF_OBJECTS:
            raise errors.Bomb
        _refuse_active(obj)
        if isinstance(obj, StreamObject):
            inflated += _inflated_size(obj)
            _bound(inflated, packed)
    _refuse_active(reader.trailer)


def _objects(reader: PdfReader) -> Iterator[Any]:
    numbers = {(n, generation) for generation, table in reader.xref.items() for n in table}
    numbers |= {(n, 0) for n in reader.xref_objStm}
    for n, generation in sorted(numbers):
        if n:
            yield reader.get_object(IndirectObject(n, generation, reader))


def _refuse_active(obj: Any) -> None:
    """Looks through direct containers only; indirect ones come by their own number."""
    waiting, seen = [obj], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > 200_000:
            raise errors.Bomb
        if isinstance(one, DictionaryObject):
            for key in one:
                if key in _ACTIVE:
                    raise errors.ActiveContent(_ACTIVE[key]())
            for key in ("/S", "/Type", "/Subtype"):
                value = one.raw_get(key) if key in one else None
                if isinstance(value, str) and value in _ACTIVE:
                    raise errors.ActiveContent(_ACTIVE[value]())
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _inflated_size(stream: StreamObject) -> int:
    """Bytes after inflating, measured without keeping them; unknown filters count as they are."""
    raw = stream._data
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if "/FlateDecode" not in names:
        return len(raw)
    inflater, size, rest = zlib.decompressobj(), 0, bytes(raw)
    try:
        while rest and size <= MAX_INFLATED:
            size += len(inflater.decompress(rest, 1024 * 1024))
            rest = inflater.unconsumed_tail
    except zlib.error:
        return size or len(raw)
    if names.count("/FlateDecode") > 1:
        raise errors.Bomb
    return size


INSPECTORS: dict[str, Callable[[Path], None]] = {
    kinds.PDF: inspect_pdf,
    kinds.JPEG: inspect_image,
    kinds.PNG: inspect_image,
    kinds.ZIP: inspect_zip,
    kinds.DOCX: inspect_zip,
    kinds.XLSX: inspect_zip,
    kinds.ODT: inspect_zip,
    kinds.XML: inspect_xml,
}
