"""Who may do what on the exchange. The owner of a service decides; the asking side asks; removal is for both."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "exchange.view"
ADMIT = "exchange.members.admit"
REGISTER = "exchange.subsystems.register"
ASK = "exchange.access.ask"
DECIDE = "exchange.access.decide"
ISSUE_KEYS = "exchange.keys.issue"

PERMISSIONS = (
    Permission(VIEW, _("xem danh mục dịch vụ và tình trạng kết nối trên nền tảng chia sẻ dữ liệu")),
    Permission(ADMIT, _("kết nạp và loại thành viên của nền tảng chia sẻ dữ liệu")),
    Permission(REGISTER, _("đăng ký hệ thống và công bố dịch vụ dữ liệu của đơn vị")),
    Permission(ASK, _("đề nghị dùng dịch vụ dữ liệu của đơn vị khác")),
    Permission(DECIDE, _("cho phép, từ chối hoặc gỡ quyền dùng dịch vụ dữ liệu của đơn vị")),
    Permission(ISSUE_KEYS, _("cấp và thu hồi khoá kết nối của hệ thống"), needs_step_up=True),
)

_ENGINEER = frozenset({VIEW, REGISTER, ASK, ISSUE_KEYS})

ROLES = (
    Role("integration_engineer", _("Kỹ sư kết nối dữ liệu"), _ENGINEER),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW, REGISTER, ASK, DECIDE, ISSUE_KEYS})),
    Role(
        "administrator",
        _("Quản trị hệ thống"),
        frozenset({VIEW, ADMIT, REGISTER, ASK, DECIDE, ISSUE_KEYS}),
        reaches_below=True,
    ),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
)
