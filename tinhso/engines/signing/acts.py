"""What this app's acts are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "signing.certificate.issued": _("cấp chứng thư chữ ký số thử"),
    "signing.certificate.registered": _("ghi nhận chứng thư ký số từ xa"),
    "signing.certificate.revoked": _("thu hồi chứng thư chữ ký số"),
    "signing.certificate.unlocked": _("mở khoá chứng thư chữ ký số"),
    "signing.document.signed": _("ký số văn bản"),
    "signing.document.sealed": _("đóng dấu số lên văn bản"),
}
