"""Who sees figures, who tells them, who defines them, who freezes reports."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "indicators.figures.view"
PUBLISH = "indicators.report.publish"
ENTER = "indicators.entry.write"
DEFINE = "indicators.definition.manage"

PERMISSIONS = (
    Permission(VIEW, _("xem số liệu điều hành của đơn vị")),
    Permission(PUBLISH, _("chốt và đính chính báo cáo số liệu"), needs_step_up=True),
    Permission(ENTER, _("nhập số liệu của đơn vị kèm minh chứng")),
    Permission(DEFINE, _("lập số liệu cơ sở, chỉ số và đơn vị tính")),
)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, ENTER})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW, PUBLISH, ENTER}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW, DEFINE}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
)
