"""What comes between filing and result: more asked for, an apology with a new day, an end without a result."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.models.dossiers import Dossier, FeeState, StageName
from tinhso.systems.procedures.models.versions import Channel, SupplementPolicy


class Supplement(models.Model):
    """One request to add or correct papers (form 02) and its answer."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplement_requests")
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=StageName, default=StageName.SETTLEMENT)
    number = models.PositiveSmallIntegerField(_("lần"), default=1)
    items = models.TextField(_("giấy tờ, nội dung cần bổ sung"))
    reason = models.TextField(_("lý do"))
    # Asked after the days allowed, or once more: who asks names the rule that lets it be.
    is_late = models.BooleanField(_("yêu cầu sau hạn trả lại hồ sơ"), default=False)
    basis = models.TextField(_("căn cứ để yêu cầu muộn hoặc thêm lần"), blank=True)
    policy = models.CharField(_("đồng hồ"), max_length=8, choices=SupplementPolicy, default=SupplementPolicy.RESTART)
    # Answers the citizen has changed but not sent yet; what is sent goes into the dossier.
    changes = models.JSONField(_("nội dung sửa"), default=dict)
    due_before = models.DateTimeField(_("hẹn trả trước khi yêu cầu"), null=True, blank=True)
    due_after = models.DateTimeField(_("hẹn trả sau khi bổ sung"), null=True, blank=True)
    answered_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)

    class Meta:
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at=None), name="procedures_one_open_supplement"
            ),
            # The desk may ask for changes once (118/2025 art. 11): not even two officers at once get a second in.
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(stage=StageName.RECEPTION),
                name="procedures_one_supplement_at_reception",
            ),
        ]


class Apology(models.Model):
    """Form 04: an apology with its reason and a new date, proposed by the office, sent by the head, once."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="apologies", verbose_name=_("hồ sơ"))
    reason = models.TextField(_("lý do"))
    old_due_at = models.DateTimeField(_("hẹn trả trước"))
    new_due_at = models.DateTimeField(_("hẹn trả mới"))
    proposed_at = models.DateTimeField(_("đề nghị lúc"))
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(_("không đồng ý lúc"), null=True, blank=True)
    declined_reason = models.TextField(_("lý do không đồng ý"), blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    sent_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    # Sent less than one day before the limit (61/2018 art. 19.9): it stands, and the lateness is on record.
    is_late = models.BooleanField(_("xin lỗi muộn"), default=False)
    number = models.PositiveIntegerField(_("số"), null=True, blank=True)
    number_text = models.CharField(_("số và ký hiệu"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("xin lỗi và hẹn lại")
        verbose_name_plural = _("xin lỗi và hẹn lại")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(sent_at__isnull=False), name="procedures_one_apology_sent"
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(sent_at=None, declined_at=None),
                name="procedures_one_apology_waiting",
            ),
            models.CheckConstraint(
                condition=Q(new_due_at__gt=models.F("old_due_at")), name="procedures_new_date_is_later"
            ),
        ]


class Ending(models.Model):
    """How a dossier ended without a result: refused (form 03), withdrawn, or stopped at the person's request (05)."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("từ chối")
        WITHDRAWN = "withdrawn", _("rút hồ sơ")
        STOPPED = "stopped", _("dừng giải quyết")

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="ending", verbose_name=_("hồ sơ"))
    kind = models.CharField(_("cách kết thúc"), max_length=9, choices=Kind)
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=StageName)
    reason = models.TextField(_("lý do"))
    guidance = models.TextField(_("hướng dẫn tiếp theo"), blank=True)
    asked_by = VietnameseCharField(_("người yêu cầu dừng"), max_length=120, blank=True)
    asked_way = models.CharField(_("cách yêu cầu"), max_length=8, choices=Channel, blank=True)
    state_before = models.CharField(_("trạng thái trước đó"), max_length=12)
    fee_state_before = models.CharField(_("tài chính lúc ấy"), max_length=8, choices=FeeState)
    is_late = models.BooleanField(_("sau hạn giải quyết"), default=False)
    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người làm"))

    class Meta:
        verbose_name = _("kết thúc không có kết quả")
        verbose_name_plural = _("kết thúc không có kết quả")
