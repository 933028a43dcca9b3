"""Who reports, who signs, who receives, who builds regimes, who publishes."""

from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.permissions import DEFINE
from tinhso.foundation.access.registry import Permission, Role

VIEW = "reporting.report.view"
FILL = "reporting.report.fill"
SIGN = "reporting.report.sign"
APPROVE = "reporting.report.approve"
MANAGE = "reporting.regime.manage"
PUBLISH = "reporting.report.publish"

PERMISSIONS = (
    Permission(VIEW, _("xem báo cáo của đơn vị")),
    Permission(FILL, _("nhập và trình báo cáo của đơn vị")),
    Permission(SIGN, _("duyệt, ký và gửi báo cáo của đơn vị"), needs_step_up=True),
    Permission(APPROVE, _("duyệt, trả lại và yêu cầu đính chính báo cáo các đơn vị gửi đến")),
    Permission(MANAGE, _("lập chế độ báo cáo, biểu mẫu và quy tắc kiểm tra")),
    Permission(PUBLISH, _("chốt và công bố số liệu báo cáo"), needs_step_up=True),
)

ROLES = (
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({VIEW, FILL})),
    Role("office_head", _("Lãnh đạo phòng chuyên môn"), frozenset({VIEW, FILL})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, FILL, SIGN, APPROVE, PUBLISH})),
    Role("reporting_officer", _("Cán bộ tổng hợp báo cáo"), frozenset({VIEW, APPROVE, MANAGE, DEFINE})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW, APPROVE, PUBLISH}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW, MANAGE}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
)
