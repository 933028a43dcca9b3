"""Breaches of personal data: what happened, whom it touches, which notices are owed until when."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.privacy import permissions
from tinhso.foundation.text.fields import VietnameseCharField


class BreachQuerySet(models.QuerySet["Breach"]):
    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(access.scope(actor, permissions.BREACHES) | access.scope(actor, permissions.CHECK))


class Breach(models.Model):
    """One breach (Law 91/2025 art. 23; Decree 331/2026 art. 31)."""

    code = models.CharField(_("mã vụ việc"), max_length=30, unique=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi quản lý dữ liệu"))
    known_at = models.DateTimeField(_("biết lúc"))
    happened_at = models.DateTimeField(_("xảy ra lúc"), null=True, blank=True)
    title = VietnameseCharField(_("vụ việc"), max_length=200)
    scope = models.TextField(_("phạm vi, diễn biến"))
    categories = ArrayField(VietnameseCharField(max_length=200), verbose_name=_("loại dữ liệu bị ảnh hưởng"))
    people_count = models.PositiveIntegerField(_("số người bị ảnh hưởng (ước tính)"))
    cause = models.TextField(_("nguyên nhân (đến nay)"))
    consequences = models.TextField(_("hậu quả có thể có"), blank=True)
    is_serious = models.BooleanField(_("sự cố nghiêm trọng"), default=False)
    is_grave = models.BooleanField(_("ảnh hưởng đặc biệt nghiêm trọng đến an ninh hoặc dịch vụ"), default=False)
    measures = models.TextField(_("biện pháp đã làm"), blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    closed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("vi phạm dữ liệu cá nhân")
        verbose_name_plural = _("vi phạm dữ liệu cá nhân")
        ordering = ["-known_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(measures=""), name="privacy_closed_breach_has_measures"
            ),
            models.CheckConstraint(
                condition=Q(known_at__lte=models.F("recorded_at")), name="privacy_breach_is_known_before_it_is_recorded"
            ),
        ]

    def __str__(self) -> str:
        return str(self.code)


class BreachNotice(models.Model):
    """One notice owed: to the authority for personal data, or as an incident of a system."""

    class Kind(models.TextChoices):
        FIRST = "first", _("thông báo đầu về sự cố nghiêm trọng (Nghị định 331/2026, 24 giờ hoặc ngay)")
        AUTHORITY = "authority", _("thông báo vi phạm dữ liệu cá nhân (72 giờ)")
        REPORT = "report", _("báo cáo sự cố (Nghị định 331/2026, 72 giờ)")

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="notices", verbose_name=_("vụ việc"))
    kind = models.CharField(_("loại"), max_length=9, choices=Kind)
    receiver = VietnameseCharField(_("nơi nhận"), max_length=300)
    due_at = models.DateTimeField(_("hạn"))
    sent_at = models.DateTimeField(_("đã gửi lúc"), null=True, blank=True)
    reference = VietnameseCharField(_("số, ký hiệu văn bản"), max_length=100, blank=True)
    late_reason = models.TextField(_("lý do quá hạn"), blank=True)
    # As sent: the facts of that hour; later findings go into the next notice.
    content = models.JSONField(_("nội dung đã gửi"), default=dict, blank=True)
    sent_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("thông báo vi phạm")
        verbose_name_plural = _("thông báo vi phạm")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["breach", "kind"], name="privacy_one_notice_of_a_kind"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__lte=models.F("due_at")) | ~Q(late_reason=""),
                name="privacy_late_notice_says_why",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="privacy_notices_owed", condition=Q(sent_at=None))]

    @property
    def is_late(self) -> bool:
        return self.sent_at is not None and self.sent_at > self.due_at


class BreachPerson(models.Model):
    """Somebody touched by a breach, and when they were told."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="people")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    informed_at = models.DateTimeField(_("báo lúc"), null=True, blank=True)
    # True when the person has no account to be told through: somebody writes or calls.
    is_by_hand = models.BooleanField(_("báo bằng thư, điện thoại"), default=False)

    class Meta:
        verbose_name = _("người bị ảnh hưởng")
        verbose_name_plural = _("người bị ảnh hưởng")
        constraints = [models.UniqueConstraint(fields=["breach", "person"], name="privacy_touched_once")]
