"""Who may sign, seal and manage certificates."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

SIGN = "signing.document.sign"
SEAL = "signing.document.seal"
MANAGE = "signing.certificates.manage"

PERMISSIONS = (
    Permission(SIGN, _("ký số bằng chứng thư của chính mình")),
    Permission(SEAL, _("đóng dấu số của cơ quan")),
    Permission(MANAGE, _("cấp, mở khoá và thu hồi chứng thư chữ ký số"), needs_step_up=True),
)

ROLES = (
    Role("citizen", _("Người đã đăng nhập"), frozenset({SIGN}), implicit=True),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({SEAL})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({SEAL})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({SEAL})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE})),
)
