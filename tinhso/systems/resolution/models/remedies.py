"""Remedial work on a miss: given, accepted, done with evidence, confirmed; its steps are never changed."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.resolution import permissions, rules
from tinhso.systems.resolution.rules import Remedy, Step


class RemedialQuerySet(models.QuerySet["RemedialTask"]):
    """Reads by who may, and by the calendar."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Whoever gave it, whoever must do it, and those above both."""
        if actor.kind == "anonymous":
            return self.none()
        seen = access.scope(actor, permissions.VIEW, "by_unit") | access.scope(actor, permissions.VIEW, "assignee_unit")
        mine = Q(assignee_id=actor.account_id) if actor.account_id else Q(pk__in=[])
        free = Q(assignee=None) & access.scope(actor, permissions.DO, "assignee_unit")
        return self.filter(seen | mine | free)

    def open(self) -> Self:
        return self.filter(state__in=[state.value for state in sorted(rules.OPEN)])

    def late(self) -> Self:
        """Unfinished and past the deadline, now."""
        return self.open().filter(due_at__lt=timezone.now())


class RemedialTask(models.Model):
    """What must be mended, by whom, by when."""

    target = models.ForeignKey(
        "indicators.Target", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chỉ tiêu")
    )
    task = models.ForeignKey(
        "resolution.ResolutionTask", models.PROTECT, null=True, blank=True, related_name="remedies",
        verbose_name=_("nhiệm vụ Nghị quyết"),
    )  # fmt: skip
    explanation = models.ForeignKey(
        "resolution.Explanation", models.PROTECT, null=True, blank=True, related_name="remedies",
        verbose_name=_("giải trình"),
    )  # fmt: skip
    title = VietnameseCharField(_("việc phải làm"), max_length=200)
    words = models.TextField(_("yêu cầu"), blank=True)
    by_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị giao"))
    assignee_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị nhận"))
    assignee = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người nhận")
    )
    due_on = models.DateField(_("hạn"))
    # The close of work on the due day, or on the next working day of the assignee's office.
    due_at = models.DateTimeField(_("hạn tính theo lịch làm việc"))
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=[
            (Remedy.ASSIGNED.value, _("đã giao")),
            (Remedy.ACCEPTED.value, _("đang làm")),
            (Remedy.DONE.value, _("đã báo xong, chờ xác nhận")),
            (Remedy.CONFIRMED.value, _("đã xác nhận")),
            (Remedy.WITHDRAWN.value, _("đã thu hồi")),
        ],
        default=Remedy.ASSIGNED.value,
    )
    assigned_at = models.DateTimeField(_("giao lúc"))
    assigned_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người giao")
    )
    done_at = models.DateTimeField(_("báo xong lúc"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = RemedialQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc khắc phục")
        verbose_name_plural = _("việc khắc phục")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False) | Q(task__isnull=False), name="resolution_remedy_of_something"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "confirmed"]) | Q(done_at__isnull=False),
                name="resolution_finished_remedy_says_when",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("assigned_at")), name="resolution_due_after_given"),
        ]
        indexes = [
            # Reader: alarms, each hour.
            models.Index(
                fields=["due_at"], name="resolution_remedies_open", condition=Q(state__in=["accepted", "assigned"])
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def remedy(self) -> Remedy:
        return Remedy(self.state)

    @property
    def is_late(self) -> bool:
        return rules.is_late(self.remedy, self.due_at, self.done_at, timezone.now())

    @property
    def is_open(self) -> bool:
        return self.remedy in rules.OPEN


class RemedialStep(models.Model):
    """One step of remedial work: what, who, when, in which words."""

    remedy = models.ForeignKey(RemedialTask, models.PROTECT, related_name="steps", verbose_name=_("việc khắc phục"))
    step = models.CharField(
        _("bước"),
        max_length=10,
        choices=[
            (Step.ASSIGN.value, _("giao việc")),
            (Step.ACCEPT.value, _("nhận việc")),
            (Step.FINISH.value, _("báo hoàn thành")),
            (Step.GIVE_BACK.value, _("trả lại để làm tiếp")),
            (Step.CONFIRM.value, _("xác nhận hoàn thành")),
            (Step.EXTEND.value, _("lùi hạn")),
            (Step.WITHDRAW.value, _("thu hồi")),
        ],
    )
    words = models.TextField(_("nội dung"), blank=True)
    # Old and new deadline of an extension, whatever else a reader needs.
    details: Any = models.JSONField(_("chi tiết"), default=dict, blank=True)
    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người làm"))
    by_label = models.CharField(_("người làm"), max_length=200)

    class Meta:
        verbose_name = _("bước khắc phục")
        verbose_name_plural = _("bước khắc phục")
        ordering = ["at", "pk"]
