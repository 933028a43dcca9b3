"""Where a procedure is filed: here, at a desk, by post, on the national portal, or on a ministry's own system."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, Level
from tinhso.systems.procedures.models import ProcedureVersion

DATA = Path(__file__).with_name("data") / "systems.json"
NATIONAL_PORTAL = "https://dichvucong.gov.vn"


class SettledElsewhere(Refused):
    """A ministry's own system settles the procedure."""

    code = "catalogue.settled-elsewhere"

    def __init__(self, system: str) -> None:
        super().__init__(
            _("Thủ tục này được giải quyết trên %(system)s, không nhận ở đây. Trang thủ tục chỉ chỗ nộp.")
            % {"system": system}
        )


@dataclass(frozen=True)
class System:
    """A ministry's system that settles procedures, and the document that moved them there where one is named."""

    name: str
    url: str
    basis: str = ""


@dataclass(frozen=True)
class Place:
    """One way to file: what it is, what to do there, and its address when it is a page."""

    icon: str
    title: str
    text: str
    url: str = ""


@cache
def _systems() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))
    return read


def system_of(entry: CatalogueEntry) -> System:
    """The ministry's system that a vertical procedure belongs to; its page on the national portal when not known."""
    for one in _systems():
        if entry.field_name in one["fields"] or entry.issuer in one["issuers"]:
            return System(one["name"], one["url"])
    return System(_("hệ thống của %(issuer)s") % {"issuer": entry.issuer or _("bộ quản lý ngành")}, entry.source)


def places(entry: CatalogueEntry) -> list[Place]:
    """Every way to file a procedure that has no form here yet: none of them is a dead end."""
    made = []
    if "online" in entry.channels:
        made.append(
            Place(
                "globe",
                _("Trực tuyến trên Cổng Dịch vụ công quốc gia"),
                _("Đăng nhập bằng tài khoản định danh điện tử rồi nộp theo mẫu của Cổng."),
                entry.source or NATIONAL_PORTAL,
            )
        )
    if "desk" in entry.channels or not entry.channels:
        made.append(Place("unit", _("Tại quầy một cửa"), desk_words(entry)))
    if "post" in entry.channels:
        made.append(
            Place(
                "mail",
                _("Qua bưu chính công ích"),
                _("Gửi hồ sơ đến quầy một cửa nói trên; bưu điện nhận tận nhà và trả kết quả theo yêu cầu."),
            )
        )
    return made


def desk_words(entry: CatalogueEntry) -> str:
    """Which desk receives the papers."""
    return {
        Level.COMMUNE: _("Trung tâm Phục vụ hành chính công xã, phường; xã, phường nào của tỉnh cũng nhận."),
        Level.PROVINCE: _("Trung tâm Phục vụ hành chính công của tỉnh, hoặc của xã, phường bất kỳ trong tỉnh."),
        Level.BOTH: _("Trung tâm Phục vụ hành chính công xã, phường bất kỳ, hoặc của tỉnh."),
    }[Level(entry.level)]


def refuse_vertical(version: ProcedureVersion, day: date) -> None:
    """No dossier of a vertical procedure is ever begun here, whoever asks and by whatever way."""
    vertical = CatalogueEntry.objects.as_of(day).filter(code=version.code, is_vertical=True)
    if vertical.exists():
        raise SettledElsewhere(system_of(vertical[0]).name)
