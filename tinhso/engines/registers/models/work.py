"""Work on records: requests for change that a second person decides, pairs that may be one thing."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.registers.models.definitions import Register
from tinhso.engines.registers.models.records import Record
from tinhso.foundation.text.fields import VietnameseCharField


class ChangeRequest(models.Model):
    """A wanted change of a record, with its paper; carried out only when another person approves it."""

    class Kind(models.TextChoices):
        CREATE = "create", _("lập bản ghi mới")
        CORRECT = "correct", _("sửa bản ghi")
        CLOSE = "close", _("đóng bản ghi")

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ duyệt")
        APPROVED = "approved", _("đã duyệt")
        REFUSED = "refused", _("không duyệt")
        WITHDRAWN = "withdrawn", _("đã rút")

    register = models.ForeignKey(Register, models.PROTECT, related_name="requests")
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="requests")
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    # Only the fields to be changed; null takes a value away. `seen_number`: the version the asker looked at.
    wanted = models.JSONField(_("nội dung đề nghị"), default=dict)
    seen_number = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(_("có hiệu lực từ"))
    reason = VietnameseCharField(_("lý do"), max_length=300)
    document = VietnameseCharField(_("căn cứ"), max_length=200)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_label = models.CharField(_("người đề nghị"), max_length=200)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_label = models.CharField(_("người quyết định"), max_length=200, blank=True)
    decision_note = VietnameseCharField(_("ý kiến"), max_length=300, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("yêu cầu thay đổi")
        verbose_name_plural = _("yêu cầu thay đổi")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by_id=None) | ~Q(decided_by_id=F("asked_by_id")),
                name="registers_second_pair_of_eyes",
            ),
            models.CheckConstraint(
                condition=Q(kind="create") | Q(record__isnull=False), name="registers_change_names_its_record"
            ),
        ]


class DuplicatePair(models.Model):
    """Two records that may be one thing. A person says which; what is said stays."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ xem")
        SAME = "same", _("là một")
        DIFFERENT = "different", _("khác nhau")

    register = models.ForeignKey(Register, models.PROTECT, related_name="duplicates")
    first = models.ForeignKey(Record, models.PROTECT, related_name="+")
    second = models.ForeignKey(Record, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("độ giống"))
    by = models.JSONField(_("giống ở"), default=dict)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.WAITING)
    found_at = models.DateTimeField(_("tìm thấy lúc"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_label = models.CharField(_("người quyết định"), max_length=200, blank=True)
    note = VietnameseCharField(_("ý kiến"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("cặp nghi trùng")
        verbose_name_plural = _("cặp nghi trùng")
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="registers_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="registers_pair_in_order"),
        ]
