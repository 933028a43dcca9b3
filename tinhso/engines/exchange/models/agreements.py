"""Agreements: who may call which operations of a service, for what, on which legal ground, and sees which fields."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange import permissions
from tinhso.engines.exchange.guarding import reaches_all
from tinhso.engines.exchange.models.members import Subsystem
from tinhso.engines.exchange.models.services import Service
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField


class AgreementState(models.TextChoices):
    """Where an agreement stands. Only `granted` lets calls through, and only within its term."""

    ASKED = "asked", _("đang chờ chủ dịch vụ")
    GRANTED = "granted", _("đã cho phép")
    REFUSED = "refused", _("bị từ chối")
    REMOVED = "removed", _("đã gỡ")


OPEN = (AgreementState.ASKED, AgreementState.GRANTED)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Reads of agreements by side and day."""

    def in_force(self, day: date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(Q(term_to=None) | Q(term_to__gt=day), state="granted", term_from__lte=day)

    def visible_to(self, actor: access.Actor) -> Self:
        """Either side sees it: the asking unit and the owner's; who sees the whole province sees all."""
        wanted = access.scope(actor, permissions.VIEW, "client__member__unit")
        wanted |= access.scope(actor, permissions.VIEW, "service__subsystem__member__unit")
        if reaches_all(actor, permissions.VIEW):
            wanted |= Q(client__member__unit=None) | Q(service__subsystem__member__unit=None)
        return self.filter(wanted)

    def of_owner(self, actor: access.Actor, code: str) -> Self:
        """Those that the actor decides on for the service's owner."""
        wanted = access.scope(actor, code, "service__subsystem__member__unit")
        if reaches_all(actor, code):
            wanted |= Q(service__subsystem__member__unit=None)
        return self.filter(wanted)


class Agreement(models.Model):
    """What was asked and what was answered, in writing. The asked part never changes after it was sent."""

    client = models.ForeignKey(Subsystem, models.PROTECT, related_name="agreements", verbose_name=_("bên gọi"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="agreements", verbose_name=_("dịch vụ"))
    purpose = VietnameseCharField(_("mục đích"), max_length=500)
    legal_basis = VietnameseCharField(_("căn cứ pháp lý"), max_length=500)
    term_from = models.DateField(_("dùng từ ngày"))
    # Exclusive, as everywhere; null: until removed.
    term_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    rate_per_minute = models.PositiveIntegerField(_("số lần gọi mỗi phút"), default=60)
    asked_fields = models.JSONField(_("trường xin dùng"), default=list)
    # "GET /persons/{id}": method and path template of the contract.
    asked_operations = models.JSONField(_("thao tác xin dùng"), default=list)
    granted_fields = models.JSONField(_("trường được dùng"), default=list)
    granted_operations = models.JSONField(_("thao tác được dùng"), default=list)
    # [{"field": "income", "reason": "…"}]: every asked field that is not granted has its reason.
    refused_fields = models.JSONField(_("trường không được dùng"), default=list)
    demands_purpose = models.BooleanField(_("mỗi lần gọi phải nêu mục đích"), default=False)
    demands_dossier = models.BooleanField(_("mỗi lần gọi phải nêu mã hồ sơ"), default=False)
    state = models.CharField(_("trạng thái"), max_length=8, choices=AgreementState, default=AgreementState.ASKED)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("đề nghị lúc"), auto_now_add=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decision_note = models.TextField(_("ý kiến của chủ dịch vụ"), blank=True)
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    removed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = models.TextField(_("lý do gỡ"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("thoả thuận dùng dịch vụ")
        verbose_name_plural = _("thoả thuận dùng dịch vụ")
        ordering = ["-id"]
        constraints = [
            # Two requests at once: the second finds the first.
            models.UniqueConstraint(
                fields=["client", "service"],
                condition=Q(state__in=["asked", "granted"]),
                name="exchange_one_open_agreement",
            ),
            models.CheckConstraint(
                condition=Q(term_to=None) | Q(term_to__gt=F("term_from")), name="exchange_agreement_term"
            ),
            models.CheckConstraint(
                condition=Q(rate_per_minute__gte=1, rate_per_minute__lte=600_000), name="exchange_agreement_rate"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False) | Q(state="removed"),
                name="exchange_decision_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_note=""), name="exchange_refusal_is_written"
            ),
            models.CheckConstraint(
                condition=~Q(state="removed") | Q(removed_at__isnull=False) & ~Q(removed_reason=""),
                name="exchange_removal_is_written",
            ),
        ]
        indexes = [models.Index(fields=["service", "state"], name="exchange_agreement_of_service")]

    def __str__(self) -> str:
        return f"{self.client} → {self.service}"
