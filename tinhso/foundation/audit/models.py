"""The audit log: rows that are never changed, seals that chain them, heads that prove the chains outside.

A row is written by the act. Its seal (place in a chain, hashes) is written by the database itself when the act
commits: a deferred trigger (migration 0004) takes the chain's lock last of all locks, so acts cannot block one another
in a circle and the lock is held for the length of one commit. All rows of one transaction stand in one stream.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRow(models.Model):
    """One act: who, what, on which record, when, with which details."""

    at = models.DateTimeField(_("thời điểm"))
    act = models.CharField(_("hành vi"), max_length=80)
    actor_id = models.BigIntegerField(_("mã tài khoản"), null=True)
    actor_label = models.CharField(_("người thực hiện"), max_length=200)
    on_behalf_of_id = models.BigIntegerField(_("thay mặt tài khoản"), null=True)
    object_type = models.CharField(_("loại bản ghi"), max_length=80)
    object_id = models.CharField(_("mã bản ghi"), max_length=64)
    unit_id = models.BigIntegerField(_("đơn vị"), null=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    details = models.JSONField(_("chi tiết"), default=dict)
    # SHA-256 of chain.canonical(row): what the seal chains.
    content_hash = models.BinaryField(_("băm nội dung"), max_length=32)

    class Meta:
        verbose_name = _("dòng nhật ký kiểm toán")
        verbose_name_plural = _("nhật ký kiểm toán")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_rows_by_object"),
            models.Index(fields=["actor_id", "id"], name="audit_rows_by_actor"),
            models.Index(fields=["act", "id"], name="audit_rows_by_act"),
            BrinIndex(fields=["at"], name="audit_rows_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_label}: {self.act}"


class AuditSeal(models.Model):
    """The place of a row in its chain, written by the database at commit."""

    row = models.OneToOneField(
        AuditRow, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="seal", verbose_name=_("dòng")
    )
    stream = models.CharField(_("chuỗi"), max_length=8)
    sequence = models.BigIntegerField(_("số thứ tự trong chuỗi"))
    previous_hash = models.BinaryField(_("băm dòng trước"), max_length=32)
    row_hash = models.BinaryField(_("băm dòng này"), max_length=32)

    class Meta:
        verbose_name = _("niêm phong nhật ký")
        verbose_name_plural = _("niêm phong nhật ký")
        constraints = [models.UniqueConstraint(fields=["stream", "sequence"], name="audit_one_seal_per_place")]

    def __str__(self) -> str:
        return f"{self.stream}:{self.sequence}"


class AuditHead(models.Model):
    """The ends of all chains at one moment, signed; the same statement is appended to a file outside the database."""

    taken_at = models.DateTimeField(_("lấy lúc"))
    # The exact bytes that were signed (JSON): moment, digest of the head before, {stream: [sequence, hash]}.
    statement = models.TextField(_("nội dung được ký"))
    signature = models.BinaryField(_("chữ ký Ed25519"), max_length=64)
    key_id = models.CharField(_("mã khoá"), max_length=16)

    class Meta:
        verbose_name = _("đầu chuỗi đã ký")
        verbose_name_plural = _("đầu chuỗi đã ký")

    def __str__(self) -> str:
        return f"{self.taken_at:%d/%m/%Y %H:%M}"
