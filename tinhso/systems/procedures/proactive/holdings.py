"""What proactive services hold about a person, and the purpose that they use data for."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy.registry import Collector, DeclaredPurpose, Row
from tinhso.systems.procedures.proactive import words
from tinhso.systems.procedures.proactive.models import Kind, OptOut, Reminder
from tinhso.systems.procedures.proactive.rules import State

PURPOSE = DeclaredPurpose(
    "proactive.reminders",
    "Nhắc bạn việc có thể cần làm từ dữ liệu tỉnh đã có, và điền sẵn hồ sơ để bạn kiểm tra.",
    "law",
    "Nghị định 224/2026/NĐ-CP, Điều 16 và Điều 17",
    ("ngày sinh", "kết quả hồ sơ đã cấp cho bạn", "quan hệ trong hộ gia đình", "cơ sở kinh doanh bạn đại diện"),
    "việc đã nhắc được giữ để truy vết; hồ sơ chuẩn bị mà bạn chưa sửa được bỏ ngay khi bạn từ chối",
    "chỉ bạn; cán bộ chỉ thấy số lượng và chữ cái đầu của tên",
    may_object=True,
)
KEPT = gettext_lazy(
    "Dấu vết việc tỉnh dùng dữ liệu của bạn để nhắc (Nghị định 224/2026, Điều 17 khoản 2): lưu để bạn kiểm tra được"
)


def _reminders(person: Person) -> list[Row]:
    found = Reminder.objects.filter(person=person).select_related("rule").order_by("-told_at")
    return [
        {
            _("Việc được nhắc"): one.rule.title,
            _("Vì sao tỉnh biết"): words.why(one),
            _("Nhắc ngày"): one.told_at,
            _("Trạng thái"): str(words.STATES[State(one.state)][0]),
        }
        for one in found
    ]


def _refusals(person: Person) -> list[Row]:
    return [
        {
            _("Chuyện đời"): str(Kind(one.kind).label) if one.kind else _("tất cả"),
            _("Từ lúc"): one.since,
            _("Nhận lại từ lúc"): one.until or "",
        }
        for one in OptOut.objects.filter(person=person).order_by("-since")
    ]


COLLECTORS = (
    Collector("proactive.reminders", gettext_lazy("Việc tỉnh nhắc bạn"), _reminders, KEPT, order=60),
    Collector("proactive.refusals", gettext_lazy("Lời từ chối nhắc việc"), _refusals, KEPT, order=61),
)
