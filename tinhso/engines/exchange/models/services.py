"""Services that subsystems publish, and the contract of each as it was published, kept version by version."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.members import CODE, Subsystem
from tinhso.foundation.text.fields import VietnameseCharField


class ServiceKind(models.TextChoices):
    """How a service is spoken to."""

    REST = "rest", _("REST (OpenAPI)")
    SOAP = "soap", _("SOAP (WSDL)")


class ServiceQuerySet(models.QuerySet["Service"]):
    """Reads of services."""

    def living(self) -> Self:
        """Published, not ended, and neither its subsystem nor its member removed."""
        now = timezone.now()
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gt=now),
            valid_from__lte=now,
            subsystem__removed_at=None,
            subsystem__member__removed_at=None,
        )


class Service(models.Model):
    """A published service; `operations` is the compiled contract that the data plane reads.

    Each operation: {"id", "method", "path" (template, "/persons/{id}"), "summary", "fields" (dotted names of the
    answer, "items[].name"), "answer" (JSON Schema of the 2xx answer, or null), "takes" (parameters)}. For SOAP the
    method is POST, the path "/", "action" holds the SOAPAction and "element" the body's element, {namespace}name.
    """

    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="services", verbose_name=_("hệ thống"))
    code = models.CharField(_("mã dịch vụ"), max_length=64)
    # "" or "v1": the last part of a SOAP service's identifier.
    version = models.CharField(_("phiên bản"), max_length=16, blank=True)
    title = VietnameseCharField(_("tên dịch vụ"), max_length=200)
    notes = models.TextField(_("mô tả"), blank=True)
    kind = models.CharField(_("giao thức"), max_length=4, choices=ServiceKind)
    # Where the provider listens; "connector:<name>" is served by a connector of ours (CONNECTOR_URL).
    base_url = models.CharField(_("địa chỉ phía cung cấp"), max_length=500)
    operations = models.JSONField(_("các thao tác"), default=list)
    response_objective_ms = models.PositiveIntegerField(_("mục tiêu thời gian trả lời (ms)"), default=1000)
    timeout_ms = models.PositiveIntegerField(_("chờ tối đa (ms)"), default=10000)
    cache_seconds = models.PositiveIntegerField(_("được nhớ trong (giây)"), default=0)
    demands_purpose = models.BooleanField(_("mỗi lần gọi phải nêu mục đích"), default=False)
    demands_dossier = models.BooleanField(_("mỗi lần gọi phải nêu mã hồ sơ"), default=False)
    checks_answers = models.BooleanField(_("đối chiếu câu trả lời với hợp đồng"), default=True)
    valid_from = models.DateTimeField(_("có hiệu lực từ"), default=timezone.now)
    valid_to = models.DateTimeField(_("hết hiệu lực"), null=True, blank=True)
    ended_reason = models.TextField(_("lý do kết thúc"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("dịch vụ dữ liệu")
        verbose_name_plural = _("dịch vụ dữ liệu")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subsystem", "code", "version"], name="exchange_service_key"),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="exchange_service_code_has_its_form"),
            models.CheckConstraint(
                condition=Q(timeout_ms__gte=100, timeout_ms__lte=120_000), name="exchange_service_timeout_is_bounded"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="exchange_service_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | ~Q(ended_reason=""), name="exchange_service_end_says_why"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def identifier(self) -> str:
        """instance/class/member/subsystem/service[/version]"""
        whole = f"{self.subsystem.identifier}/{self.code}"
        return f"{whole}/{self.version}" if self.version else whole


class ContractFormat(models.TextChoices):
    """What the description was written in."""

    OPENAPI = "openapi", "OpenAPI"
    WSDL = "wsdl", "WSDL"


class Contract(models.Model):
    """The description as its owner published it; never changed, a new one gets the next number."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="contracts", verbose_name=_("dịch vụ"))
    number = models.PositiveSmallIntegerField(_("lần"))
    format = models.CharField(_("dạng"), max_length=8, choices=ContractFormat)
    text = models.TextField(_("nội dung"))
    sha256 = models.CharField(_("dấu SHA-256"), max_length=64)
    operations = models.JSONField(_("các thao tác"), default=list)
    # What the check found that does not forbid publication, in words.
    remarks = models.JSONField(_("lưu ý"), default=list)
    # What a client of the former contract would miss: fields or operations that are no longer there.
    breaks = models.JSONField(_("thay đổi phá vỡ"), default=list)
    published_at = models.DateTimeField(_("công bố lúc"), auto_now_add=True)
    published_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người công bố")
    )

    class Meta:
        verbose_name = _("bản mô tả dịch vụ")
        verbose_name_plural = _("bản mô tả dịch vụ")
        ordering = ["service", "-number"]
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="exchange_contract_number")]

    def __str__(self) -> str:
        return f"{self.service} #{self.number}"
