"""Rendering documents by template name. Apps register their templates in ready()."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from tinhso.foundation.text import typesetting


class TemplateUnknown(RuntimeError):
    """No app registered a template of this name: a programming error, named at once."""


class TemplateFailed(RuntimeError):
    """The template could not be set with this data: a field is missing or of the wrong kind."""


@dataclass(frozen=True)
class Template:
    """A typst file and the fields it cannot do without (checked before typesetting, so the error names them)."""

    name: str
    path: Path
    needs: tuple[str, ...] = ()


TEMPLATES: dict[str, Template] = {}


def register_template(name: str, path: Path | str, needs: tuple[str, ...] = ()) -> None:
    """Declares a template; a name declared twice is a programming error."""
    if name in TEMPLATES:
        raise RuntimeError(f"template {name} is registered twice")
    TEMPLATES[name] = Template(name, Path(path), needs)


def render(template: str, data: dict[str, Any], *, made_at: datetime | None = None) -> bytes:
    """The document as PDF/A-2b, tagged, with extractable Vietnamese text. Same data, same bytes.

    `data["qr"]`, when given, is the text that the template shows as a QR code.
    """
    return _set(template, data, "pdf", made_at)[0]


def render_pages(template: str, data: dict[str, Any]) -> list[bytes]:
    """The pages as PNG pictures, for previews."""
    return _set(template, data, "png", None)


def _set(name: str, data: dict[str, Any], form: Literal["pdf", "png"], made_at: datetime | None) -> list[bytes]:
    template = TEMPLATES.get(name)
    if template is None:
        raise TemplateUnknown(f"no template {name}; known: {', '.join(sorted(TEMPLATES)) or 'none'}")
    missing = [need for need in template.needs if need not in data]
    if missing:
        raise TemplateFailed(f"{name} needs {', '.join(missing)}")
    if data.get("qr"):
        data = data | {"qr_svg": qr_svg(str(data["qr"]))}
    try:
        made = typesetting.typeset(template.path, data, format=form, made_at=made_at)
    except typst.TypstError as fault:
        raise TemplateFailed(f"{name}: {fault}") from fault
    return made if isinstance(made, list) else [made]


def qr_svg(text: str) -> str:
    """A QR code (ISO/IEC 18004, correction M) as a whole SVG document, black on white with its quiet zone."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=2, light="white", xmldecl=True, svgns=True)
    return out.getvalue().decode()


def qr_png(text: str, scale: int = 6) -> bytes:
    """The same as PNG, `scale` pixels per module."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", border=2, scale=scale, light="white")
    return out.getvalue()
