"""What stands around a person's dossiers, for the copy of their data; and for whom an account may file requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.privacy.registry import Collector, Principal, Row

if TYPE_CHECKING:
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Person

_BESIDE = gettext_lazy("Luật Lưu trữ: trao đổi, giấy tờ gắn với hồ sơ được giữ cùng thời hạn của hồ sơ")
_FEEDBACK = gettext_lazy("Nghị định 20/2008/NĐ-CP: phản ánh, kiến nghị được lưu cùng kết quả xử lý")
_POWERS = gettext_lazy("Bộ luật Dân sự 2015, Điều 134-143: quyền làm thay là căn cứ của hồ sơ đã nộp")


def _messages(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import Message

    found = Message.objects.filter(dossier__applicant=person).select_related("dossier")
    return [
        {_("Mã hồ sơ"): one.dossier.code, _("Lúc"): one.sent_at, _("Từ"): one.sender_name, _("Nội dung"): one.body}
        for one in found.order_by("sent_at", "pk")
    ]


def _feedback(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import Feedback

    return [
        {
            _("Mã"): one.code,
            _("Lúc"): one.sent_at,
            _("Họ tên"): one.sender_name,
            _("Địa chỉ"): one.address,
            _("Điện thoại"): one.phone,
            _("Nội dung"): one.body,
            _("Trả lời"): one.answer,
        }
        for one in Feedback.objects.filter(account__person=person).order_by("sent_at", "pk")
    ]


def _wallet(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import WalletItem

    return [
        {_("Giấy tờ"): one.label, _("Số, ký hiệu"): one.number, _("Có từ lúc"): one.added_at, "SHA-256": one.sha256}
        for one in WalletItem.objects.filter(person=person).order_by("pk")
    ]


def _powers(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import Power

    found = Power.objects.filter(Q(person=person) | Q(agent__person=person)).select_related("agent")
    return [
        {
            _("Người làm thay"): one.agent.full_name,
            _("Làm thay cho"): one.principal_name,
            _("Căn cứ"): one.get_kind_display(),
            _("Từ ngày"): one.valid_from,
            _("Đến hết ngày"): one.valid_to,
        }
        for one in found.order_by("pk")
    ]


def _together(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import CoApplicant

    found = CoApplicant.objects.filter(person=person).select_related("dossier")
    return [
        {_("Mã hồ sơ"): one.dossier.code, _("Họ tên"): one.name, _("Trả lời"): one.get_state_display()}
        for one in found.order_by("pk")
    ]


def _deliveries(person: Person) -> list[Row]:
    from tinhso.systems.procedures.afterwards.models import DeliveryChoice

    found = DeliveryChoice.objects.filter(dossier__applicant=person).select_related("dossier")
    return [
        {
            _("Mã hồ sơ"): one.dossier.code,
            _("Cách nhận"): one.get_way_display(),
            _("Người nhận"): one.recipient,
            _("Điện thoại"): one.phone,
            _("Địa chỉ"): one.address,
        }
        for one in found.order_by("pk")
    ]


def principals(actor: Actor) -> list[Principal]:
    """Persons for whom the account holds a power over everything today: guardians, agents by full authority."""
    from tinhso.systems.procedures.afterwards.models import Power

    held = Power.objects.holding(timezone.localdate()).filter(
        agent_id=actor.account_id or 0, procedures=[], person__isnull=False
    )
    found = held.select_related("person").order_by("pk")
    return [Principal(one.person, str(one.get_kind_display())) for one in found if one.person is not None]


COLLECTORS = (
    Collector("afterwards.messages", gettext_lazy("Trao đổi về hồ sơ"), _messages, _BESIDE, order=30),
    Collector("afterwards.wallet", gettext_lazy("Ví giấy tờ"), _wallet, _BESIDE, order=31),
    Collector("afterwards.deliveries", gettext_lazy("Cách nhận kết quả"), _deliveries, _BESIDE, order=32),
    Collector("afterwards.together", gettext_lazy("Hồ sơ cùng nộp"), _together, _BESIDE, order=33),
    Collector("afterwards.feedback", gettext_lazy("Phản ánh, kiến nghị"), _feedback, _FEEDBACK, order=34),
    Collector("afterwards.powers", gettext_lazy("Quyền làm thay"), _powers, _POWERS, order=35),
)
