"""Alarms of deadlines, each rung once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.engines.workflow.models.cases import Case, Token
from tinhso.engines.workflow.models.opinions import Opinion


class Alarm(models.Model):
    """A timer that spoke: a reminder, or a delay told to the head. The database keeps one of each."""

    class Kind(models.TextChoices):
        STEP_SOON = "step_soon", _("bước sắp đến hạn")
        STEP_LATE = "step_late", _("bước quá hạn")
        OPINION_SOON = "opinion_soon", _("ý kiến sắp đến hạn trả lời")
        OPINION_LATE = "opinion_late", _("ý kiến chậm trả lời")
        LEGAL_SOON = "legal_soon", _("sắp hết hạn theo luật")
        LEGAL_DUE = "legal_due", _("hết hạn theo luật")

    case = models.ForeignKey(Case, models.PROTECT, related_name="alarms", verbose_name=_("quá trình"))
    token = models.ForeignKey(Token, models.PROTECT, null=True, blank=True, db_index=False, related_name="alarms")
    opinion = models.ForeignKey(Opinion, models.PROTECT, null=True, blank=True, db_index=False, related_name="alarms")
    kind = models.CharField(_("báo về"), max_length=12, choices=Kind)
    step = models.CharField(_("bước"), max_length=60)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, db_index=False, related_name="+", verbose_name=_("đơn vị"))
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("người đang giữ")
    )
    entered_at = models.DateTimeField(_("bắt đầu tính từ"))
    due_at = models.DateTimeField(_("hạn"))
    rang_at = models.DateTimeField(_("báo lúc"))

    class Meta:
        verbose_name = _("lần nhắc việc")
        verbose_name_plural = _("các lần nhắc việc")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "token", "opinion", "kind", "entered_at", "due_at"],
                nulls_distinct=False,
                name="workflow_one_alarm_of_a_kind",
            )
        ]
