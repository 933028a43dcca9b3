"""How many questions a dossier's person was spared."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures.models import Dossier


class NotAsked(models.Model):
    """Fields of one filed form that stood filled in by the house and were left as they were."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="not_asked", verbose_name=_("hồ sơ"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan quyết định"))
    procedure = models.CharField(_("mã thủ tục"), max_length=40, db_index=True)
    filed_on = models.DateField(_("ngày nộp"))
    fields = models.PositiveIntegerField(_("số trường không phải khai lại"))
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("phần không phải khai lại")
        verbose_name_plural = _("phần không phải khai lại")
        ordering = ["-filed_on", "-id"]
