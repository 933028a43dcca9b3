"""Who keeps the fee rules."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE = "procedures.fees.manage"

PERMISSIONS = (Permission(MANAGE, _("cập nhật biểu phí, lệ phí và diện miễn, giảm")),)
ROLES = (
    Role("accountant", _("Kế toán"), frozenset({MANAGE})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE})),
)
