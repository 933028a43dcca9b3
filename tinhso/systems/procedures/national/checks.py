"""Health of the exchange: whether it is on, whole in its settings, and whether anything waits for a person."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.jobs.registry import Finding
from tinhso.systems.procedures.national.models import Outgoing, SendState
from tinhso.systems.procedures.national.selectors import set_aside

LONGEST_WAIT = timedelta(hours=2)
SHORTEST_SECRET = 24


def check() -> Finding:
    """Off is no fault, and is said; half set up is one."""
    if not settings.NATIONAL_URL:
        return Finding(True, _("Chưa khai địa chỉ Cổng Dịch vụ công quốc gia (TINHSO_NATIONAL_URL): việc đồng bộ tắt."))
    named = ("NATIONAL_UNIT", "NATIONAL_USER", "NATIONAL_SECRET", "NATIONAL_DOOR_SECRET")
    missing = [f"TINHSO_{name}" for name in named if not getattr(settings, name)]
    if missing:
        told = _("Cổng Dịch vụ công quốc gia: còn thiếu %(names)s nên chưa trao đổi được hai chiều.")
        return Finding(False, told % {"names": ", ".join(missing)})
    if len(settings.NATIONAL_DOOR_SECRET) < SHORTEST_SECRET:
        return Finding(False, _("TINHSO_NATIONAL_DOOR_SECRET quá ngắn: hãy đặt ít nhất 24 ký tự ngẫu nhiên."))
    count = set_aside()
    if count:
        told = _("%(count)s tin gửi Cổng quốc gia bị gác lại: xem Quản trị, Cổng quốc gia.") % {"count": count}
        return Finding(False, told)
    waiting = (SendState.WAITING, SendState.SENDING)
    if Outgoing.objects.filter(state__in=waiting, made_at__lt=timezone.now() - LONGEST_WAIT).exists():
        return Finding(False, _("Có tin chờ gửi Cổng quốc gia quá 2 giờ: Cổng có thể không trả lời."))
    return Finding(True, _("Đồng bộ với Cổng Dịch vụ công quốc gia không có tin nào bị gác lại."))
