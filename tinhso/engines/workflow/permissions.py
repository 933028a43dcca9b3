"""Who may make processes, share out work, answer other offices. A move is asked by the permission its step names."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE = "workflow.manage"
DISTRIBUTE = "workflow.work.distribute"
ANSWER = "workflow.opinion.answer"

PERMISSIONS = (
    Permission(MANAGE, _("soạn và công bố quy trình xử lý")),
    Permission(DISTRIBUTE, _("phân công và chuyển việc của người trong đơn vị")),
    Permission(ANSWER, _("trả lời khi cơ quan khác lấy ý kiến")),
)
ROLES = (
    Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE}), reaches_below=True),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({DISTRIBUTE, ANSWER})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({ANSWER})),
)
