"""Rooms of events: who may publish and hear what, every event kept, every delivery followed to its end."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.members import CODE, Subsystem
from tinhso.foundation.text.fields import VietnameseCharField


class Room(models.Model):
    """A room is a subsystem's: its code is the application code of GovStack's paths."""

    subsystem = models.OneToOneField(Subsystem, models.PROTECT, related_name="room", verbose_name=_("hệ thống"))
    title = VietnameseCharField(_("tên phòng tin"), max_length=200)
    opened_at = models.DateTimeField(_("mở lúc"), auto_now_add=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("phòng tin")
        verbose_name_plural = _("phòng tin")

    def __str__(self) -> str:
        return str(self.title)


class RoomPass(models.Model):
    """What a subsystem may do in a room; without one it may do nothing there."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="passes", verbose_name=_("phòng tin"))
    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="room_passes", verbose_name=_("hệ thống"))
    may_publish = models.BooleanField(_("được phát"), default=False)
    may_subscribe = models.BooleanField(_("được nghe"), default=False)
    given_at = models.DateTimeField(_("cấp lúc"), auto_now_add=True)
    ended_at = models.DateTimeField(_("thôi lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("quyền trong phòng tin")
        verbose_name_plural = _("quyền trong phòng tin")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "subsystem"], condition=Q(ended_at=None), name="exchange_one_room_pass"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subsystem} @ {self.room}"


class EventType(models.Model):
    """What may be published in a room: a name and the JSON Schema of its data. Retired, never deleted."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="event_types", verbose_name=_("phòng tin"))
    code = models.CharField(_("loại tin"), max_length=80)
    schema = models.JSONField(_("khuôn dữ liệu (JSON Schema)"), default=dict)
    made_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    retired_at = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("loại tin")
        verbose_name_plural = _("loại tin")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "code"], condition=Q(retired_at=None), name="exchange_one_event_type"
            ),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="exchange_event_type_has_its_form"),
        ]

    def __str__(self) -> str:
        return self.code


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Reads of subscriptions by life."""

    def living(self) -> Self:
        """Not ended, by a system that stands, in a room that is open: whatever was removed is sent nothing more."""
        there = {f"{side}__{end}": None for side in _SIDES for end in ("removed_at", "member__removed_at")}
        return self.filter(cancelled_at=None, **there)


_SIDES = ("subscriber", "event_type__room__subsystem")


class Subscription(models.Model):
    """A subsystem hears an event type: pushed to its address with a signature, or pulled and confirmed."""

    class Way(models.TextChoices):
        PUSH = "PUSH", _("gửi tới địa chỉ")
        PULL = "PULL", _("tự đến lấy")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event_type = models.ForeignKey(EventType, models.PROTECT, related_name="subscriptions", verbose_name=_("loại tin"))
    subscriber = models.ForeignKey(
        Subsystem, models.PROTECT, related_name="subscriptions", verbose_name=_("hệ thống nghe")
    )
    way = models.CharField(_("cách nhận"), max_length=4, choices=Way, default=Way.PUSH)
    url = models.CharField(_("địa chỉ nhận"), max_length=500, blank=True)
    # The key of the webhook's HMAC, sealed; shown once.
    sealed_secret = models.TextField(blank=True)
    # The one before it signs beside it until then.
    sealed_former = models.TextField(blank=True, default="")
    former_until = models.DateTimeField(_("khoá cũ còn dùng đến"), null=True, blank=True)
    ttl_seconds = models.PositiveIntegerField(_("giữ tin trong (giây)"), default=3600)
    is_fifo = models.BooleanField(_("đúng thứ tự"), default=False)
    since = models.DateTimeField(_("nghe từ"), default=timezone.now)
    cancelled_at = models.DateTimeField(_("thôi nghe lúc"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("đăng ký nghe tin")
        verbose_name_plural = _("đăng ký nghe tin")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "subscriber"], condition=Q(cancelled_at=None), name="exchange_one_subscription"
            ),
            models.CheckConstraint(
                condition=Q(way="PULL") | ~Q(url="") & ~Q(sealed_secret=""), name="exchange_push_has_its_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_type}"

    def is_changing(self) -> bool:
        """Whether the secret before this one still signs."""
        return self.former_until is not None and self.former_until > timezone.now()


class Publication(models.Model):
    """One event as it was published; kept, so that it can be replayed. Ids give the order of its room."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event_type = models.ForeignKey(EventType, models.PROTECT, related_name="publications", verbose_name=_("loại tin"))
    publisher = models.ForeignKey(
        Subsystem, models.PROTECT, related_name="publications", verbose_name=_("hệ thống phát")
    )
    data = models.JSONField(_("nội dung"))
    published_at = models.DateTimeField(_("phát lúc"), default=timezone.now)
    stopped_at = models.DateTimeField(_("dừng phát lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("tin đã phát")
        verbose_name_plural = _("tin đã phát")

    def __str__(self) -> str:
        return str(self.uid)


class DeliveryState(models.TextChoices):
    """Where one event stands with one subscriber."""

    WAITING = "waiting", _("chờ giao")
    DELIVERED = "delivered", _("đã nhận")
    DEAD = "dead", _("không giao được")
    EXPIRED = "expired", _("quá hạn giữ")
    STOPPED = "stopped", _("đã dừng")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of deliveries."""

    def waiting(self) -> Self:
        return self.filter(state=DeliveryState.WAITING)


class Delivery(models.Model):
    """One event to one subscriber, from the publication until it is confirmed or has its reason why not."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="deliveries")
    state = models.CharField(_("trạng thái"), max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    next_attempt_at = models.DateTimeField(_("gửi tiếp lúc"), default=timezone.now)
    expires_at = models.DateTimeField(_("giữ đến"))
    error = models.CharField(_("lỗi"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần giao tin")
        verbose_name_plural = _("lần giao tin")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "publication"], name="exchange_delivered_once"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(ended_at__isnull=False), name="exchange_delivery_end_has_its_time"
            ),
        ]
        indexes = [
            # Readers: the sender, due ones first; the puller, in the order of publication.
            models.Index(fields=["next_attempt_at"], name="exchange_delivery_due", condition=Q(state="waiting")),
            models.Index(
                fields=["subscription", "publication"], name="exchange_delivery_next", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} → {self.subscription}"
