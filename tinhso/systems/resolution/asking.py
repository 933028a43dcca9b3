"""What every view here asks of a request, and how an act's refusal becomes a page."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.text.asked import whole_number
from tinhso.systems.resolution.services.common import Upload


def number_of(text: str | None) -> int:
    """An id as a form sends it; 0 for anything else."""
    text = text or ""
    return whole_number(text) or 0


def percent_of(text: str | None) -> int | None:
    """0 to 100 as typed, None when nothing was typed; -1 for anything else, which the act refuses."""
    text = (text or "").strip().removesuffix("%").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


def money_of(text: str | None) -> Decimal | None:
    """Đồng as typed, with dots between thousands; -1 for anything else, which the act refuses."""
    plain = (text or "").replace(".", "").replace(" ", "").replace("\u00a0", "").removesuffix("đ").strip()
    if not plain:
        return None
    if not plain.isascii():
        return Decimal(-1)
    try:
        found = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return Decimal(-1)
    return found if found.is_finite() else Decimal(-1)


def uploads_of(request: HttpRequest) -> list[Upload]:
    """The files of the form, each with its name."""
    files: Any = request.FILES.getlist("tep")
    return [(str(one.name), one) for one in files]
