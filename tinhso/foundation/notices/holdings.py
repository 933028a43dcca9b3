"""What notices holds about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Person


def _notices(person: Person) -> list[Row]:
    from tinhso.foundation.notices.models import Notice

    return [
        {
            _("Lúc"): one.created_at,
            _("Kênh"): one.get_channel_display(),
            _("Gửi đến"): one.address,
            _("Tiêu đề"): one.title,
            _("Nội dung"): one.body,
        }
        for one in Notice.objects.filter(account__person=person).order_by("pk")
    ]


NOTICES = Collector(
    "notices.sent",
    gettext_lazy("Thông báo đã gửi cho bạn"),
    _notices,
    gettext_lazy("Nghị định 224/2026/NĐ-CP, Điều 15: bằng chứng bạn đã được thông báo"),
    order=50,
)
