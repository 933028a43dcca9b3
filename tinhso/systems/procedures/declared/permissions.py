"""Who reads what people were spared."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "procedures.declared.view"

PERMISSIONS = (Permission(VIEW, _("xem số trường không phải khai lại và hồ sơ đứng sau")),)

ROLES = (
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({VIEW})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({VIEW}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({VIEW}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW}), reaches_below=True),
)
