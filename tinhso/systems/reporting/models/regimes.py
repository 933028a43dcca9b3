"""Regimes of reporting and the versions of their forms. A published version never changes."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.reporting.rules import periods
from tinhso.systems.reporting.rules.content import Form, read


class Regime(models.Model):
    """A reporting regime (chế độ báo cáo, Decree 09/2019/NĐ-CP): what is reported to whom. Its code never changes."""

    code = models.SlugField(_("mã chế độ"), max_length=40, unique=True)
    name = VietnameseCharField(_("tên chế độ báo cáo"), max_length=200)
    owner = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan nhận báo cáo"))
    source = models.TextField(_("nguồn"), blank=True)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    ended_on = models.DateField(_("thôi áp dụng từ ngày"), null=True, blank=True)
    # Approved reports of this regime also go to the national reporting system.
    goes_national = models.BooleanField(_("gửi Hệ thống thông tin báo cáo quốc gia"), default=False)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("chế độ báo cáo")
        verbose_name_plural = _("chế độ báo cáo")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class VersionState(models.TextChoices):
    """A version is written, then published; a given-up draft stays readable."""

    DRAFT = "draft", _("đang soạn")
    PUBLISHED = "published", _("đã ban hành")
    DROPPED = "dropped", _("đã bỏ")


class SigningWay(models.TextChoices):
    """How the leader of the reporting unit approves."""

    SIGNATURE = "signature", _("ký số trên báo cáo PDF")
    CONFIRMATION = "confirmation", _("xác nhận sau khi xác thực lại")


class FormVersion(models.Model):
    """One version of a regime: who reports how often and until when, the form, its checks, its levels of approval."""

    FREQUENCIES = [
        (PeriodKind.DAY.value, _("hằng ngày")),
        (PeriodKind.WEEK.value, _("hằng tuần")),
        (PeriodKind.MONTH.value, _("hằng tháng")),
        (PeriodKind.QUARTER.value, _("hằng quý")),
        (PeriodKind.HALF.value, _("6 tháng")),
        (PeriodKind.YEAR.value, _("hằng năm")),
    ]
    CUT_OFFS = [
        (
            periods.CutOff.ADMINISTRATIVE.value,
            _("hành chính: từ ngày 15 kỳ trước đến ngày 14 (NĐ 09/2019/NĐ-CP, điều 12)"),
        ),
        (periods.CutOff.CALENDAR.value, _("thống kê: theo tháng, quý, năm dương lịch")),
        (periods.CutOff.OWN.value, _("chốt riêng: ngày chốt do chế độ quy định")),
    ]

    regime = models.ForeignKey(Regime, models.PROTECT, related_name="versions", verbose_name=_("chế độ báo cáo"))
    number = models.PositiveSmallIntegerField(_("phiên bản"))
    state = models.CharField(_("trạng thái"), max_length=9, choices=VersionState, default=VersionState.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    legal_basis = models.TextField(_("căn cứ pháp lý"), blank=True)
    frequency = models.CharField(_("tần suất"), max_length=8, choices=FREQUENCIES, default="month")
    cut_off = models.CharField(_("cách chốt số liệu"), max_length=14, choices=CUT_OFFS, default="administrative")
    close_day = models.PositiveSmallIntegerField(_("ngày chốt"), default=0)
    is_next_month = models.BooleanField(_("chốt vào tháng sau của kỳ"), default=False)
    due_days = models.PositiveSmallIntegerField(_("hạn gửi: số ngày làm việc sau ngày chốt"), default=3)
    reporter_kinds = models.JSONField(_("loại đơn vị phải báo cáo"), default=list)
    # Named units only; empty: every unit of the kinds above.
    reporter_ids = models.JSONField(_("đơn vị phải báo cáo"), default=list, blank=True)
    signing = models.CharField(_("lãnh đạo đơn vị duyệt"), max_length=12, choices=SigningWay, default="signature")
    needs_province = models.BooleanField(_("cơ quan nhận phải duyệt"), default=True)
    remind_days = models.JSONField(_("nhắc trước hạn (ngày làm việc)"), default=list)
    escalate_days = models.PositiveSmallIntegerField(_("báo lãnh đạo khi quá hạn (ngày làm việc)"), default=1)
    content = models.JSONField(_("biểu mẫu"), default=dict)
    # The first calendar day of the first period that this version serves.
    valid_from = models.DateField(_("áp dụng từ kỳ"), null=True, blank=True)
    published_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    published_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    lock_version = models.PositiveIntegerField(default=0)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("phiên bản chế độ báo cáo")
        verbose_name_plural = _("phiên bản chế độ báo cáo")
        ordering = ["regime", "number"]
        constraints = [
            models.UniqueConstraint(fields=["regime", "number"], name="reporting_one_version_number"),
            models.UniqueConstraint(
                fields=["regime"], condition=Q(state="draft"), name="reporting_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, valid_from__isnull=False),
                name="reporting_published_has_its_day",
            ),
            # A published version is refused every change by the trigger of migration 0001.
        ]

    def __str__(self) -> str:
        return f"{self.regime} · {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @cached_property
    def form(self) -> Form:
        """The form read from its JSON; a row loaded anew reads it anew."""
        return read(self.content)

    @property
    def rule(self) -> periods.Rule:
        return periods.Rule(periods.CutOff(self.cut_off), self.close_day, self.is_next_month)

    def span_of(self, period: AnyPeriod) -> periods.Span:
        return periods.span_of(period, self.rule)
