"""What `tinhso doctor` asks of the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.jobs.registry import Finding
from tinhso.foundation.notices.models import Notice


def check_outbox() -> Finding:
    """Nothing has waited for an hour, nothing was set aside in the last week."""
    now = timezone.now()
    late = Notice.objects.filter(
        state__in=["queued", "sending"], attempts=0, created_at__lt=now - timedelta(hours=1)
    ).count()
    aside = Notice.objects.filter(state="set_aside", created_at__gte=now - timedelta(days=7)).count()
    if late:
        return Finding(False, _("%(count)s thông báo chờ gửi quá một giờ. Hãy xem bộ chạy việc.") % {"count": late})
    if aside:
        return Finding(False, _("%(count)s thông báo bị gác lại trong 7 ngày qua.") % {"count": aside})
    return Finding(True, _("Thông báo gửi đều."))
