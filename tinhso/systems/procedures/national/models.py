"""What goes to the national portal and what comes from it, kept message by message; each night's comparison."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.systems.procedures.national import permissions
from tinhso.systems.procedures.national.shapes import Service


class SendState(models.TextChoices):
    """Where a message to the portal stands."""

    WAITING = "waiting", _("chờ gửi")
    SENDING = "sending", _("đang gửi")
    SENT = "sent", _("Cổng đã nhận")
    SET_ASIDE = "set_aside", _("gác lại, cần người xem")
    SKIPPED = "skipped", _("bỏ qua")


# Not yet taken by the portal: the later messages of the dossier wait behind them.
OPEN = (SendState.WAITING, SendState.SENDING, SendState.SET_ASIDE)
_SERVICES = [(str(one), str(one)) for one in Service]


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    """Reads of the outbox by right and state."""

    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(access.scope(actor, permissions.VIEW, "dossier__unit"))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)


class Outgoing(models.Model):
    """One message to the portal, written in the transaction of the act it tells of. Its ids give a dossier's order:
    the act holds the dossier's lock until it commits. `facts` are the act's moment; `body` is frozen when first sent.
    """

    key = models.UUIDField(_("khoá chống gửi trùng"), default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(
        "procedures.Dossier", models.PROTECT, related_name="national_messages", verbose_name=_("hồ sơ")
    )
    service = models.CharField(_("loại tin"), max_length=24, choices=_SERVICES)
    event = models.CharField(_("việc đã xảy ra"), max_length=60)
    at = models.DateTimeField(_("lúc"))
    facts = models.JSONField(_("trạng thái lúc ấy"), default=dict)
    body = models.JSONField(_("nội dung gửi"), null=True, blank=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=SendState, default=SendState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    refusals = models.PositiveSmallIntegerField(_("số lần bị từ chối"), default=0)
    next_attempt_at = models.DateTimeField(_("gửi tiếp lúc"), null=True, blank=True)
    # The last try ended without an answer: the portal may have it, so the frozen body must go again as it was.
    is_unsure = models.BooleanField(_("chưa rõ Cổng đã nhận chưa"), default=False)
    error_code = models.CharField(_("mã lỗi"), max_length=8, blank=True)
    error = models.TextField(_("lỗi"), blank=True)
    answer = models.JSONField(_("Cổng trả lời"), null=True, blank=True)
    skipped_reason = models.TextField(_("lý do bỏ qua"), blank=True)
    made_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    sent_at = models.DateTimeField(_("Cổng nhận lúc"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = _("tin gửi Cổng quốc gia")
        verbose_name_plural = _("tin gửi Cổng quốc gia")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, body__isnull=False),
                name="national_sent_has_its_time_and_body",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skipped_reason=""), name="national_skipped_says_why"
            ),
        ]
        indexes = [
            # Reader: the sender, due ones first; and what still waits of one dossier.
            models.Index(
                fields=["next_attempt_at", "id"], name="national_due", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(
                fields=["dossier", "id"],
                name="national_open_of_dossier",
                condition=Q(state__in=["waiting", "sending", "set_aside"]),
            ),
            # Readers: the operator's lists and the dossier's page.
            models.Index(fields=["state", "-id"], name="national_out_by_state"),
            models.Index(fields=["dossier", "-id"], name="national_out_of_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.key}"


class TakeState(models.TextChoices):
    """What became of a message from the portal."""

    ACCEPTED = "accepted", _("đã nhận")
    REFUSED = "refused", _("không nhận")


class IncomingQuerySet(models.QuerySet["Incoming"]):
    """Reads of the inbox by right."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Those of dossiers within reach; what belongs to no dossier only where the whole province is."""
        wanted = access.scope(actor, permissions.VIEW, "dossier__unit")
        if access.reach(actor, permissions.VIEW).paths:
            wanted |= Q(dossier=None)
        return self.filter(wanted)


class Incoming(models.Model):
    """One message from the portal as it came, what was answered, and why. Kept whether taken or not."""

    service = models.CharField(_("loại tin"), max_length=60)
    key = models.CharField(_("mã giao dịch của Cổng"), max_length=64, blank=True)
    digest = models.CharField(_("dấu nội dung"), max_length=64)
    # Without the files' content, which lies in the file store once taken; unreadable bytes as their first characters.
    body = models.JSONField(_("nội dung"), default=dict)
    size = models.PositiveIntegerField(_("số byte"), default=0)
    state = models.CharField(_("trạng thái"), max_length=8, choices=TakeState)
    error_code = models.CharField(_("mã lỗi"), max_length=8, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    answer = models.JSONField(_("đã trả lời"), default=dict)
    dossier = models.ForeignKey(
        "procedures.Dossier", models.PROTECT, null=True, related_name="national_arrivals", verbose_name=_("hồ sơ")
    )
    source = models.CharField(_("từ địa chỉ"), max_length=60, blank=True)
    at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    # How often the same message came again after it was taken, each time answered the same.
    repeats = models.PositiveIntegerField(_("số lần gửi lặp"), default=0)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = _("tin từ Cổng quốc gia")
        verbose_name_plural = _("tin từ Cổng quốc gia")
        constraints = [
            # The exactly-once of arrivals: a transaction of the portal is taken once, however often it is delivered.
            models.UniqueConstraint(
                fields=["service", "key"], condition=Q(state="accepted"), name="national_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") | ~Q(error_code=""), name="national_refused_has_a_code"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="national_in_by_state"),
            models.Index(fields=["dossier"], name="national_in_of_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.key}"


class Reconciliation(models.Model):
    """One night's (or one operator's) comparison of our dossiers and procedures with what the portal shows."""

    started_at = models.DateTimeField(_("bắt đầu"))
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    asked = models.PositiveIntegerField(_("số hồ sơ đã hỏi"), default=0)
    agreed = models.PositiveIntegerField(_("số hồ sơ khớp"), default=0)
    # Not compared: something of theirs still waits to be sent, so a difference would say nothing.
    waiting = models.PositiveIntegerField(_("số hồ sơ còn tin chờ gửi"), default=0)
    caught_up = models.PositiveIntegerField(_("số hồ sơ được gửi bù"), default=0)
    error = models.TextField(_("lỗi"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("lần đối soát với Cổng quốc gia")
        verbose_name_plural = _("lần đối soát với Cổng quốc gia")


class DifferenceKind(models.TextChoices):
    """How our side and the portal's differ."""

    MISSING_THERE = "missing", _("Cổng không có hồ sơ này")
    FIELD = "field", _("nội dung khác nhau")
    PROCEDURE_THERE = "proc_there", _("Cổng có thủ tục mà danh mục của tỉnh chưa có")
    PROCEDURE_HERE = "proc_here", _("tỉnh đang nhận thủ tục mà Cổng không liệt kê")
    PROCEDURE_NAME = "proc_name", _("tên thủ tục khác nhau")


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Reads of differences by right."""

    def visible_to(self, actor: access.Actor) -> Self:
        wanted = access.scope(actor, permissions.VIEW, "dossier__unit")
        if access.reach(actor, permissions.VIEW).paths:
            wanted |= Q(dossier=None)
        return self.filter(wanted)

    def open(self) -> Self:
        return self.filter(settled_at=None)


class Difference(models.Model):
    """One thing that is not alike on both sides, until somebody settles it or a later comparison agrees."""

    run = models.ForeignKey(Reconciliation, models.PROTECT, related_name="differences", verbose_name=_("lần đối soát"))
    kind = models.CharField(_("loại"), max_length=10, choices=DifferenceKind)
    dossier = models.ForeignKey(
        "procedures.Dossier", models.PROTECT, null=True, related_name="+", verbose_name=_("hồ sơ")
    )
    procedure_code = models.CharField(_("mã thủ tục"), max_length=30, blank=True)
    field = models.CharField(_("trường"), max_length=40, blank=True)
    ours = models.TextField(_("của tỉnh"), blank=True)
    theirs = models.TextField(_("trên Cổng"), blank=True)
    found_at = models.DateTimeField(_("thấy lúc"))
    settled_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    settled_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    settled_how = models.TextField(_("đã xử lý thế nào"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("chênh lệch với Cổng quốc gia")
        verbose_name_plural = _("chênh lệch với Cổng quốc gia")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "field"],
                condition=Q(settled_at=None, dossier__isnull=False),
                name="national_one_open_difference",
            ),
            models.UniqueConstraint(
                fields=["procedure_code", "kind"],
                condition=Q(settled_at=None, dossier=None),
                name="national_one_open_procedure_difference",
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="national_open_differences", condition=Q(settled_at=None))]
