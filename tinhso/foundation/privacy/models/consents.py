"""What personal data is used for, on which basis; each person's word where the basis is their consent."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.privacy.rules import Decision
from tinhso.foundation.text.fields import VietnameseCharField


class Basis(models.TextChoices):
    """Why the processing is lawful (Law 91/2025 arts 9 and 19)."""

    LAW = "law", _("theo luật, không phải hỏi ý kiến")
    CONSENT = "consent", _("theo sự đồng ý của bạn")


class Channel(models.TextChoices):
    """How the person's word came in."""

    WEB = "web", _("trên cổng, tài khoản của người đó")
    DESK = "desk", _("tại quầy, có cán bộ đối chiếu giấy tờ")


class PurposeQuerySet(models.QuerySet["Purpose"]):
    """Reads of purposes by date."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class Purpose(models.Model):
    """One version of one purpose of processing. A changed sentence is a new version; rows never change."""

    code = models.CharField(_("mã mục đích"), max_length=60)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    sentence = models.TextField(_("dùng để làm gì"))
    basis = models.CharField(_("cơ sở"), max_length=7, choices=Basis)
    legal_basis = models.TextField(_("căn cứ pháp lý"))
    data_fields = ArrayField(VietnameseCharField(max_length=200), verbose_name=_("dữ liệu được dùng"))
    retention = VietnameseCharField(_("lưu trong bao lâu"), max_length=300)
    receiver = VietnameseCharField(_("ai nhận dữ liệu"), max_length=300)
    # Processing by law that a person may still have restricted or object to, because the law leaves it open.
    may_object = models.BooleanField(_("được phản đối, hạn chế"), default=False)
    # A wider use asks everybody again; a sentence made clearer does not.
    asks_again = models.BooleanField(_("phải hỏi lại sự đồng ý"), default=True)
    valid_from = models.DateField(_("áp dụng từ"))
    valid_to = models.DateField(_("hết áp dụng (không tính ngày này)"), null=True, blank=True)

    objects = PurposeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục đích xử lý dữ liệu cá nhân")
        verbose_name_plural = _("mục đích xử lý dữ liệu cá nhân")
        ordering = ["basis", "code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="privacy_one_purpose_version"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="privacy_purpose_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(sentence="") & ~Q(legal_basis=""), name="privacy_purpose_says_what_and_why"
            ),
            ExclusionConstraint(
                name="privacy_purpose_versions_never_overlap",
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
        return self.sentence

    @property
    def asks(self) -> bool:
        return self.basis == Basis.CONSENT


class Consent(models.Model):
    """One word of one person on one purpose: given, declined or withdrawn. Never edited (database trigger)."""

    DECISIONS = (
        (Decision.GIVEN.value, _("đồng ý")),
        (Decision.DECLINED.value, _("không đồng ý")),
        (Decision.WITHDRAWN.value, _("rút lại sự đồng ý")),
    )

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="consents", verbose_name=_("của ai"))
    code = models.CharField(_("mã mục đích"), max_length=60)
    # The very wording that was on the screen.
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="consents", verbose_name=_("nội dung đã đọc"))
    decision = models.CharField(_("ý kiến"), max_length=9, choices=DECISIONS)
    at = models.DateTimeField(_("lúc"))
    channel = models.CharField(_("kênh"), max_length=4, choices=Channel)
    account_id = models.BigIntegerField(_("tài khoản ghi"), null=True)
    account_label = models.CharField(_("người ghi"), max_length=200)
    document = VietnameseCharField(_("giấy tờ đã đối chiếu"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("ý kiến về việc dùng dữ liệu")
        verbose_name_plural = _("ý kiến về việc dùng dữ liệu")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB) | ~Q(document=""), name="privacy_desk_consent_names_the_paper"
            )
        ]
        indexes = [models.Index(fields=["person", "code", "-id"], name="privacy_word_of_person")]


class Restriction(models.Model):
    """A use stopped for one person because they asked: it holds until lifted."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="restrictions", verbose_name=_("của ai"))
    code = models.CharField(_("mã mục đích"), max_length=60)
    request = models.ForeignKey(
        "privacy.DataRequest", models.PROTECT, related_name="restrictions", verbose_name=_("theo yêu cầu")
    )
    since = models.DateTimeField(_("từ lúc"))
    lifted_at = models.DateTimeField(_("thôi hạn chế lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("hạn chế xử lý")
        verbose_name_plural = _("hạn chế xử lý")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code"], condition=Q(lifted_at=None), name="privacy_one_restriction_at_a_time"
            )
        ]
