"""What `tinhso doctor` asks about accounts."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import Finding
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.seeds import ACCOUNTS


def administrators() -> Finding:
    """At least one open account administers; without one, nobody can give rights."""
    rows = RoleAssignment.objects.as_of(timezone.localdate()).filter(role__in=settings.ADMINISTRATOR_ROLES)
    count = rows.filter(account__is_active=True).values("account_id").distinct().count()
    if count:
        return Finding(True, _("Có %(count)d tài khoản quản trị đang hoạt động.") % {"count": count})
    sentence = _("Chưa có quản trị hệ thống. Hãy chạy: tinhso user create TÊN --role administrator --unit MÃ_TỈNH")
    return Finding(False, sentence)


def demo_accounts_outside_a_demo() -> Finding:
    """Demo accounts have public passwords: a real installation must not have them open."""
    names = [one.username for one in ACCOUNTS]
    found = list(
        Account.objects.filter(username__in=names, is_simulated=True, is_active=True).values_list("username", flat=True)
    )
    if settings.DEMO or not found:
        return Finding(True, _("Không có tài khoản dùng thử nào mở ngoài bản chạy thử."))
    return Finding(
        False,
        _("Tài khoản dùng thử còn mở, mật khẩu ai cũng biết: %(names)s. Hãy khoá bằng: tinhso user disable TÊN")
        % {"names": ", ".join(found)},
    )
