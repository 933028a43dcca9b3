"""Procedure versions being written: everything a version is made of, kept as it is edited until it is published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField


class ProposalState(models.TextChoices):
    """From writing to publication; a dropped proposal stays on record."""

    WRITING = "writing", _("đang soạn")
    PUBLISHED = "published", _("đã ban hành")
    DROPPED = "dropped", _("đã bỏ")


class Proposal(models.Model):
    """One version of a procedure on the way to publication. What it holds is a version's facts, form and process."""

    code = models.CharField(_("mã thủ tục"), max_length=30)
    title = VietnameseCharField(_("tên dễ hiểu"), max_length=200)
    based_on = models.ForeignKey(
        "procedures.ProcedureVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("soạn từ phiên bản"),
    )
    # Facts by their column in ProcedureVersion; `schema` and `ui` of the form; `process`, a workflow definition.
    content = models.JSONField(_("nội dung"), default=dict)
    valid_from = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=ProposalState, default=ProposalState.WRITING)
    drop_reason = models.TextField(_("lý do bỏ"), blank=True)
    published = models.OneToOneField(
        "procedures.ProcedureVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("phiên bản đã ban hành"),
    )
    # What the last dry run found, and the lock_version it was run on.
    trial = models.JSONField(_("kết quả chạy thử"), null=True, blank=True)
    created_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("bắt đầu soạn lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)
    lock_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("bản soạn thủ tục")
        verbose_name_plural = _("bản soạn thủ tục")
        constraints = [
            # Two proposals for one code would overwrite each other on publication.
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="writing"), name="procedures_authoring_one_in_writing"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published__isnull=False),
                name="procedures_authoring_published_has_its_version",
            ),
        ]
        indexes = [models.Index(fields=["state", "-updated_at"], name="procedures_authoring_recent")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.WRITING

    def fact(self, name: str, default: Any = "") -> Any:
        """One fact of the content, or `default` while it is not written."""
        return self.content.get(name, default)
