"""A report as one unit makes it: its versions, its course, what was asked of it, what was uploaded into it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.systems.reporting.models.duties import Duty
from tinhso.systems.reporting.rules.states import State

STATES = [
    (State.DRAFT.value, _("đang nhập")),
    (State.SUBMITTED.value, _("chờ lãnh đạo duyệt")),
    (State.SIGNED.value, _("đã gửi, chờ cơ quan nhận duyệt")),
    (State.APPROVED.value, _("đã duyệt")),
    (State.RETURNED.value, _("bị trả lại, cần sửa")),
]


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Reads of submissions by right."""

    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(duty__in=Duty.objects.all().visible_to(actor).values("pk"))

    def newest(self) -> Self:
        """Of each duty its latest version."""
        return self.filter(corrected_by=None)


class Submission(models.Model):
    """One version of a report. Version 1 is the report; each correction is a new version with its reason."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="submissions", verbose_name=_("báo cáo phải gửi"))
    number = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("đính chính cho")
    )
    reason = models.TextField(_("lý do đính chính"), blank=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=STATES, default=State.DRAFT.value)
    # What the unit says to a warning, by the check's key.
    explanations = models.JSONField(_("giải trình"), default=dict, blank=True)
    begun_at = models.DateTimeField(_("bắt đầu lúc"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("trình lúc"), null=True, blank=True)
    submitted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("lãnh đạo duyệt lúc"), null=True, blank=True)
    signed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("báo cáo đã ký")
    )
    approved_at = models.DateTimeField(_("cơ quan nhận duyệt lúc"), null=True, blank=True)
    approved_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    lock_version = models.PositiveIntegerField(default=0)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        constraints = [
            models.UniqueConstraint(fields=["duty", "number"], name="reporting_one_submission_number"),
            models.CheckConstraint(
                condition=Q(number=1, corrects=None) | (Q(number__gt=1, corrects__isnull=False) & ~Q(reason="")),
                name="reporting_correction_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(signed_at__isnull=False, approved_at__isnull=False),
                name="reporting_approved_was_signed",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="reporting_by_state")]

    def __str__(self) -> str:
        return f"{self.duty} · {self.number}"

    @property
    def is_correction(self) -> bool:
        return self.number > 1


class Step(models.Model):
    """One thing that happened to a report, in the words that its page shows."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps", verbose_name=_("báo cáo"))
    act = models.CharField(_("việc"), max_length=20)
    at = models.DateTimeField(_("lúc"))
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    label = models.CharField(_("người làm"), max_length=200, blank=True)
    note = models.TextField(_("nội dung"), blank=True)

    class Meta:
        verbose_name = _("diễn biến báo cáo")
        verbose_name_plural = _("diễn biến báo cáo")
        ordering = ["at", "id"]


class CorrectionRequest(models.Model):
    """A wish to correct an approved report: the unit asks and the receiver agrees, or the receiver asks for it."""

    class Side(models.TextChoices):
        UNIT = "unit", _("đơn vị báo cáo xin đính chính")
        RECEIVER = "receiver", _("cơ quan nhận yêu cầu đính chính")

    class State(models.TextChoices):
        ASKED = "asked", _("chờ trả lời")
        AGREED = "agreed", _("đồng ý")
        REFUSED = "refused", _("không đồng ý")

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="correction_requests", verbose_name=_("báo cáo")
    )
    side = models.CharField(_("bên yêu cầu"), max_length=8, choices=Side)
    reason = models.TextField(_("lý do"))
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.TextField(_("nội dung trả lời"), blank=True)

    class Meta:
        verbose_name = _("yêu cầu đính chính")
        verbose_name_plural = _("yêu cầu đính chính")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(state="asked"), name="reporting_one_open_correction_request"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reporting_correction_request_says_why"),
        ]


class Upload(models.Model):
    """A workbook that was tried: what it would change, every bad cell, and whether it was taken over."""

    class State(models.TextChoices):
        TRIED = "tried", _("đã đọc thử")
        TAKEN = "taken", _("đã ghi vào báo cáo")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="uploads", verbose_name=_("báo cáo"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("tải lên lúc"))
    state = models.CharField(_("trạng thái"), max_length=5, choices=State, default=State.TRIED)
    # {"values": {code: {"text": …, "base": version}}, "faults": [...], "notes": [...]}
    found = models.JSONField(_("kết quả đọc"), default=dict)

    class Meta:
        verbose_name = _("tệp Excel tải lên")
        verbose_name_plural = _("tệp Excel tải lên")
        ordering = ["-id"]
