"""Requests of data subjects: what was asked, by when, what was decided part by part, and the copy handed over."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.privacy import permissions
from tinhso.foundation.privacy.models.consents import Channel
from tinhso.foundation.privacy.rules import OPEN_STATES, State
from tinhso.foundation.privacy.words import KINDS, STATES
from tinhso.foundation.text.fields import VietnameseCharField


class RequestQuerySet(models.QuerySet["DataRequest"]):
    """Reads by who may."""

    def visible_to(self, actor: access.Actor) -> Self:
        """What handlers and second officers see: requests of their units; the desk sees what it took in itself."""
        wanted = access.scope(actor, permissions.HANDLE) | access.scope(actor, permissions.CHECK)
        return self.filter(wanted | access.scope(actor, permissions.RECEIVE, "desk"))

    def belonging_to(self, actor: access.Actor) -> Self:
        """One's own: about oneself, or sent for somebody one acts for."""
        if not actor.is_signed_in:
            return self.none()
        mine = Q(filed_by_id=actor.account_id, channel=Channel.WEB)
        if actor.person_id:
            mine |= Q(person_id=actor.person_id)
        return self.filter(mine)

    def open(self) -> Self:
        return self.filter(state__in=[str(state) for state in sorted(OPEN_STATES)])


class DataRequest(models.Model):
    """One request under Law 91/2025 art. 4, with its two clocks."""

    code = models.CharField(_("mã yêu cầu"), max_length=30, unique=True)
    # Made with the form: the same form sent twice is one request.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("quyền"), max_length=8, choices=[(kind.value, words) for kind, words in KINDS.items()])
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("chủ thể dữ liệu"))
    filed_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("gửi bởi")
    )
    # By what right somebody files for another; empty for oneself.
    acting_basis = VietnameseCharField(_("căn cứ làm thay"), max_length=200, blank=True)
    channel = models.CharField(_("kênh"), max_length=4, choices=Channel)
    document = VietnameseCharField(_("giấy tờ đã đối chiếu"), max_length=200, blank=True)
    desk = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nơi nhận")
    )
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi giải quyết"))
    details = models.TextField(_("nội dung yêu cầu"), blank=True)
    purposes = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("mục đích"))
    # What the person wants a record to say; only for corrections.
    wanted = models.JSONField(_("sửa thành"), default=dict, blank=True)
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=[(state.value, words) for state, words in STATES.items()],
        default=State.RECEIVED.value,
    )
    received_at = models.DateTimeField(_("nhận lúc"))
    acknowledge_due_at = models.DateTimeField(_("hạn phản hồi"))
    acknowledged_at = models.DateTimeField(_("phản hồi lúc"), null=True, blank=True)
    act_due_at = models.DateTimeField(_("hạn thực hiện"))
    third_party = VietnameseCharField(_("bên thứ ba, bên xử lý phải làm"), max_length=300, blank=True)
    extended_days = models.PositiveSmallIntegerField(_("số ngày gia hạn"), default=0)
    extended_reason = models.TextField(_("lý do gia hạn"), blank=True)
    assigned_to = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người giải quyết")
    )
    # What the first officer proposes; carried out when a second one agrees.
    proposal = models.JSONField(_("đề xuất"), default=dict, blank=True)
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("trả lời"), blank=True)
    refusal = models.CharField(_("lý do từ chối"), max_length=20, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    late_reason = models.TextField(_("lý do quá hạn"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu về dữ liệu cá nhân")
        verbose_name_plural = _("yêu cầu về dữ liệu cá nhân")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]), name="privacy_request_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in sorted(OPEN_STATES)] + [State.TAKEN_BACK.value])
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="privacy_settled_request_has_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED.value) | ~Q(refusal=""), name="privacy_refusal_names_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(extended_days=0) | (Q(extended_days__lte=15) & ~Q(extended_reason="")),
                name="privacy_extended_at_most_15_days_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=models.F("proposed_by")), name="privacy_two_pairs_of_eyes"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB) | (~Q(document="") & Q(desk__isnull=False)),
                name="privacy_counter_request_names_paper_and_desk",
            ),
        ]
        indexes = [
            models.Index(
                fields=["act_due_at", "id"],
                name="privacy_open_requests",
                condition=Q(state__in=[str(state) for state in sorted(OPEN_STATES)]),
            ),
            models.Index(fields=["person", "-received_at"], name="privacy_requests_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN_STATES


class RequestStep(models.Model):
    """One step of a request's way, as the person reads it. Never edited (database trigger)."""

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="steps")
    act = models.CharField(_("việc"), max_length=14)
    at = models.DateTimeField(_("lúc"))
    by_id = models.BigIntegerField(_("tài khoản"), null=True)
    by_label = models.CharField(_("người làm"), max_length=200)
    words = models.TextField(_("nội dung"), blank=True)
    is_late = models.BooleanField(_("quá hạn"), default=False)
    # Notes between officers stay with them.
    is_internal = models.BooleanField(_("nội bộ"), default=False)

    class Meta:
        verbose_name = _("bước giải quyết yêu cầu")
        verbose_name_plural = _("bước giải quyết yêu cầu")
        ordering = ["id"]


class PartDecision(models.Model):
    """What became of one part of a request: a category of data, or a purpose. Never edited (database trigger)."""

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="parts")
    part = models.CharField(_("phần"), max_length=60)
    title = models.CharField(_("tên phần"), max_length=300)
    is_honoured = models.BooleanField(_("được thực hiện"))
    reason = models.TextField(_("lý do"), blank=True)
    count = models.PositiveIntegerField(_("số bản ghi"), default=0)

    class Meta:
        verbose_name = _("quyết định từng phần")
        verbose_name_plural = _("quyết định từng phần")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "part"], name="privacy_a_part_is_decided_once"),
            models.CheckConstraint(condition=Q(is_honoured=True) | ~Q(reason=""), name="privacy_a_part_kept_says_why"),
        ]


class DataCopy(models.Model):
    """Everything held about the person at one moment, as handed over. Never edited (database trigger)."""

    request = models.OneToOneField(DataRequest, models.PROTECT, related_name="copy")
    content = models.JSONField(_("nội dung"))
    sha256 = models.CharField(_("mã băm SHA-256"), max_length=64)
    made_at = models.DateTimeField(_("lập lúc"))

    class Meta:
        verbose_name = _("bản sao dữ liệu cá nhân")
        verbose_name_plural = _("bản sao dữ liệu cá nhân")
