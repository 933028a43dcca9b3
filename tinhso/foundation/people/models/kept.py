"""What a person was sending when their session ended or a fresh proof was asked: kept, so nothing typed is lost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.people.models.accounts import Account


class KeptPost(models.Model):
    """One form on its way, until its owner sends it on or a day has passed. Working data, not a record."""

    # 256 random bits; only their digest is stored, as with a password.
    key_digest = models.CharField(_("băm khoá"), max_length=64, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+", verbose_name=_("tài khoản"))
    # The browser it came from: a link to somebody else's kept form opens nothing (it would be a forged request).
    browser_digest = models.CharField(_("băm trình duyệt"), max_length=64)
    path = models.CharField(_("địa chỉ"), max_length=2000)
    fields = models.TextField(_("nội dung đã điền"))
    kept_at = models.DateTimeField(_("giữ lúc"))
    expires_at = models.DateTimeField(_("giữ đến"), db_index=True)

    class Meta:
        verbose_name = _("biểu mẫu đang giữ")
        verbose_name_plural = _("biểu mẫu đang giữ")


class KeptFile(models.Model):
    """A file that was in the form."""

    post = models.ForeignKey(KeptPost, models.CASCADE, related_name="files", verbose_name=_("biểu mẫu"))
    field = models.CharField(_("ô"), max_length=200)
    name = models.CharField(_("tên tệp"), max_length=255)
    content_type = models.CharField(_("loại"), max_length=120)
    content = models.BinaryField(_("nội dung"))

    class Meta:
        verbose_name = _("tệp đang giữ")
        verbose_name_plural = _("tệp đang giữ")
