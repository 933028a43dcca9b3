"""What a citizen still fills in, and the dossier once filed, with its papers."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.models.versions import Channel, ProcedureVersion
from tinhso.systems.procedures.rules import AT_WORK, OPEN_STATES, NationalState, Stage, State, national_state


class FeeState(models.TextChoices):
    """Where the money stands, apart from the business state."""

    NONE = "none", _("không phải nộp")
    DUE = "due", _("chờ nộp")
    PAID = "paid", _("đã nộp")
    EXEMPT = "exempt", _("được miễn")
    REFUNDED = "refunded", _("đã hoàn")


class DeliveryState(models.TextChoices):
    """Where the result is on its way to the person, apart from the business state."""

    NONE = "none", _("chưa có kết quả")
    WAITING = "waiting", _("chờ trả")
    ANNOUNCED = "announced", _("đã báo có kết quả")
    POSTED = "posted", _("đã gửi bưu chính")
    DELIVERED = "delivered", _("đã trả")


class SyncState(models.TextChoices):
    """What the national portal has of the dossier, apart from the business state."""

    PENDING = "pending", _("chờ đồng bộ")
    SENT = "sent", _("đã đồng bộ")
    FAILED = "failed", _("đồng bộ lỗi")


class StageName(models.TextChoices):
    """The two stages whose rules differ: the desk's check, and settling after reception."""

    RECEPTION = Stage.RECEPTION.value, _("kiểm tra khi tiếp nhận")
    SETTLEMENT = Stage.SETTLEMENT.value, _("trong khi giải quyết")


class Draft(models.Model):
    """What a person has filled in so far. Not an official record: kept until submitted, then tied to its dossier."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("tài khoản"))
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, verbose_name=_("phiên bản thủ tục"))
    commune = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("xã, phường"))
    data = models.JSONField(_("nội dung đã điền"), default=dict)
    provenance = models.JSONField(_("nguồn của nội dung điền sẵn"), default=dict)
    pages_done = models.JSONField(_("các trang đã xong"), default=list)
    started_at = models.DateTimeField(_("bắt đầu lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("lưu lúc"), auto_now=True)

    class Meta:
        verbose_name = _("hồ sơ đang soạn")
        verbose_name_plural = _("hồ sơ đang soạn")
        indexes = [models.Index(fields=["account", "-updated_at"], name="procedures_drafts_of_account")]


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Reads of dossiers by right, state and office."""

    def visible_to(self, actor: access.Actor) -> Self:
        """What an officer may see: dossiers of their desk, office or committee (and below, where the role reaches)."""
        from tinhso.systems.procedures.permissions import VIEW

        wanted = Q(pk__in=[])
        for place in ("desk", "office", "unit"):
            wanted |= access.scope(actor, VIEW, place)
        return self.filter(wanted)

    def belonging_to(self, actor: access.Actor) -> Self:
        """What a citizen may see: their own, as applicant or as the one who filed."""
        if not actor.is_signed_in:
            return self.none()
        mine = Q(filed_by_id=actor.account_id)
        if actor.person_id:
            mine |= Q(applicant_id=actor.person_id)
        return self.filter(hooks.belonging(actor, mine))

    def readable_by(self, actor: access.Actor) -> Self:
        """Their own, and those they file together with somebody: to read; acts ask for `belonging_to`."""
        if not actor.is_signed_in:
            return self.none()
        # A union, not an OR: each half goes by its own index among a million rows.
        own = Dossier.objects.belonging_to(actor).order_by().values("pk")
        return self.filter(pk__in=own.union(Dossier.objects.filter(hooks.reading(actor)).order_by().values("pk")))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class Dossier(models.Model):
    """One request under one procedure version, from filing to result (hồ sơ thủ tục hành chính)."""

    code = models.CharField(_("mã hồ sơ"), max_length=60, unique=True)
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, verbose_name=_("phiên bản thủ tục"))
    draft = models.OneToOneField(Draft, models.PROTECT, null=True, blank=True, related_name="dossier")
    case = models.OneToOneField(
        "workflow.Case", models.PROTECT, null=True, related_name="+", verbose_name=_("quá trình")
    )
    applicant = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("người nộp"))
    filed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("tài khoản nộp"))
    # Three organisations kept apart: who decides, who received, who settles (VIETNAM facts 1.8).
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan có thẩm quyền"))
    desk = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi tiếp nhận"))
    office = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi thụ lý"))
    # Where the person was helped to file, when that is another office than the one that received.
    helped_at = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nơi hướng dẫn nộp")
    )
    # The deciding unit on the day of reception; stays when the dossier passes to a successor (figures, rule 9).
    received_unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("cơ quan lúc tiếp nhận")
    )
    channel = models.CharField(_("cách nộp"), max_length=8, choices=Channel)
    # Which case of the version applies (cases.py); "" when the procedure has one way only.
    case_code = models.CharField(_("trường hợp"), max_length=40, blank=True, default="")
    # Four states kept apart: business, money, delivery, and what the national portal has.
    state = models.CharField(_("trạng thái"), max_length=12, default=State.SUBMITTED)
    fee_state = models.CharField(_("tài chính"), max_length=8, choices=FeeState, default=FeeState.NONE)
    delivery_state = models.CharField(
        _("giao kết quả"), max_length=9, choices=DeliveryState, default=DeliveryState.NONE
    )
    sync_state = models.CharField(_("đồng bộ quốc gia"), max_length=7, choices=SyncState, default=SyncState.PENDING)
    synced_at = models.DateTimeField(_("đồng bộ lúc"), null=True, blank=True)
    data = models.JSONField(_("nội dung tờ khai"), default=dict)
    provenance = models.JSONField(_("nguồn của nội dung điền sẵn"), default=dict)
    submitted_at = models.DateTimeField(_("nộp lúc"))
    answer_due_at = models.DateTimeField(_("hạn trả lời tiếp nhận"))
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("chuyển thụ lý lúc"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("nơi thụ lý nhận lúc"), null=True, blank=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True, blank=True)
    promised_at = models.DateTimeField(_("hẹn trả lần đầu"), null=True, blank=True)
    supplements = models.PositiveSmallIntegerField(_("số lần yêu cầu bổ sung"), default=0)
    paused_at = models.DateTimeField(_("tạm dừng lúc"), null=True, blank=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    ended_reason = models.TextField(_("lý do từ chối hoặc rút"), blank=True)
    archive_due_on = models.DateField(_("hạn nộp lưu trữ"), null=True, blank=True)
    retain_until = models.DateField(_("bảo quản đến"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    lock_version = models.PositiveIntegerField(default=1)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in State]), name="procedures_dossier_known_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[State.SUBMITTED, State.REFUSED, State.WITHDRAWN, State.STOPPED, State.SUPPLEMENT]
                )
                | Q(received_at__isnull=False, due_at__isnull=False),
                name="procedures_received_has_a_due_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ISSUED, State.RETURNED]) | Q(finished_at__isnull=False),
                name="procedures_issued_is_finished",
            ),
            models.CheckConstraint(
                condition=Q(delivery_state=DeliveryState.NONE) | Q(state__in=[State.ISSUED, State.RETURNED]),
                name="procedures_only_results_are_delivered",
            ),
        ]
        indexes = [
            # Readers: the desk's, the office's and the leader's queues (selectors.queue), open dossiers by legal time.
            models.Index(
                fields=["desk", "due_at", "id"],
                name="procedures_queue_desk",
                condition=Q(state__in=[State.SUBMITTED, State.RECEIVED, State.SUPPLEMENT, State.ISSUED]),
            ),
            models.Index(
                fields=["office", "due_at", "id"],
                name="procedures_queue_office",
                condition=Q(state__in=[State.RESOLVING, State.SUPPLEMENT]),
            ),
            models.Index(
                fields=["unit", "due_at", "id"], name="procedures_queue_sign", condition=Q(state=State.DRAFTED)
            ),
            # Reader: what waits to be received, by its answer clock.
            models.Index(
                fields=["desk", "answer_due_at", "id"],
                name="procedures_queue_answer",
                condition=Q(state=State.SUBMITTED),
            ),
            # Readers: the numbers beside the lists, today's work across lists, what passes on when a unit ends.
            *(
                models.Index(
                    fields=[place, "state"], name=f"procedures_work_{place}", condition=Q(state__in=sorted(AT_WORK))
                )
                for place in ("desk", "office", "unit")
            ),
            # Reader: the adapter of the national portal, oldest change first.
            models.Index(fields=["sync_state", "id"], name="procedures_to_sync", condition=~Q(sync_state="sent")),
            # Reader: the archive's yearly list of what is to be handed over.
            models.Index(
                fields=["unit", "archive_due_on"], name="procedures_archive", condition=Q(archive_due_on__isnull=False)
            ),
            # Reader: the measures, which count one unit's dossiers received in one month.
            # The head's table and the public page read the other columns from it, never the wide rows.
            models.Index(
                fields=["received_unit", "received_at"],
                include=["finished_at", "due_at", "channel", "supplements", "version", "state"],
                name="procedures_counted",
            ),
            models.Index(fields=["applicant", "-submitted_at"], name="procedures_by_applicant"),
            models.Index(fields=["filed_by", "-submitted_at"], name="procedures_by_filer"),
            # Reader: the head's lists over the whole province, newest first (performance/tallies.behind).
            models.Index(fields=["-received_at", "-id"], name="procedures_by_reception"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def national_state(self) -> NationalState:
        """The state as the national portal numbers it."""
        return national_state(self.state, self.fee_state)

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN_STATES


class DossierPaper(models.Model):
    """A scan attached to a draft, and with it to the dossier: which paper of the list it is, and its file."""

    draft = models.ForeignKey(Draft, models.PROTECT, null=True, blank=True, related_name="papers")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, blank=True, related_name="papers")
    field = models.CharField(_("ô trong biểu mẫu"), max_length=80)
    label = VietnameseCharField(_("tên giấy tờ"), max_length=500)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))
    attached_at = models.DateTimeField(_("đính kèm lúc"), auto_now_add=True)
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("giấy tờ trong hồ sơ")
        verbose_name_plural = _("giấy tờ trong hồ sơ")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(dossier__isnull=False), name="procedures_paper_has_a_home"
            )
        ]
