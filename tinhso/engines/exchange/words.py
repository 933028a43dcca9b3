"""The registry's acts in the audit log, in words."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "exchange.member.admitted": _("kết nạp thành viên nền tảng chia sẻ dữ liệu"),
    "exchange.member.removed": _("đưa thành viên ra khỏi nền tảng chia sẻ dữ liệu"),
    "exchange.subsystem.registered": _("đăng ký hệ thống trên nền tảng"),
    "exchange.subsystem.removed": _("gỡ hệ thống khỏi nền tảng"),
    "exchange.service.published": _("công bố dịch vụ dữ liệu"),
    "exchange.contract.replaced": _("thay bản mô tả dịch vụ dữ liệu"),
    "exchange.service.ended": _("kết thúc dịch vụ dữ liệu"),
    "exchange.access.asked": _("đề nghị dùng dịch vụ dữ liệu"),
    "exchange.access.granted": _("cho phép dùng dịch vụ dữ liệu"),
    "exchange.access.refused": _("từ chối cho dùng dịch vụ dữ liệu"),
    "exchange.access.removed": _("gỡ quyền dùng dịch vụ dữ liệu"),
    "exchange.key.issued": _("cấp khoá kết nối"),
    "exchange.key.revoked": _("thu hồi khoá kết nối"),
    "exchange.peer.admitted": _("kết nối nền tảng bạn"),
    "exchange.peer.removed": _("gỡ nền tảng bạn"),
    "exchange.receipt.exported": _("tải biên nhận của một lần gọi"),
    "exchange.room.opened": _("mở phòng tin"),
    "exchange.room.pass_given": _("cấp quyền trong phòng tin"),
    "exchange.room.pass_ended": _("thôi quyền trong phòng tin"),
    "exchange.event_type.made": _("lập loại tin"),
    "exchange.event_type.retired": _("thôi dùng loại tin"),
    "exchange.event.published": _("phát tin"),
    "exchange.event.stopped": _("dừng phát tin"),
    "exchange.subscription.made": _("đăng ký nghe tin"),
    "exchange.subscription.changed": _("sửa đăng ký nghe tin"),
    "exchange.subscription.cancelled": _("thôi nghe tin"),
    "exchange.delivery.replayed": _("giao lại tin"),
}
