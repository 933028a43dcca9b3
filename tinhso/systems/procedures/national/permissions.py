"""Who watches over the exchange with the national portal."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

VIEW = "national.exchange.view"
OPERATE = "national.exchange.operate"

PERMISSIONS = (
    Permission(VIEW, _("xem việc trao đổi với Cổng Dịch vụ công quốc gia")),
    Permission(OPERATE, _("gửi lại, bỏ qua tin và đối soát với Cổng Dịch vụ công quốc gia")),
)

ROLES = (Role("administrator", _("Quản trị hệ thống"), frozenset({VIEW, OPERATE}), reaches_below=True),)
