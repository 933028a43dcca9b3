"""Who writes procedure versions, and who publishes them."""

from django.utils.translation import gettext_lazy as _

from tinhso.engines.forms.permissions import MANAGE as FORMS
from tinhso.engines.workflow.permissions import MANAGE as PROCESSES
from tinhso.foundation.access.registry import Permission, Role

WRITE = "procedures.version.write"
PUBLISH = "procedures.version.publish"

PERMISSIONS = (
    Permission(WRITE, _("soạn phiên bản thủ tục hành chính: thành phần hồ sơ, biểu mẫu, quy trình")),
    Permission(PUBLISH, _("ban hành phiên bản thủ tục hành chính"), needs_step_up=True),
)
ROLES = (
    Role("administrator", _("Quản trị hệ thống"), frozenset({WRITE, PUBLISH}), reaches_below=True),
    Role(
        "procedure_controller",
        _("Cán bộ kiểm soát thủ tục hành chính"),
        frozenset({WRITE, PUBLISH, FORMS, PROCESSES}),
        reaches_below=True,
    ),
)
