"""A made-up scan for played dossiers: a white sheet that says it is one."""

from __future__ import annotations

import io
from functools import lru_cache


def sample_scan() -> io.BytesIO:
    """A small PNG marked as simulated."""
    return io.BytesIO(_picture())


@lru_cache(maxsize=1)
def _picture() -> bytes:
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (620, 877), 250)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, 580, 837), outline=120, width=2)
    pen.text((80, 90), "BAN CHUP MO PHONG", fill=40)
    for line in range(12):
        pen.line((80, 160 + line * 45, 540 - line % 3 * 60, 160 + line * 45), fill=170, width=3)
    kept = io.BytesIO()
    sheet.save(kept, "PNG", optimize=True)
    return kept.getvalue()
