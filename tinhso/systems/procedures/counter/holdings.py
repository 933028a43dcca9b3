"""What the counter holds about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Person


def _appointments(person: Person) -> list[Row]:
    from tinhso.systems.procedures.counter.models import Appointment

    found = Appointment.objects.filter(account__person=person).select_related("group__desk")
    return [
        {
            _("Mã lịch hẹn"): one.code,
            _("Nơi hẹn"): one.group.desk.name,
            _("Bắt đầu lúc"): one.starts_at,
            _("Việc cần làm"): one.note,
        }
        for one in found.order_by("starts_at", "pk")
    ]


APPOINTMENTS = Collector(
    "counter.appointments",
    gettext_lazy("Lịch hẹn"),
    _appointments,
    gettext_lazy("Nghị định 118/2025/NĐ-CP: lịch hẹn là sổ sách của bộ phận một cửa"),
    order=36,
)
