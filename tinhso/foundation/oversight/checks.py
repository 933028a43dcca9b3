"""What `tinhso doctor` asks of the worker's side of the house."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from tinhso.foundation.events import set_aside
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.jobs.registry import Finding
from tinhso.foundation.jobs.sweeper import SILENCE
from tinhso.foundation.oversight.models import AuditCheck

# Events older than this and still waiting mean that no worker is at work.
LATE = timedelta(minutes=2)


def events_flow() -> Finding:
    late = DomainEvent.objects.filter(
        handled_at=None, set_aside_at=None, attempts=0, created_at__lt=timezone.now() - LATE
    ).count()
    if late:
        return Finding(
            False,
            _("%(count)s sự kiện chờ quá 2 phút chưa được xử lý. Hãy kiểm tra tiến trình tinhso worker.")
            % {"count": late},
        )
    return Finding(True, _("Sự kiện được xử lý kịp thời."))


def nothing_set_aside() -> Finding:
    count = set_aside.waiting().count()
    if count:
        return Finding(
            False,
            _("%(count)s sự kiện bị gác lại vì lỗi. Mở trang Quản trị → Sự kiện bị gác lại để xem và thử lại.")
            % {"count": count},
        )
    return Finding(True, _("Không có sự kiện nào bị gác lại."))


def worker_lives() -> Finding:
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gte=timezone.now() - SILENCE).exists()
    waiting = ProcrastinateJob.objects.filter(status="todo", scheduled_at=None).count()
    if not alive:
        return Finding(
            False,
            _("Không có tiến trình tinhso worker nào đang chạy; %(count)s việc đang chờ.") % {"count": waiting},
        )
    return Finding(True, _("Tiến trình tinhso worker đang chạy."))


def no_failed_jobs() -> Finding:
    count = ProcrastinateJob.objects.filter(status="failed").count()
    if count:
        return Finding(False, _("%(count)s việc nền đã thất bại trong 30 ngày qua.") % {"count": count})
    return Finding(True, _("Không có việc nền nào thất bại."))


def log_is_sound() -> Finding:
    last = AuditCheck.objects.exclude(finished_at=None).first()
    if last is None:
        return Finding(True, _("Nhật ký kiểm toán chưa được kiểm tra lần nào; việc này chạy hằng đêm."))
    if last.state == AuditCheck.State.SOUND:
        return Finding(True, _("Nhật ký kiểm toán toàn vẹn ở lần kiểm tra gần nhất."))
    return Finding(
        False,
        _("Lần kiểm tra nhật ký kiểm toán gần nhất không đạt. Mở trang Quản trị → Nhật ký kiểm toán để xem."),
    )
