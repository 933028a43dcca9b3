"""Who may do what with proactive services."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

OWN = "proactive.own.manage"
REMIND = "proactive.reminder.send"
VIEW = "proactive.reminder.view"
RULES = "proactive.rule.manage"

PERMISSIONS = (
    Permission(OWN, _("xem, trả lời và từ chối việc tỉnh nhắc mình")),
    Permission(REMIND, _("tìm việc đến hạn và nhắc người dân (việc của hệ thống)")),
    Permission(VIEW, _("xem số liệu nhắc việc của cơ quan mình")),
    Permission(RULES, _("sửa quy tắc nhắc việc")),
)

ROLES = (
    Role("citizen", _("Người đã đăng nhập"), frozenset({OWN})),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({VIEW})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({VIEW})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW}), reaches_below=True),
    Role("procedure_controller", _("Cán bộ kiểm soát thủ tục hành chính"), frozenset({VIEW, RULES})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW, RULES}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW})),
)
