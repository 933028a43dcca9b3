"""The audit log: append-only, hash-chained per stream. The database itself refuses UPDATE and DELETE."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRow(models.Model):
    """One act: who, what, on which record, when, with which details, chained to the row before it in its stream."""

    stream = models.CharField(_("chuỗi"), max_length=40)
    sequence = models.BigIntegerField(_("số thứ tự trong chuỗi"))
    at = models.DateTimeField(_("thời điểm"))
    act = models.CharField(_("hành vi"), max_length=80)
    actor_id = models.BigIntegerField(_("mã tài khoản"), null=True)
    actor_label = models.CharField(_("người thực hiện"), max_length=200)
    on_behalf_of_id = models.BigIntegerField(_("thay mặt tài khoản"), null=True)
    object_type = models.CharField(_("loại bản ghi"), max_length=80)
    object_id = models.CharField(_("mã bản ghi"), max_length=64)
    unit_id = models.BigIntegerField(_("đơn vị"), null=True)
    details = models.JSONField(_("chi tiết"), default=dict)
    previous_hash = models.BinaryField(_("băm dòng trước"), max_length=32)
    row_hash = models.BinaryField(_("băm dòng này"), max_length=32)

    class Meta:
        verbose_name = _("dòng nhật ký kiểm toán")
        verbose_name_plural = _("nhật ký kiểm toán")
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_one_row_per_sequence")]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(fields=["actor_id", "id"], name="audit_by_actor"),
        ]
