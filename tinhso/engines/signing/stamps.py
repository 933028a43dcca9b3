"""Drawing the visible signature, and finding the place for it on the page."""

from __future__ import annotations

import binascii
import io
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.text import typesetting

TEMPLATE = Path(__file__).resolve().parent / "stamp.typ"
# The left part of a person's stamp stays free for the organisation's seal to overlap.
WIDTH, HEIGHT, FREE = 196, 62, 44
SEAL = 78


@dataclass(frozen=True)
class Place:
    """Where the stamp goes: page from 0 (-1 the last), lower left and upper right corner in points."""

    page: int
    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.x1, self.y1, self.x2, self.y2


class _Drawn(ImportedPdfPage):
    """A page that we drew ourselves, taken from memory."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__("")  # type: ignore[no-untyped-call]
        self.pdf = pdf

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.pdf)), page_ix=0)
        name = b"/Stamp" + binascii.hexlify(os.urandom(6))
        self.resources.xobject[name.decode()] = form
        x1, y1, x2, y2 = form.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1))
        return name + b" Do"


def style(
    certificate: SigningCertificate, place: Place, at: datetime, holder: str, organisation: str
) -> StaticStampStyle:
    """The stamp as pyHanko takes it. Official papers are Vietnamese whatever language the signer reads."""
    with override("vi"):
        words = _words(certificate, at, holder, organisation)
    size = {
        "free": FREE,
        "width": place.x2 - place.x1,
        "height": place.y2 - place.y1,
        "size": 7.2 if words["kind"] == "person" else 5.6,
    }
    drawn = typesetting.typeset(TEMPLATE, words | size, is_archival=False)
    assert isinstance(drawn, bytes)
    return StaticStampStyle(
        background=_Drawn(drawn),
        background_opacity=1.0,
        border_width=0,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins(),
        ),
    )


def _words(certificate: SigningCertificate, at: datetime, holder: str, organisation: str) -> dict[str, Any]:
    return {
        "kind": certificate.kind,
        "title": _("Chữ ký số"),
        "label": _("Ký bởi:"),
        "name": holder,
        "organisation": organisation,
        "time-label": _("Thời gian ký:"),
        # Decree 30/2020, Annex I: ISO 8601 with the zone.
        "time": timezone.localtime(at).isoformat(timespec="seconds"),
        "mark": _("DEMO – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ") if certificate.is_demo else "",
    }


def place_for(pdf: bytes, above: str, *, is_seal: bool) -> Place:
    """Above the signer's printed name on the last page; low on the right when the name is not found.

    A seal overlaps the left part of the person's signature, about a third of it (Decree 30/2020, Annex I).
    """
    anchor_x, anchor_y = _find(pdf, above) or (400.0, 130.0)
    x1 = max(SEAL - FREE + 4, int(anchor_x - (WIDTH + FREE) / 2))
    y1 = int(anchor_y) + 14
    if is_seal:
        left = x1 + FREE - SEAL
        low = y1 + (HEIGHT - SEAL) // 2
        return Place(-1, max(4, left), max(4, low), max(4, left) + SEAL, max(4, low) + SEAL)
    return Place(-1, x1, y1, x1 + WIDTH, y1 + HEIGHT)


def _find(pdf: bytes, words: str) -> tuple[float, float] | None:
    """The middle of the lowest line of the last page that reads `words`."""
    if not words:
        return None
    runs: list[tuple[float, float, float, str]] = []

    def visit(text: str, matrix: Any, text_matrix: Any, font: Any, size: Any) -> None:
        if text.strip():
            x = text_matrix[4] * matrix[0] + matrix[4]
            y = text_matrix[5] * matrix[3] + matrix[5]
            runs.append((y, x, float(size or 10) * abs(matrix[3] or 1), text))

    try:
        PdfReader(io.BytesIO(pdf)).pages[-1].extract_text(visitor_text=visit)
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    found = [run for run in runs if words in " ".join(run[3].split())]
    if not found:
        return None
    y, x, size, text = min(found)
    return x + len(text.strip()) * size * 0.26, y
