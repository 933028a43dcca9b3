"""What payments holds about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Person


def _bills(person: Person) -> list[Row]:
    from tinhso.engines.payments.models import Bill

    return [
        {
            _("Mã thanh toán"): one.reference,
            _("Nội dung"): one.title,
            _("Số tiền (đồng)"): one.amount,
            _("Trạng thái"): one.get_state_display(),
            _("Lập lúc"): one.made_at,
            _("Thanh toán lúc"): one.paid_at,
            _("Số biên lai"): one.receipt_number,
        }
        for one in Bill.objects.filter(payer=person).order_by("made_at", "pk")
    ]


BILLS = Collector(
    "payments.bills",
    gettext_lazy("Phí, lệ phí đã thu"),
    _bills,
    gettext_lazy("Luật Kế toán: chứng từ thu được lưu ít nhất 10 năm"),
    order=40,
)
