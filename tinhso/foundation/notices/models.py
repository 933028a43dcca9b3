"""One outbox for everything the platform tells people: on the web, by e-mail, by SMS."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    WEB = "web", _("trên trang")
    EMAIL = "email", _("thư điện tử")
    SMS = "sms", _("tin nhắn")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_account(self, account_id: int | None) -> Self:
        """Web notices of one account, newest first; nobody's for nobody."""
        return self.filter(account_id=account_id, channel=Channel.WEB).exclude(account_id=None).order_by("-id")

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message to one account in one channel, written in the act that causes it, delivered by a job."""

    class State(models.TextChoices):
        QUEUED = "queued", _("chờ gửi")
        SENDING = "sending", _("đang gửi")
        SENT = "sent", _("đã gửi")
        SET_ASIDE = "set_aside", _("gác lại")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("người nhận")
    )
    channel = models.CharField(_("kênh"), max_length=5, choices=Channel)
    text = models.CharField(_("mẫu lời"), max_length=80)
    language = models.CharField(_("ngôn ngữ"), max_length=5)
    title = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"))
    link = models.CharField(_("đường dẫn"), max_length=300, blank=True)
    address = models.CharField(_("địa chỉ nhận"), max_length=254, blank=True)
    # The same fact told twice is told once: acts give the event's own name.
    key = models.CharField(_("khoá chống trùng"), max_length=120, null=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lại lúc"), null=True)
    error = models.CharField(_("lỗi"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        constraints = [
            models.UniqueConstraint(fields=["account", "channel", "key"], name="notices_told_once"),
            models.CheckConstraint(
                condition=Q(channel="web") | ~Q(address=""), name="notices_outside_channels_have_an_address"
            ),
        ]
        indexes = [
            # Reader: delivery.claim, which looks only at what is still to be sent.
            models.Index(fields=["id"], name="notices_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["account", "channel", "-id"], name="notices_by_account"),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """How one account wants to be told. Web notices always come; the other channels can be switched off."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference", verbose_name=_("tài khoản")
    )
    language = models.CharField(_("ngôn ngữ"), max_length=5, choices=settings.LANGUAGES, default="vi")
    wants_email = models.BooleanField(_("nhận thư điện tử"), default=True)
    wants_sms = models.BooleanField(_("nhận tin nhắn"), default=True)

    class Meta:
        verbose_name = _("cách nhận thông báo")
        verbose_name_plural = _("cách nhận thông báo")

    def __str__(self) -> str:
        return f"{self.account}: {self.language}"
