"""Procedures by version, and the dossiers filed under them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import sort_key
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.rules import AT_WORK, OPEN_STATES, NationalState, Stage, State, national_state


class Channel(models.TextChoices):
    """How a dossier came in (61/2018 art. 17): the three channels that statistics keep apart."""

    ONLINE = "online", _("trực tuyến")
    DESK = "desk", _("trực tiếp")
    POST = "post", _("bưu chính công ích")


class ServiceKind(models.TextChoices):
    """Kinds of online service since Decree 42/2022, kept by Decree 224/2026 art. 14."""

    FULL = "full", _("toàn trình")
    PARTIAL = "partial", _("một phần")
    NONE = "none", _("chỉ nhận trực tiếp hoặc qua bưu chính")


class PartialGround(models.TextChoices):
    """Why a service may stay partial: the four grounds of Decree 224/2026 art. 14, and no other."""

    PRESENCE = "presence", _("người nộp phải có mặt tại cơ quan nhà nước")
    FIELD = "field", _("cơ quan nhà nước phải thẩm tra, xác minh tại hiện trường")
    FAULT = "fault", _("sự cố kỹ thuật chưa thể khắc phục ngay")
    TECHNICAL = "technical", _("vấn đề kỹ thuật khác chưa thể xử lý")


class TermUnit(models.TextChoices):
    """What a legal term counts. `same_day`: within the day, or the next working day when received after 15:00."""

    SAME_DAY = "same_day", _("trong ngày (sau 15 giờ: ngày làm việc tiếp theo)")
    WORKING_DAY = "working_day", _("ngày làm việc")
    WORKING_HOUR = "working_hour", _("giờ làm việc")
    DAY = "day", _("ngày (kể cả ngày nghỉ)")


class SupplementPolicy(models.TextChoices):
    """What a supplement request does to the clock (VIETNAM-LAW section 0): set by each procedure version."""

    RESTART = "restart", _("tính lại từ đầu")
    PAUSE = "pause", _("tạm dừng")
    NONE = "none", _("không đổi")


class Authority(models.TextChoices):
    """Which kind of agency is competent to decide: it is the deciding unit of every dossier of the procedure."""

    COMMUNE = "commune", _("UBND cấp xã")
    BODY = "body", _("đơn vị thuộc sở tự quyết định")
    DEPARTMENT = "department", _("sở, ngành của tỉnh")
    PROVINCE = "province", _("UBND tỉnh, sở thụ lý")


class FilingRoute(models.TextChoices):
    """Where dossiers are handled: here, or in a ministry's own system, which the page then leads to."""

    LOCAL = "local", _("tiếp nhận và giải quyết trên hệ thống của tỉnh")
    MINISTRY = "ministry", _("nộp trên hệ thống của bộ, ngành")


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


class ProcedureQuerySet(models.QuerySet["ProcedureVersion"]):
    """Reads of procedure versions by date."""

    def as_of(self, day: date) -> Self:
        """The versions in force on `day`: at most one per code (the database refuses two)."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class ProcedureVersion(models.Model):
    """A procedure as one decision published it. A received dossier keeps its version."""

    code = models.CharField(_("mã thủ tục"), max_length=30)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    name = VietnameseCharField(_("tên thủ tục"), max_length=500)
    plain_name = VietnameseCharField(_("tên dễ hiểu"), max_length=200)
    sort_key = models.CharField(max_length=900, editable=False, default="")
    life_event = VietnameseCharField(_("chuyện đời"), max_length=120, blank=True)
    field_name = VietnameseCharField(_("lĩnh vực"), max_length=200)
    legacy_level = models.PositiveSmallIntegerField(
        _("mức độ dịch vụ công cũ"),
        help_text=_("1 đến 4 theo Nghị định 43/2011; chỉ tiêu nghị quyết tính theo mức 3, 4"),
    )
    service_kind = models.CharField(_("loại dịch vụ công"), max_length=8, choices=ServiceKind)
    partial_reason = VietnameseCharField(_("lý do chưa toàn trình"), max_length=300, blank=True)
    partial_ground = models.CharField(
        _("thuộc trường hợp"), max_length=9, choices=PartialGround, blank=True, default=""
    )
    partial_basis = VietnameseCharField(_("quy định chuyên ngành"), max_length=300, blank=True, default="")
    channels = ArrayField(models.CharField(max_length=8, choices=Channel), verbose_name=_("cách nộp"))
    term_value = models.PositiveSmallIntegerField(_("thời hạn"))
    term_unit = models.CharField(_("đơn vị thời hạn"), max_length=12, choices=TermUnit)
    supplement_policy = models.CharField(
        _("đồng hồ khi bổ sung"), max_length=8, choices=SupplementPolicy, default=SupplementPolicy.RESTART
    )
    # Within how many working days of reception a dossier found wanting goes back (61/2018 art. 19.4).
    supplement_days = models.PositiveSmallIntegerField(_("số ngày làm việc được trả lại để bổ sung"), default=3)
    retention_years = models.PositiveSmallIntegerField(
        _("thời hạn bảo quản (năm)"), null=True, blank=True, help_text=_("để trống: vĩnh viễn")
    )
    who_may_apply = models.JSONField(_("ai được nộp"), default=list)
    papers = models.JSONField(_("thành phần hồ sơ"), default=list)
    # The same in the citizen's words, only what they must bring themselves: [{"name", "when"}].
    bring = models.JSONField(_("bạn cần chuẩn bị"), default=list)
    fee_vnd = models.PositiveIntegerField(_("phí, lệ phí (đồng)"), null=True, blank=True)
    fee_note = models.TextField(_("ghi chú về phí"), blank=True)
    # One procedure, several cases: [{"code", "title", "when", and what differs: term_value, term_unit, papers, …}].
    cases = models.JSONField(_("các trường hợp"), default=list, blank=True)
    legal_basis = models.JSONField(_("căn cứ pháp lý"), default=list)
    result_name = VietnameseCharField(_("tên kết quả"), max_length=300)
    result_symbol = models.CharField(_("ký hiệu kết quả"), max_length=20)
    result_layout = models.JSONField(_("mẫu kết quả"), default=dict)
    # Which office settles it: a duty listed in the attributes of an office of the commune, or of a department.
    duty = models.CharField(_("nhiệm vụ của phòng chuyên môn"), max_length=40)
    authority = models.CharField(_("cấp có thẩm quyền"), max_length=10, choices=Authority, default=Authority.COMMUNE)
    # From April 2026 some procedures are handled in ministries' central systems: never received here.
    route = models.CharField(_("nơi giải quyết"), max_length=8, choices=FilingRoute, default=FilingRoute.LOCAL)
    system_name = VietnameseCharField(_("tên hệ thống của bộ, ngành"), max_length=200, blank=True)
    system_url = models.URLField(_("địa chỉ hệ thống của bộ, ngành"), max_length=300, blank=True)
    route_basis = VietnameseCharField(_("căn cứ chuyển sang hệ thống của bộ, ngành"), max_length=300, blank=True)
    form = models.ForeignKey("forms.FormDefinition", models.PROTECT, null=True, blank=True, verbose_name=_("biểu mẫu"))
    process = models.ForeignKey("workflow.ProcessDefinition", models.PROTECT, verbose_name=_("quy trình"))
    decision = VietnameseCharField(_("quyết định công bố"), max_length=200)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("hết hiệu lực (không tính ngày này)"), null=True, blank=True)
    source = models.TextField(_("nguồn"), blank=True)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên bản thủ tục")
        verbose_name_plural = _("phiên bản thủ tục")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="procedures_one_version_number"),
            models.CheckConstraint(condition=Q(legacy_level__range=(1, 4)), name="procedures_legacy_level_1_to_4"),
            models.CheckConstraint(
                condition=Q(route="local") | (~Q(system_name="") & ~Q(system_url="") & ~Q(route_basis="")),
                name="procedures_ministry_route_is_named",
            ),
            ExclusionConstraint(
                name="procedures_versions_never_overlap",
                expressions=[
                    (
                        Func(
                            Func(F("code"), Value(0), function="hashtextextended"),
                            Func(F("code"), Value(0), function="hashtextextended"),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_provincial(self) -> bool:
        """Competent is an agency of the province: no commune is asked for, any desk takes the papers."""
        return self.authority != Authority.COMMUNE

    @property
    def is_elsewhere(self) -> bool:
        """A ministry's system handles it: nothing is ever received here."""
        return self.route == FilingRoute.MINISTRY

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the Vietnamese order in step with the name."""
        self.sort_key = sort_key(str(self.plain_name))
        super().save(*args, **kwargs)


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


class Supplement(models.Model):
    """One request to add or correct papers (form 02) and its answer."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplement_requests")
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=StageName, default=StageName.SETTLEMENT)
    number = models.PositiveSmallIntegerField(_("lần"), default=1)
    items = models.TextField(_("giấy tờ, nội dung cần bổ sung"))
    reason = models.TextField(_("lý do"))
    # Asked after the days allowed, or once more: who asks names the rule that lets it be.
    is_late = models.BooleanField(_("yêu cầu sau hạn trả lại hồ sơ"), default=False)
    basis = models.TextField(_("căn cứ để yêu cầu muộn hoặc thêm lần"), blank=True)
    policy = models.CharField(_("đồng hồ"), max_length=8, choices=SupplementPolicy, default=SupplementPolicy.RESTART)
    # Answers the citizen has changed but not sent yet; what is sent goes into the dossier.
    changes = models.JSONField(_("nội dung sửa"), default=dict)
    due_before = models.DateTimeField(_("hẹn trả trước khi yêu cầu"), null=True, blank=True)
    due_after = models.DateTimeField(_("hẹn trả sau khi bổ sung"), null=True, blank=True)
    answered_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)

    class Meta:
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at=None), name="procedures_one_open_supplement"
            ),
            # The desk may ask for changes once (118/2025 art. 11): not even two officers at once get a second in.
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(stage=StageName.RECEPTION),
                name="procedures_one_supplement_at_reception",
            ),
        ]


class Result(models.Model):
    """The result of a dossier: drafted, then numbered, signed and issued, each with its own evidence."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="result", verbose_name=_("hồ sơ"))
    content = models.JSONField(_("nội dung dự thảo"), default=dict)
    drafted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(_("dự thảo lúc"))
    sent_back_reason = models.TextField(_("lý do trả lại dự thảo"), blank=True)
    number = models.PositiveIntegerField(_("số"), null=True, blank=True)
    number_text = models.CharField(_("số và ký hiệu"), max_length=60, blank=True)
    numbered_at = models.DateTimeField(_("cấp số lúc"), null=True, blank=True)
    signed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("đóng dấu số lúc"), null=True, blank=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    collected_at = models.DateTimeField(_("nhận kết quả lúc"), null=True, blank=True)
    collected_by = VietnameseCharField(_("người nhận"), max_length=120, blank=True)
    collected_way = models.CharField(_("cách nhận"), max_length=8, choices=Channel, blank=True)
    collected_paper = VietnameseCharField(_("giấy tờ người nhận xuất trình"), max_length=200, blank=True)
    post_code = models.CharField(_("số hiệu bưu gửi"), max_length=40, blank=True)
    announced_at = models.DateTimeField(_("báo có kết quả lúc"), null=True, blank=True)
    announced_how = VietnameseCharField(_("báo bằng"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(signed_at__isnull=False, number__isnull=False, file__isnull=False),
                name="procedures_issued_result_is_signed_and_numbered",
            )
        ]

    def in_force(self, *, first: bool = False) -> Any:
        """The file that counts now: the newest correcting decision, else the result as first issued (`first`)."""
        newest = None if first else self.corrections.select_related("file").order_by("-issued_at", "-id").first()
        return newest.file if newest else self.file

    def values(self) -> list[dict[str, Any]]:
        """The label and value rows of the drafted content."""
        return list(self.content.get("rows", []))


class Apology(models.Model):
    """Form 04: an apology with its reason and a new date, proposed by the office, sent by the head, once."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="apologies", verbose_name=_("hồ sơ"))
    reason = models.TextField(_("lý do"))
    old_due_at = models.DateTimeField(_("hẹn trả trước"))
    new_due_at = models.DateTimeField(_("hẹn trả mới"))
    proposed_at = models.DateTimeField(_("đề nghị lúc"))
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(_("không đồng ý lúc"), null=True, blank=True)
    declined_reason = models.TextField(_("lý do không đồng ý"), blank=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    sent_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    # Sent less than one day before the limit (61/2018 art. 19.9): it stands, and the lateness is on record.
    is_late = models.BooleanField(_("xin lỗi muộn"), default=False)
    number = models.PositiveIntegerField(_("số"), null=True, blank=True)
    number_text = models.CharField(_("số và ký hiệu"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("xin lỗi và hẹn lại")
        verbose_name_plural = _("xin lỗi và hẹn lại")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(sent_at__isnull=False), name="procedures_one_apology_sent"
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(sent_at=None, declined_at=None),
                name="procedures_one_apology_waiting",
            ),
            models.CheckConstraint(
                condition=Q(new_due_at__gt=models.F("old_due_at")), name="procedures_new_date_is_later"
            ),
        ]


class Ending(models.Model):
    """How a dossier ended without a result: refused (form 03), withdrawn, or stopped at the person's request (05)."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("từ chối")
        WITHDRAWN = "withdrawn", _("rút hồ sơ")
        STOPPED = "stopped", _("dừng giải quyết")

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="ending", verbose_name=_("hồ sơ"))
    kind = models.CharField(_("cách kết thúc"), max_length=9, choices=Kind)
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=StageName)
    reason = models.TextField(_("lý do"))
    guidance = models.TextField(_("hướng dẫn tiếp theo"), blank=True)
    asked_by = VietnameseCharField(_("người yêu cầu dừng"), max_length=120, blank=True)
    asked_way = models.CharField(_("cách yêu cầu"), max_length=8, choices=Channel, blank=True)
    state_before = models.CharField(_("trạng thái trước đó"), max_length=12)
    fee_state_before = models.CharField(_("tài chính lúc ấy"), max_length=8, choices=FeeState)
    is_late = models.BooleanField(_("sau hạn giải quyết"), default=False)
    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người làm"))

    class Meta:
        verbose_name = _("kết thúc không có kết quả")
        verbose_name_plural = _("kết thúc không có kết quả")


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


class Correction(models.Model):
    """A decision that corrects, replaces or annuls an issued result (61/2018 art. 21.1). The first stays on file."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("đính chính")
        REPLACE = "replace", _("thay thế")
        ANNUL = "annul", _("huỷ bỏ")

    result = models.ForeignKey(Result, models.PROTECT, related_name="corrections", verbose_name=_("kết quả"))
    kind = models.CharField(_("loại"), max_length=7, choices=Kind)
    reason = models.TextField(_("lý do"))
    content = models.JSONField(_("nội dung mới"), default=dict)
    number = models.PositiveIntegerField(_("số"))
    number_text = models.CharField(_("số và ký hiệu"), max_length=60)
    signed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người ký"))
    signed_at = models.DateTimeField(_("ký lúc"))
    issued_at = models.DateTimeField(_("ban hành lúc"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("quyết định sửa kết quả")
        verbose_name_plural = _("quyết định sửa kết quả")


class IssuedForm(models.Model):
    """A one-stop form (02 to 06) as it was issued: the data it was printed from. The database refuses changes."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="issued_forms", verbose_name=_("hồ sơ"))
    form = models.CharField(_("biểu mẫu"), max_length=12)
    form_set = models.CharField(_("bộ biểu mẫu"), max_length=8)
    data = models.JSONField(_("nội dung đã phát hành"))
    issued_at = models.DateTimeField(_("phát hành lúc"))
    issued_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người phát hành")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("biểu mẫu đã phát hành")
        verbose_name_plural = _("biểu mẫu đã phát hành")
        # Reader: papers.form_pdf, the newest form of its kind of one dossier.
        indexes = [models.Index(fields=["dossier", "form", "-issued_at"], name="procedures_forms_of_dossier")]

    def __str__(self) -> str:
        return f"{self.form} {self.issued_at:%d/%m/%Y}"

    @property
    def title(self) -> str:
        """The form's name as printed; a receipt's data carries none."""
        return str(self.data.get("title", "")) or "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
