"""What this app's acts are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "files.file.stored": _("nhận tệp vào kho"),
    "files.file.erased": _("xóa nội dung tệp"),
    "files.file.quarantined": _("cách ly tệp có mã độc"),
    "files.file.scanned": _("quét lại tệp đang chờ"),
    "files.file.read": _("mở tệp"),
}
