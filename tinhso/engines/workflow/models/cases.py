"""A case on its way: its branches and each step taken."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.workflow.models.processes import ProcessDefinition
from tinhso.foundation.access import guard as access

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit


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
    # The legal due time as it was when the act locked the row. No column.
    due_before: datetime | None = None

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
    # When the timer next speaks of this step; empty once it has spoken, or when there is nothing to say.
    remind_at = models.DateTimeField(_("nhắc lúc"), null=True, blank=True)
    escalate_at = models.DateTimeField(_("báo lên lúc"), null=True, blank=True)
    # When the timers of the legal due time itself speak: a while before it, and at it.
    legal_remind_at = models.DateTimeField(_("nhắc hạn theo luật lúc"), null=True, blank=True)
    legal_alarm_at = models.DateTimeField(_("báo hết hạn theo luật lúc"), null=True, blank=True)
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
            # Reader: timers.ring.
            models.Index(
                fields=["remind_at"],
                name="workflow_case_to_remind",
                condition=Q(remind_at__isnull=False, paused_at=None),
            ),
            models.Index(
                fields=["escalate_at"],
                name="workflow_case_to_escalate",
                condition=Q(escalate_at__isnull=False, paused_at=None),
            ),
            models.Index(
                fields=["legal_remind_at"],
                name="workflow_case_legal_soon",
                condition=Q(legal_remind_at__isnull=False, paused_at=None),
            ),
            models.Index(
                fields=["legal_alarm_at"],
                name="workflow_case_legal_due",
                condition=Q(legal_alarm_at__isnull=False, paused_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.step}"


class TokenState(models.TextChoices):
    """What became of a branch: open here, split further, arrived at its join, closed without arriving."""

    OPEN = "open", _("đang xử lý")
    FORKED = "forked", _("đang chia nhánh")
    ARRIVED = "arrived", _("đã xong")
    CLOSED = "closed", _("đã đóng")


class TokenQuerySet(models.QuerySet["Token"]):
    """Reads of branches."""

    def open(self) -> Self:
        return self.filter(state=TokenState.OPEN)

    def living(self) -> Self:
        """Branches that still hold their fork: open here or split further."""
        return self.filter(state__in=[TokenState.OPEN, TokenState.FORKED])


class Token(models.Model):
    """One branch of a case whose step is a fork: its own step, unit, holder and limit.

    A case that is not split has none: its own columns say where it stands, so ordinary moves pay nothing for this.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="tokens", verbose_name=_("quá trình"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("nhánh mẹ")
    )
    # Which split opened it: the fork's step, and the case's version then (a fork may be entered again after a return).
    fork = models.CharField(_("bước chia nhánh"), max_length=60)
    round = models.PositiveIntegerField(_("lần chia"))
    branch = models.CharField(_("bước đầu của nhánh"), max_length=60)
    is_optional = models.BooleanField(_("không bắt buộc chờ"), default=False)
    step = models.CharField(_("bước"), max_length=60)
    step_permission = models.CharField(_("quyền để làm bước này"), max_length=80, blank=True)
    holder_unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị đang giữ"))
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người đang giữ")
    )
    state = models.CharField(_("trạng thái"), max_length=8, choices=TokenState, default=TokenState.OPEN)
    opened_at = models.DateTimeField(_("mở lúc"))
    entered_at = models.DateTimeField(_("vào bước lúc"))
    step_due_at = models.DateTimeField(_("hạn của bước"), null=True, blank=True)
    remind_at = models.DateTimeField(_("nhắc lúc"), null=True, blank=True)
    escalate_at = models.DateTimeField(_("báo lên lúc"), null=True, blank=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    version = models.PositiveIntegerField(_("lần đổi"), default=1)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhánh xử lý")
        verbose_name_plural = _("nhánh xử lý")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "branch"], name="workflow_one_token_per_branch"),
            models.CheckConstraint(
                condition=Q(state__in=["arrived", "closed"], closed_at__isnull=False)
                | Q(state__in=["open", "forked"], closed_at=None),
                name="workflow_token_closed_has_its_time",
            ),
        ]
        indexes = [
            # Readers: selectors.token_queue, selectors.cases_at (open branches of a unit by limit).
            models.Index(
                F("holder_unit"),
                F("step_due_at").asc(nulls_last=True),
                F("id"),
                name="workflow_tokens_of_unit",
                condition=Q(state="open"),
            ),
            models.Index(fields=["holder"], name="workflow_tokens_of_person", condition=Q(state="open")),
            # Reader: timers.ring.
            models.Index(
                fields=["remind_at"],
                name="workflow_token_to_remind",
                condition=Q(remind_at__isnull=False, state="open"),
            ),
            models.Index(
                fields=["escalate_at"],
                name="workflow_token_to_escalate",
                condition=Q(escalate_at__isnull=False, state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.branch}: {self.step}"


class CaseStep(models.Model):
    """One line of the log: a start, a move, an assignment, a pause, a resumption. The database refuses changes."""

    class Kind(models.TextChoices):
        START = "start", _("mở")
        MOVE = "move", _("chuyển bước")
        ASSIGN = "assign", _("giao việc")
        PAUSE = "pause", _("tạm dừng")
        RESUME = "resume", _("tiếp tục")
        FORK = "fork", _("mở nhánh")
        JOIN = "join", _("các nhánh đã xong")
        CLOSE = "close", _("đóng nhánh")
        RELEASE = "release", _("trả việc về đơn vị")
        UNDO = "undo", _("hoàn tác")

    case = models.ForeignKey(Case, models.PROTECT, related_name="log", verbose_name=_("quá trình"))
    # The case's version after this line: two lines cannot claim the same one.
    version = models.PositiveIntegerField(_("lần đổi"))
    # No index of their own on these: the log is read by case, and grows by ten lines a dossier.
    token = models.ForeignKey(
        Token, models.PROTECT, null=True, blank=True, db_index=False, related_name="log", verbose_name=_("nhánh")
    )
    # The line that this one takes back. Both stay.
    undoes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="undone_by",
        verbose_name=_("hoàn tác dòng"),
    )
    kind = models.CharField(_("việc"), max_length=8, choices=Kind)
    from_step = models.CharField(_("từ bước"), max_length=60, blank=True)
    to_step = models.CharField(_("đến bước"), max_length=60)
    transition = models.CharField(_("lối chuyển"), max_length=60, blank=True)
    from_unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("từ đơn vị")
    )
    to_unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, db_index=False, related_name="+", verbose_name=_("đến đơn vị")
    )
    holder = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("giao cho")
    )
    actor = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("người làm")
    )
    actor_label = models.CharField(_("tên người làm"), max_length=200)
    on_behalf_of = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("thay mặt")
    )
    at = models.DateTimeField(_("lúc"))
    # The stay that this line ends: since when, and its own limit (form 06 compares the two).
    entered_at = models.DateTimeField(_("vào bước lúc"), null=True)
    step_due_at = models.DateTimeField(_("hạn của bước"), null=True)
    # The case's clock after this line.
    clock_started_at = models.DateTimeField(_("bắt đầu tính hạn lúc"), null=True)
    due_at = models.DateTimeField(_("hạn theo luật"), null=True)
    note = models.TextField(_("ý kiến"), blank=True)

    class Meta:
        verbose_name = _("bước đã qua")
        verbose_name_plural = _("các bước đã qua")
        ordering = ["case", "version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="workflow_one_line_per_version"),
            models.UniqueConstraint(fields=["undoes"], condition=Q(undoes__isnull=False), name="workflow_undone_once"),
        ]

    @property
    def was_late(self) -> bool:
        """The stay it ends took longer than its limit."""
        return self.step_due_at is not None and self.at > self.step_due_at
