"""The papers of privacy: the copy of a person's data as JSON and PDF, notices of a breach."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.files.serving import disposition
from tinhso.foundation.privacy.models import Breach, BreachNotice, DataCopy
from tinhso.foundation.privacy.services.executing import as_bytes
from tinhso.foundation.text import typesetting

TEMPLATE = Path(__file__).with_name("document.typ")
FORMS = ("json", "pdf")


def hand_over(copy: DataCopy, form: str) -> HttpResponse:
    """The copy as a file of one form."""
    name = f"du-lieu-ca-nhan-{copy.request.code}.{form}"
    if form == "json":
        return download(as_bytes(copy.content), "application/json", name)
    return download(copy_pdf(copy), "application/pdf", name)


def copy_pdf(copy: DataCopy) -> bytes:
    """The copy to read: category by category, each with why it is kept."""
    content, sections = copy.content, sections_of(copy.content)
    facts = [
        [_("Chủ thể dữ liệu"), content["full_name"]],
        [_("Theo yêu cầu"), content["request"]],
        [_("Lập lúc"), _shown(content["made_at"])],
        ["SHA-256", copy.sha256],
    ]
    title = _("Bản sao dữ liệu cá nhân")
    return typeset(title, facts, sections, made_at=copy.made_at, is_demo=copy.request.is_simulated)


def sections_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The categories of a copy with their rows as people write them, for the page and for the paper."""
    return [
        {
            "title": one["title"],
            "note": one["retention"],
            "empty": _("Không có dữ liệu."),
            "rows": [[[label, _shown(value)] for label, value in row.items()] for row in one["rows"]],
        }
        for one in content["sections"]
    ]


def typeset(
    title: str, facts: list[list[str]], sections: list[dict[str, Any]], *, made_at: datetime, is_demo: bool
) -> bytes:
    """A plain paper: title, facts, sections of rows. PDF/A, text that can be searched."""
    data = {"title": title, "facts": facts, "sections": sections, "is_demo": is_demo, "mark": _("DỮ LIỆU MÔ PHỎNG")}
    made = typesetting.typeset(TEMPLATE, data, made_at=made_at)
    return made if isinstance(made, bytes) else made[0]


def _shown(value: Any) -> str:
    """A value as people write it: days and moments in our order, yes and no in words."""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if value is None or value in ("", {}, []):
        return "–"
    if isinstance(value, dict):
        return "\n".join(f"{label}: {_shown(inner)}" for label, inner in value.items())
    if isinstance(value, list):
        return "; ".join(_shown(inner) for inner in value)
    text = str(value)
    try:
        moment = datetime.fromisoformat(text) if "T" in text and len(text) >= 19 else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return timezone.localtime(moment).strftime("%H:%M %d/%m/%Y")
    return text


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Bytes as a file to save; nothing in them runs."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition(name, inline=False)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def notice_pdf(breach: Breach, notice: BreachNotice, content: dict[str, Any]) -> bytes:
    """The notice of a breach (Law 91/2025 art. 23), ready to be signed and sent."""
    facts = [
        [_("Kính gửi"), notice.receiver],
        [_("Cơ quan thông báo"), content["unit"]],
        [_("Mã vụ việc"), content["code"]],
        [_("Số, ký hiệu"), notice.reference or "…"],
        [_("Hạn thông báo"), _shown(notice.due_at.isoformat())],
    ]
    if notice.late_reason:
        facts.append([_("Lý do thông báo muộn"), notice.late_reason])
    rows = [
        [_("Vụ việc"), content["title"]],
        [_("Biết lúc"), _shown(content["known_at"])],
        [_("Xảy ra lúc"), _shown(content["happened_at"])],
        [_("Phạm vi, diễn biến"), content["scope"]],
        [_("Loại dữ liệu bị ảnh hưởng"), ", ".join(content["categories"])],
        [_("Số người bị ảnh hưởng (ước tính)"), str(content["people_count"])],
        [_("Nguyên nhân (đến nay)"), content["cause"]],
        [_("Hậu quả có thể có"), content["consequences"] or "–"],
        [_("Biện pháp đã làm"), content["measures"] or "–"],
        [_("Số người đã được báo"), str(content["people_told"])],
    ]
    section = {"title": _("Nội dung"), "note": "", "empty": "", "rows": [rows]}
    made_at = notice.sent_at or breach.recorded_at
    return typeset(
        notice.get_kind_display().capitalize(), facts, [section], made_at=made_at, is_demo=breach.is_simulated
    )
