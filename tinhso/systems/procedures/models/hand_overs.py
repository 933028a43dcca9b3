"""Paper dossiers handed from a desk to an office on a signed list."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures.models.dossiers import Dossier


class HandOverList(models.Model):
    """The paper dossiers that a desk hands to one office in one go: printed, signed by both sides."""

    desk = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("bên giao"))
    office = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("bên nhận"))
    on = models.DateField(_("ngày"))
    number = models.PositiveSmallIntegerField(_("lần trong ngày"))
    made_at = models.DateTimeField(_("lập lúc"))
    made_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("bên nhận ký lúc"), null=True, blank=True)
    received_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("danh sách bàn giao")
        verbose_name_plural = _("danh sách bàn giao")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "office", "on", "number"], name="procedures_one_list_per_number_of_the_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}-{self.number}"


class HandOverItem(models.Model):
    """One dossier on a hand-over list. Not received with the list: sent back to the desk, with the reason."""

    list = models.ForeignKey(HandOverList, models.PROTECT, related_name="items", verbose_name=_("danh sách"))
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="hand_overs", verbose_name=_("hồ sơ"))
    due_at = models.DateTimeField(_("hạn bàn giao"))
    received_at = models.DateTimeField(_("nhận lúc"), null=True, blank=True)
    sent_back_at = models.DateTimeField(_("trả lại lúc"), null=True, blank=True)
    sent_back_reason = models.TextField(_("lý do trả lại"), blank=True)

    class Meta:
        verbose_name = _("hồ sơ trong danh sách bàn giao")
        verbose_name_plural = _("hồ sơ trong danh sách bàn giao")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(received_at=None, sent_back_at=None),
                name="procedures_on_one_open_list",
            )
        ]
