"""What this app's acts are called."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "notices.preference.changed": _("đổi cách nhận thông báo"),
    "notices.notice.retried": _("gửi lại thông báo bị gác"),
}
