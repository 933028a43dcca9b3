"""Who reads which notices."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

OWN = "notices.own.read"
RETRY = "notices.notice.retry"

PERMISSIONS = (
    Permission(OWN, _("xem thông báo gửi cho mình và chọn cách nhận")),
    Permission(RETRY, _("gửi lại thông báo bị gác")),
)
ROLES = (
    Role("citizen", _("Người đã đăng nhập"), frozenset({OWN}), implicit=True),
    Role("administrator", _("Quản trị hệ thống"), frozenset({RETRY})),
)
