"""Opening PDFs for signing and checking, with bounds; hostile bytes end in a plain answer, never in a traceback."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections import OrderedDict

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from tinhso.engines.signing import errors
from tinhso.foundation.files import inspection
from tinhso.foundation.files.errors import FileRefused

MAX_BYTES = 64 * 1024 * 1024
MAX_SIGNATURES = 30


class Unreadable(Exception):
    """Not a PDF that can be judged: broken, locked, hybrid, or beyond the bounds."""


def open_pdf(data: bytes) -> PdfFileReader:
    """A strict reader. pyHanko's many exceptions become one."""
    if len(data) > MAX_BYTES or not data.startswith(b"%PDF-"):
        raise Unreadable
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        if reader.encrypted or reader.xrefs.hybrid_xrefs_present:
            raise Unreadable
        _ = reader.root["/Pages"]
        _require_clean_end(data, reader.last_startxref)
    except Unreadable:
        raise
    except Exception as fault:  # a parser fed with hostile bytes may fail in any way at all
        raise Unreadable from fault
    return reader


def _require_clean_end(data: bytes, last_startxref: int | None) -> None:
    """The file ends with the pointer that the reader followed, and with nothing behind it."""
    end = re.search(rb"startxref\s+(\d+)\s+%%EOF[\r\n]*\Z", data[-2048:])
    if end is None or int(end[1]) != last_startxref:
        raise Unreadable


def signatures(reader: PdfFileReader) -> list[EmbeddedPdfSignature]:
    try:
        found = list(reader.embedded_signatures)
    except Exception as fault:  # as above
        raise Unreadable from fault
    if len(found) > MAX_SIGNATURES:
        raise Unreadable
    return found


def _require_still_content(pdf: bytes) -> None:
    """What is signed must be what is seen: no script, no embedded file, no outside data."""
    try:
        inspection.inspect_pdf_stream(io.BytesIO(pdf), len(pdf))
    except FileRefused:
        raise errors.NotSignable from None


# Files that this process signed itself a moment ago, by digest, with their number of signatures: the seal that
# follows a signature need not judge it once more (50 ms). A changed byte is another digest.
_RECENT: OrderedDict[bytes, int] = OrderedDict()
_RECENT_LOCK = threading.Lock()
MAX_RECENT = 256


def remember(pdf: bytes, standing: int) -> None:
    """This very file comes from our own hand and carries `standing` signatures and stamps."""
    with _RECENT_LOCK:
        _RECENT[hashlib.sha256(pdf).digest()] = standing
        if len(_RECENT) > MAX_RECENT:
            _RECENT.popitem(last=False)


def require_signable(pdf: bytes) -> int:
    """How many signatures the document carries; refused when it cannot be read, or is no longer what was signed."""
    known = _RECENT.get(hashlib.sha256(pdf).digest())
    if known is not None:
        return known
    from tinhso.engines.signing.verification import verify_pdf

    try:
        standing = len(signatures(open_pdf(pdf)))
    except Unreadable:
        raise errors.NotSignable from None
    if standing and not verify_pdf(pdf).is_valid:
        raise errors.AlreadySealedShut
    if not standing:
        _require_still_content(pdf)
        remember(pdf, 0)
    return standing
