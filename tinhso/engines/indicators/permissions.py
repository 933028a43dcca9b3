"""Who sees figures and who freezes reports."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "indicators.figures.view"
PUBLISH = "indicators.report.publish"

PERMISSIONS = (
    Permission(VIEW, _("xem số liệu điều hành của đơn vị")),
    Permission(PUBLISH, _("chốt và đính chính báo cáo số liệu"), needs_step_up=True),
)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW, PUBLISH}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
)
