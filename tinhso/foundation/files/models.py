"""Files as official records: a row names a blob by its SHA-256; the blob lies in the content-addressed store."""

from __future__ import annotations

from typing import BinaryIO

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.files import blobs, errors
from tinhso.foundation.text.fields import VietnameseCharField


class StoredFile(models.Model):
    """One file as somebody gave it. Several rows may name the same blob; a row never changes its content."""

    class State(models.TextChoices):
        CLEAN = "clean", _("dùng được")
        PENDING = "pending", _("chờ quét vi-rút")
        QUARANTINED = "quarantined", _("cách ly")
        ERASED = "erased", _("đã xóa nội dung")

    sha256 = models.CharField(_("mã băm SHA-256"), max_length=64)
    name = VietnameseCharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("loại nội dung"), max_length=100)
    size = models.BigIntegerField(_("kích thước (byte)"))
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.PENDING)
    purpose = models.CharField(_("mục đích"), max_length=80)
    finding = models.CharField(_("kết quả quét"), max_length=200, blank=True)
    scanned_by = models.CharField(_("quét bằng"), max_length=80, blank=True)
    account_id = models.BigIntegerField(_("mã tài khoản gửi"), null=True)
    created_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_sha256_is_hex"),
            models.CheckConstraint(condition=Q(size__gt=0), name="files_size_is_positive"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="files_by_sha256"),
            # Reader: jobs.rescan_pending.
            models.Index(fields=["id"], name="files_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def open(self) -> BinaryIO:
        """The content, for reading; refused unless the file is clean. Whoever calls has checked the right to it."""
        if self.state != self.State.CLEAN:
            raise errors.NotReadable(why=self.state)
        return blobs.open_blob(self.sha256)

    def read(self) -> bytes:
        """The whole content, checked against its SHA-256 on the way (a rotten disk does not pass silently)."""
        with self.open() as stream:
            return blobs.checked(stream.read(), self.sha256)
