"""What the exchange holds about a person, and the purpose it serves."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy.registry import Collector, DeclaredPurpose, Row
from tinhso.systems.procedures.national.models import Incoming, Outgoing
from tinhso.systems.procedures.national.words import status_name

MOST = 500


def _told(person: Person) -> list[Row]:
    rows = (
        Outgoing.objects.filter(dossier__applicant=person)
        .order_by("-pk")
        .values_list("dossier__code", "sent_at", "facts", "state")
    )
    return [
        {
            _("hồ sơ"): code,
            _("Cổng nhận lúc"): sent_at,
            _("trạng thái"): status_name(facts.get("TrangThaiHoSo") or facts.get("TrangThai") or 0),
        }
        for code, sent_at, facts, _state in rows[:MOST]
    ]


def _came(person: Person) -> list[Row]:
    rows = (
        Incoming.objects.filter(dossier__applicant=person).order_by("-pk").values_list("dossier__code", "at", "service")
    )
    return [{_("hồ sơ"): code, _("nhận lúc"): at, _("loại tin"): service} for code, at, service in rows[:MOST]]


_KEPT = gettext_lazy("Nghị định 118/2025/NĐ-CP: tin trao đổi là một phần của hồ sơ đã nộp, giữ theo hạn của hồ sơ")

COLLECTORS = (
    Collector("national.told", gettext_lazy("Tin về hồ sơ đã gửi Cổng quốc gia"), _told, _KEPT, order=60),
    Collector("national.came", gettext_lazy("Tin về hồ sơ đến từ Cổng quốc gia"), _came, _KEPT, order=61),
)
PURPOSE = DeclaredPurpose(
    "national.exchange",
    "Báo tình trạng hồ sơ của bạn cho Cổng Dịch vụ công quốc gia, và nhận hồ sơ bạn nộp ở đó.",
    "law",
    "Nghị định 118/2025/NĐ-CP; Nghị định 224/2026/NĐ-CP, Điều 15",
    ("họ, chữ đệm, tên", "số định danh cá nhân", "điện thoại", "giấy tờ và kết quả của hồ sơ"),
    "theo hạn lưu trữ của hồ sơ",
    "Cổng Dịch vụ công quốc gia",
)
