"""What access itself guards: roles, delegation, and the standard roles that systems add their permissions to."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE_ROLES = "access.roles.manage"
DELEGATE = "access.roles.delegate"
ISSUE_TOKEN = "access.tokens.issue"  # noqa: S105 - the name of a right, no secret

PERMISSIONS = (
    Permission(MANAGE_ROLES, _("giao và thu hồi vai trò của cán bộ"), needs_step_up=True),
    Permission(DELEGATE, _("uỷ quyền vai trò của mình cho người khác")),
    Permission(ISSUE_TOKEN, _("cấp thẻ máy cho chương trình dùng quyền của mình"), needs_step_up=True),
)

# The standard roles. Systems add to them with register_role(Role(<same code>, <same name>, {codes})).
ROLES = (
    Role("public", _("Mọi người"), frozenset(), implicit=True),
    Role("citizen", _("Người đã đăng nhập"), frozenset(), implicit=True),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({DELEGATE})),
    Role("resolving_officer", _("Công chức thụ lý"), frozenset({DELEGATE})),
    Role("unit_leader", _("Lãnh đạo đơn vị"), frozenset({DELEGATE, ISSUE_TOKEN})),
    Role("provincial_leader", _("Lãnh đạo tỉnh"), frozenset({DELEGATE, ISSUE_TOKEN}), reaches_below=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE_ROLES, DELEGATE, ISSUE_TOKEN}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({ISSUE_TOKEN}), reaches_below=True),
)
