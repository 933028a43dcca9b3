"""Processes as versioned data, the cases that run on them, and the log of every move."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit


class ProcessDefinition(models.Model):
    """One version of a process. Once published the database refuses any change; running cases keep theirs."""

    code = models.CharField(_("mã quy trình"), max_length=60)
    version = models.PositiveIntegerField(_("phiên bản"))
    title = VietnameseCharField(_("tên quy trình"), max_length=300)
    definition = models.JSONField(_("các bước và lối chuyển"))
    source = models.TextField(_("nguồn của quy trình"), blank=True)
    is_published = models.BooleanField(_("đã công bố"), default=False)
    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = _("quy trình")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="workflow_one_row_per_version"),
            models.CheckConstraint(
                condition=Q(is_published=False, published_at=None) | Q(is_published=True, published_at__isnull=False),
                name="workflow_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code}, {self.version})"


class CaseState(models.TextChoices):
    """Where the clock stands: running here, waiting for someone outside, paused by rule, ended."""

    RUNNING = "running", _("đang xử lý")
    WAITING = "waiting", _("chờ người dân")
    PAUSED = "paused", _("tạm dừng")
    ENDED = "ended", _("đã kết thúc")


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases by who must act and by legal time."""

    def open(self) -> Self:
        return self.exclude(state=CaseState.ENDED)

    def held_by(self, actor: access.Actor) -> Self:
        """Cases that name the actor as the one who acts."""
        return self.filter(holder_id=actor.account_id) if actor.account_id else self.none()

    def overdue_at(self, now: datetime) -> Self:
        return self.filter(state=CaseState.RUNNING, due_at__lt=now)


class Case(models.Model):
    """One run of a process for one subject. What screens sort and filter by stands in columns."""

    # The units named by the row, by id; services read them at one go when an act locks it. No column.
    known_units: dict[int, Unit]

    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, verbose_name=_("quy trình"))
    subject_type = models.CharField(_("loại bản ghi"), max_length=80)
    subject_id = models.CharField(_("mã bản ghi"), max_length=64)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan có thẩm quyền"))
    # The unit behind each place a step names, by name: {"desk": 12, "office": 15}. Fixed when the case starts.
    places = models.JSONField(_("nơi làm từng loại bước"), default=dict)
    step = models.CharField(_("bước"), max_length=60)
    step_permission = models.CharField(_("quyền để làm bước này"), max_length=80, blank=True)
    state = models.CharField(_("trạng thái"), max_length=8, choices=CaseState, default=CaseState.RUNNING)
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người đang giữ")
    )
    holder_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị đang giữ"))
    term_value = models.PositiveIntegerField(_("thời hạn theo luật"), null=True, blank=True)
    term_unit = models.CharField(_("đơn vị thời hạn"), max_length=12, blank=True)
    started_at = models.DateTimeField(_("mở lúc"))
    clock_started_at = models.DateTimeField(_("bắt đầu tính hạn lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hạn theo luật"), null=True, blank=True)
    entered_at = models.DateTimeField(_("vào bước lúc"))
    step_due_at = models.DateTimeField(_("hạn của bước"), null=True, blank=True)
    paused_at = models.DateTimeField(_("tạm dừng lúc"), null=True, blank=True)
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    version = models.PositiveIntegerField(_("lần đổi"), default=1)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("quá trình xử lý")
        verbose_name_plural = _("quá trình xử lý")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CaseState.ENDED, ended_at__isnull=False)
                | (~Q(state=CaseState.ENDED) & Q(ended_at=None)),
                name="workflow_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.PAUSED, paused_at__isnull=False)
                | (~Q(state=CaseState.PAUSED) & Q(paused_at=None)),
                name="workflow_paused_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=~Q(state="ended"),
                name="workflow_one_open_case_per_subject",
            ),
        ]
        indexes = [
            # Readers: selectors.queue and selectors.queue_counts (open work of a unit, of a person, by legal time).
            models.Index(
                F("holder_unit"),
                F("due_at").asc(nulls_last=True),
                F("id"),
                name="workflow_queue_of_unit",
                condition=~Q(state="ended"),
            ),
            models.Index(
                F("holder"),
                F("due_at").asc(nulls_last=True),
                F("id"),
                name="workflow_queue_of_person",
                condition=~Q(state="ended"),
            ),
            models.Index(fields=["subject_type", "subject_id"], name="workflow_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.step}"


class CaseStep(models.Model):
    """One line of the log: a start, a move, an assignment, a pause, a resumption. The database refuses changes."""

    class Kind(models.TextChoices):
        START = "start", _("mở")
        MOVE = "move", _("chuyển bước")
        ASSIGN = "assign", _("giao việc")
        PAUSE = "pause", _("tạm dừng")
        RESUME = "resume", _("tiếp tục")

    case = models.ForeignKey(Case, models.PROTECT, related_name="log", verbose_name=_("quá trình"))
    # The case's version after this line: two lines cannot claim the same one.
    version = models.PositiveIntegerField(_("lần đổi"))
    kind = models.CharField(_("việc"), max_length=8, choices=Kind)
    from_step = models.CharField(_("từ bước"), max_length=60, blank=True)
    to_step = models.CharField(_("đến bước"), max_length=60)
    transition = models.CharField(_("lối chuyển"), max_length=60, blank=True)
    from_unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("từ đơn vị"))
    to_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đến đơn vị"))
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("giao cho")
    )
    actor = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người làm")
    )
    actor_label = models.CharField(_("tên người làm"), max_length=200)
    on_behalf_of = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("thay mặt")
    )
    at = models.DateTimeField(_("lúc"))
    # The stay that this line ends: since when, and its own limit (form 06 compares the two).
    entered_at = models.DateTimeField(_("vào bước lúc"), null=True)
    step_due_at = models.DateTimeField(_("hạn của bước"), null=True)
    note = models.TextField(_("ý kiến"), blank=True)

    class Meta:
        verbose_name = _("bước đã qua")
        verbose_name_plural = _("các bước đã qua")
        ordering = ["case", "version"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="workflow_one_line_per_version")]

    @property
    def was_late(self) -> bool:
        """The stay it ends took longer than its limit."""
        return self.step_due_at is not None and self.at > self.step_due_at
