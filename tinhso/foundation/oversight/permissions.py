"""Who watches over the house: the reader of the audit log, and who mends what the worker could not do."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

AUDIT_READ = "oversight.audit.read"
EVENTS_MANAGE = "oversight.events.manage"

PERMISSIONS = (
    Permission(AUDIT_READ, _("đọc và kiểm tra nhật ký kiểm toán")),
    Permission(EVENTS_MANAGE, _("xử lý sự kiện bị gác lại")),
)

ROLES = (
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({AUDIT_READ}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({AUDIT_READ, EVENTS_MANAGE}), reaches_below=True),
)
