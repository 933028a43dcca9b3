"""Verifications of the audit log that people asked for, with what they found."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditCheck(models.Model):
    """One verification: asked, running, then sound or with findings. Kept: it is evidence itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("đang chờ")
        RUNNING = "running", _("đang kiểm tra")
        SOUND = "sound", _("toàn vẹn")
        BROKEN = "broken", _("có dấu hiệu can thiệp")
        FAILED = "failed", _("không kiểm tra được")

    asked_by_id = models.BigIntegerField(_("mã tài khoản yêu cầu"), null=True)
    asked_by_label = models.CharField(_("người yêu cầu"), max_length=200)
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    finished_at = models.DateTimeField(_("xong lúc"), null=True)
    rows = models.BigIntegerField(_("số dòng đã kiểm tra"), null=True)
    heads = models.PositiveIntegerField(_("số đầu chuỗi đã ký"), null=True)
    # [{"kind", "stream", "sequence", "row", "until"}]: facts; the sentences are made when shown.
    problems = models.JSONField(_("phát hiện"), default=list)

    class Meta:
        verbose_name = _("lần kiểm tra nhật ký")
        verbose_name_plural = _("các lần kiểm tra nhật ký")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sound") | models.Q(rows__isnull=False), name="oversight_sound_was_counted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None
