"""Who looks after personal data: the data protection officer, the second officer, the desk."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

OWN = "privacy.own"
RECEIVE = "privacy.requests.receive"
HANDLE = "privacy.requests.handle"
CHECK = "privacy.requests.check"
REGISTER = "privacy.register.manage"
BREACHES = "privacy.breaches.manage"

PERMISSIONS = (
    Permission(OWN, _("quyết định về dữ liệu cá nhân của mình")),
    Permission(RECEIVE, _("nhận yêu cầu về dữ liệu cá nhân tại quầy")),
    Permission(HANDLE, _("giải quyết yêu cầu về dữ liệu cá nhân")),
    Permission(CHECK, _("duyệt việc sửa, xoá dữ liệu cá nhân và xem sổ yêu cầu, sổ vi phạm")),
    Permission(REGISTER, _("lập danh mục mục đích xử lý và hồ sơ đánh giá tác động")),
    Permission(BREACHES, _("ghi nhận và thông báo vi phạm dữ liệu cá nhân")),
)

ROLES = (
    Role("citizen", _("Người đã đăng nhập"), frozenset({OWN}), implicit=True),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({RECEIVE})),
    Role("administrator", _("Quản trị hệ thống"), frozenset({HANDLE, REGISTER, BREACHES}), reaches_below=True),
    Role("auditor", _("Kiểm toán viên hệ thống"), frozenset({CHECK}), reaches_below=True),
    Role(
        "data_protection_officer",
        _("Người phụ trách bảo vệ dữ liệu cá nhân"),
        frozenset({HANDLE, CHECK, REGISTER, BREACHES}),
        reaches_below=True,
    ),
)
