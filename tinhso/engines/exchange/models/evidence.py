"""Evidence of what passed: copied from the data plane's own segments, appended only, proved by Merkle roots."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.agreements import Agreement
from tinhso.engines.exchange.models.services import Service


class MerkleBatch(models.Model):
    """One Merkle root over consecutive receipts of a segment, and the RFC 3161 stamp on it (which may come later)."""

    segment = models.CharField(_("đoạn nhật ký"), max_length=80)
    first_position = models.PositiveBigIntegerField(_("từ vị trí"))
    count = models.PositiveIntegerField(_("số biên nhận"))
    root = models.BinaryField(_("gốc Merkle"), max_length=64)
    at = models.DateTimeField(_("lúc"))
    stamp = models.BinaryField(_("dấu thời gian RFC 3161"), null=True, blank=True)
    stamped_at = models.DateTimeField(_("đóng dấu lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lô biên nhận")
        verbose_name_plural = _("lô biên nhận")
        constraints = [models.UniqueConstraint(fields=["segment", "first_position"], name="exchange_batch_key")]
        indexes = [models.Index(fields=["id"], name="exchange_batch_unstamped", condition=Q(stamp=None))]

    def __str__(self) -> str:
        return f"{self.segment}@{self.first_position}"


class Message(models.Model):
    """One call through the exchange and its receipt. `segment` and `position` say where the plane wrote it first, so
    that copying it twice is impossible. `service` and `agreement` are null when the call was refused before either was
    known; they carry no database constraint, because evidence is never refused for the sake of its reference."""

    uid = models.UUIDField(_("mã thông điệp"))
    at = models.DateTimeField(_("lúc"))
    client_identifier = models.CharField(_("bên gọi"), max_length=260, blank=True)
    service_identifier = models.CharField(_("dịch vụ"), max_length=340, blank=True)
    service = models.ForeignKey(Service, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    agreement = models.ForeignKey(Agreement, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    method = models.CharField(max_length=8)
    # The operation of the contract ("GET /persons/{id}"), never the asked path: it may hold an identity number.
    operation = models.CharField(_("thao tác"), max_length=300, blank=True)
    status = models.PositiveSmallIntegerField(_("mã trả lời"))
    error_type = models.CharField(_("loại lỗi"), max_length=80, blank=True)
    duration_ms = models.FloatField(_("thời gian (ms)"))
    provider_ms = models.FloatField(_("phía cung cấp (ms)"), null=True, blank=True)
    request_bytes = models.PositiveBigIntegerField(default=0)
    answer_bytes = models.PositiveBigIntegerField(default=0)
    request_hash = models.CharField(max_length=128, blank=True)
    answer_hash = models.CharField(max_length=128, blank=True)
    purpose = models.CharField(_("mục đích"), max_length=500, blank=True)
    dossier = models.CharField(_("mã hồ sơ"), max_length=60, blank=True)
    # Where the answer broke its contract, in the validator's words; "" when it did not.
    breach = models.CharField(_("sai hợp đồng"), max_length=500, blank=True)
    is_cached = models.BooleanField(_("trả từ bộ nhớ"), default=False)
    receipt = models.BinaryField(_("biên nhận"))
    segment = models.CharField(max_length=80)
    position = models.PositiveBigIntegerField()
    batch = models.ForeignKey(
        MerkleBatch, models.DO_NOTHING, null=True, blank=True, related_name="messages", db_constraint=False
    )

    class Meta:
        verbose_name = _("thông điệp qua nền tảng")
        verbose_name_plural = _("thông điệp qua nền tảng")
        constraints = [models.UniqueConstraint(fields=["segment", "position"], name="exchange_message_place")]
        indexes = [
            # Readers: health of a service and of an agreement over a time; a message by its id.
            models.Index(fields=["service", "-at"], name="exchange_msg_of_service"),
            models.Index(fields=["agreement", "-at"], name="exchange_msg_of_agreement"),
            models.Index(fields=["uid"], name="exchange_msg_uid"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.status}"


class Outage(models.Model):
    """A time in which a service did not answer: opened by the plane's circuit breaker, closed when it answers again."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="outages", verbose_name=_("dịch vụ"))
    began_at = models.DateTimeField(_("bắt đầu"))
    ended_at = models.DateTimeField(_("kết thúc"), null=True, blank=True)
    error = models.CharField(_("lỗi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lần gián đoạn")
        verbose_name_plural = _("lần gián đoạn")
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=Q(ended_at=None), name="exchange_one_open_outage"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="exchange_outage_term"
            ),
        ]
        indexes = [models.Index(fields=["service", "-began_at"], name="exchange_outage_of_service")]

    def __str__(self) -> str:
        return f"{self.service} {self.began_at}"
