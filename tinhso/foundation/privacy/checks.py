"""What `tinhso doctor` asks of privacy."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.jobs.registry import Finding
from tinhso.foundation.privacy.models import BreachNotice, DataRequest, Purpose


def clocks_kept() -> Finding:
    """No request and no breach notice past its clock; the register of purposes is there."""
    now = timezone.now()
    late = DataRequest.objects.open().filter(act_due_at__lt=now).count()
    owed = BreachNotice.objects.filter(sent_at=None, due_at__lt=now, breach__closed_at=None).count()
    if late or owed:
        sentence = _("Quá hạn: %(late)d yêu cầu về dữ liệu cá nhân, %(owed)d thông báo vi phạm.")
        return Finding(False, sentence % {"late": late, "owed": owed})
    if not Purpose.objects.exists():
        return Finding(False, _("Chưa có danh mục mục đích xử lý dữ liệu. Hãy nạp lại dữ liệu của tỉnh."))
    return Finding(True, _("Yêu cầu và thông báo về dữ liệu cá nhân đều trong hạn."))
