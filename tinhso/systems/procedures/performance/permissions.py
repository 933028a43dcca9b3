"""Who reads how well dossiers are settled, and who sets the points of the index."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "procedures.performance.view"
POINTS = "procedures.performance.points"

PERMISSIONS = (
    Permission(VIEW, _("xem thống kê giải quyết hồ sơ và hồ sơ đứng sau từng số")),
    Permission(POINTS, _("ban hành bảng điểm của bộ chỉ số phục vụ"), needs_step_up=True),
)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({POINTS}), reaches_below=True),
)
