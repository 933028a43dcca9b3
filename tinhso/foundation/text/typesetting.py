"""Typst in one place: bundled fonts only, data as JSON, the same bytes for the same input."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import fontpkg_be_vietnam_pro
import typst

from tinhso.foundation.text.coverage import displayable

# What documents may be set in: Be Vietnam Pro from its package, Libertinus Serif from typst itself. The machine's
# own fonts are never used, so a document looks the same wherever it is made.
SANS = "Be Vietnam Pro"
SERIF = "Libertinus Serif"
PACKAGE = Path(__file__).resolve().parents[2]
_EPOCH = datetime(2025, 7, 1, tzinfo=UTC)


@cache
def fonts() -> typst.Fonts:
    """Loaded once per process."""
    folder = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def typeset(
    template: Path,
    data: dict[str, Any],
    *,
    format: Literal["pdf", "png", "svg"] = "pdf",
    is_archival: bool = True,
    made_at: datetime | None = None,
) -> bytes | list[bytes]:
    """Compiles a template with `data` (read there with `json(bytes(sys.inputs.data))`).

    The data is never part of the source, so no text in it can be read as markup or code. PDF comes as PDF/A-2b,
    tagged, unless `is_archival` is off; `made_at` is the date written into it, fixed when not given.
    """
    made = typst.compile(
        str(template),
        root=str(root_of(template)),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format=format,
        sys_inputs={"data": json.dumps(displayable(data), ensure_ascii=False, default=str)},
        pdf_standards=["a-2b"] if format == "pdf" and is_archival else [],
        timestamp=(made_at or _EPOCH).astimezone(UTC).replace(microsecond=0),
    )
    return made


def root_of(template: Path) -> Path:
    """What a template may read: the package's own templates (`#import "/engines/printing/official.typ"`)."""
    return PACKAGE if template.resolve().is_relative_to(PACKAGE) else template.parent
