"""Who may do what at the one-stop desk."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

CALL = "counter.ticket.call"
ARRANGE = "counter.desk.arrange"
DIGITISE = "counter.scan.digitise"
BOOK = "counter.appointment.book"
TAKE = "counter.ticket.take"

PERMISSIONS = (
    Permission(CALL, _("gọi số, mời người đến quầy")),
    Permission(ARRANGE, _("lập quầy, nhóm dịch vụ và lượt hẹn của bộ phận một cửa")),
    Permission(DIGITISE, _("quét giấy tờ và xác nhận nội dung nhận dạng")),
    Permission(BOOK, _("đặt, đổi, huỷ lịch hẹn của mình")),
    Permission(TAKE, _("lấy số thứ tự tại bộ phận một cửa")),
)

ROLES = (
    Role("public", _("Mọi người"), frozenset({TAKE}), implicit=True),
    Role("citizen", _("Người đã đăng nhập"), frozenset({BOOK})),
    Role("desk_officer", _("Cán bộ một cửa"), frozenset({CALL, ARRANGE, DIGITISE})),
)
