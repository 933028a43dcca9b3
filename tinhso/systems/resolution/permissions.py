"""Who sees the plan, reports on it, explains a miss, gives remedial work, does it, confirms it."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "resolution.plan.view"
MANAGE = "resolution.plan.manage"
REPORT = "resolution.progress.report"
EXPLAIN = "resolution.miss.explain"
ASSIGN = "resolution.remedy.assign"
DO = "resolution.remedy.do"

PERMISSIONS = (
    Permission(VIEW, _("xem kế hoạch thực hiện Nghị quyết và phần việc của đơn vị")),
    Permission(MANAGE, _("phân công nhiệm vụ, người chịu trách nhiệm, kinh phí và mốc của kế hoạch")),
    Permission(REPORT, _("báo cáo tiến độ nhiệm vụ của đơn vị")),
    Permission(EXPLAIN, _("giải trình chỉ tiêu chưa đạt của đơn vị")),
    Permission(ASSIGN, _("giao và xác nhận việc khắc phục")),
    Permission(DO, _("nhận và báo hoàn thành việc khắc phục")),
)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, REPORT, EXPLAIN, ASSIGN, DO})),
    Role("office_head", _("Trưởng phòng"), frozenset({DO})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({DO})),
    Role(
        "provincial_leader",
        _("Lãnh đạo tỉnh"),
        frozenset({VIEW, MANAGE, REPORT, EXPLAIN, ASSIGN}),
        reaches_below=True,
    ),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
)
