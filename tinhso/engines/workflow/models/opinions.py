"""What one office asks of another, with a clock of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.workflow.models.cases import Case, Token
from tinhso.foundation.text.fields import VietnameseCharField


class OpinionState(models.TextChoices):
    """What became of a question to another office."""

    ASKED = "asked", _("đang chờ trả lời")
    ANSWERED = "answered", _("đã trả lời")
    UNANSWERED = "unanswered", _("không trả lời trong hạn")
    WITHDRAWN = "withdrawn", _("đã rút câu hỏi")


class Verdict(models.TextChoices):
    """The sense of an answer."""

    AGREE = "agree", _("thống nhất")
    CONDITIONS = "conditions", _("thống nhất, kèm điều kiện")
    DISAGREE = "disagree", _("không thống nhất")
    OTHER = "other", _("ý kiến khác")


class OpinionQuerySet(models.QuerySet["Opinion"]):
    """Reads of opinions."""

    def waiting(self) -> Self:
        return self.filter(state=OpinionState.ASKED)

    def late_at(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lt=now)


class Opinion(models.Model):
    """A written question to another office, with its own clock, and the answer (Decree 61/2018 art. 19.5).

    The database refuses a change of the question or of an answer given.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions", verbose_name=_("quá trình"))
    token = models.ForeignKey(
        Token, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("nhánh")
    )
    # Offices asked in one act share it (electronic: to all at once, art. 19.6.b).
    batch = models.PositiveIntegerField(_("đợt hỏi"))
    step = models.CharField(_("bước khi hỏi"), max_length=60)
    asking_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị hỏi"))
    asked_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người hỏi")
    )
    asked_by_label = models.CharField(_("tên người hỏi"), max_length=200)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị được hỏi"))
    question = models.TextField(_("nội dung lấy ý kiến"))
    document = VietnameseCharField(_("văn bản gửi kèm (số, ngày)"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("hỏi lúc"))
    due_at = models.DateTimeField(_("hạn trả lời"))
    remind_at = models.DateTimeField(_("nhắc lúc"), null=True, blank=True)
    escalate_at = models.DateTimeField(_("báo chậm lúc"), null=True, blank=True)
    # When the head of the desk was told that the reply is late (art. 19.5.b).
    late_reported_at = models.DateTimeField(_("đã báo chậm lúc"), null=True, blank=True)
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người chuẩn bị")
    )
    state = models.CharField(_("trạng thái"), max_length=10, choices=OpinionState, default=OpinionState.ASKED)
    verdict = models.CharField(_("ý kiến"), max_length=10, choices=Verdict, blank=True)
    answer = models.TextField(_("nội dung trả lời"), blank=True)
    answer_document = VietnameseCharField(_("văn bản trả lời (số, ngày)"), max_length=200, blank=True)
    answer_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tệp trả lời")
    )
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người trả lời")
    )
    answered_by_label = models.CharField(_("tên người trả lời"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("thôi chờ lúc"), null=True, blank=True)
    closed_reason = models.TextField(_("lý do thôi chờ"), blank=True)
    version = models.PositiveIntegerField(_("lần đổi"), default=1)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ý kiến phối hợp")
        verbose_name_plural = _("ý kiến phối hợp")
        ordering = ["case", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", verdict="") & ~Q(state="answered")
                | Q(state="answered", answered_at__isnull=False) & ~Q(verdict=""),
                name="workflow_answered_opinion_is_whole",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="workflow_opinion_has_a_question"),
            models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="workflow_opinion_due_after_asked"),
            models.UniqueConstraint(
                fields=["case", "unit"], condition=Q(state="asked"), name="workflow_one_open_opinion_per_unit"
            ),
        ]
        indexes = [
            # Readers: selectors.opinions_for (an office's questions to answer), timers.ring.
            models.Index(fields=["unit", "due_at", "id"], name="workflow_opinions_of_unit", condition=Q(state="asked")),
            models.Index(
                fields=["remind_at"],
                name="workflow_opinion_to_remind",
                condition=Q(remind_at__isnull=False, state="asked"),
            ),
            models.Index(
                fields=["escalate_at"],
                name="workflow_opinion_late",
                condition=Q(escalate_at__isnull=False, state__in=["asked", "unanswered"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.unit_id}"

    @property
    def was_late(self) -> bool:
        """The answer came after its deadline."""
        return self.answered_at is not None and self.answered_at > self.due_at

    def is_late_at(self, now: datetime) -> bool:
        """No answer by the deadline, or one that came after it."""
        return (self.answered_at or now) > self.due_at and self.state != OpinionState.WITHDRAWN
