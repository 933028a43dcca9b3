"""Procedures by version: the facts of one decision."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import sort_key


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
