"""Dated fee rules and exemptions, and what was decided for each dossier."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.fees import rules
from tinhso.systems.procedures.models import Channel


def _never_overlaps(name: str, *keys: str) -> ExclusionConstraint:
    """Rows alike in `keys` must not share a day. Texts are compared by their hash: no extension is needed."""
    expressions: list[tuple[object, str]] = []
    for key in keys:
        hashed = [Func(F(key), Value(0), function="hashtextextended") for _side in range(2)]
        expressions.append((Func(*hashed, Value("[]"), function="int8range"), RangeOperators.OVERLAPS))
    lived = Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(name=name, expressions=[*expressions, (lived, RangeOperators.OVERLAPS)])  # type: ignore[list-item]


class Certainty(models.TextChoices):
    """How far the source is to be trusted; shown wherever the rule is."""

    SURE = "sure", _("đã đối chiếu văn bản")
    SEEN = "seen", _("thấy ghi trên Cổng Dịch vụ công quốc gia")
    CHECK = "check", _("cần kiểm tra")


class DueBefore(models.TextChoices):
    """What waits for the money."""

    NOTHING = "nothing", _("không chờ: nộp lúc nào cũng được")
    RECEPTION = "reception", _("nộp trước khi tiếp nhận")
    WORK = "work", _("nhận trước, nộp trước khi chuyển thụ lý")
    RESULT = "result", _("nộp trước khi trả kết quả")


Dated = TypeVar("Dated", bound=models.Model)


class DatedQuerySet(models.QuerySet[Dated]):
    """Reads by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class FeeRule(models.Model):
    """One fee of a procedure from one day to another. An empty amount means: not known. It never means zero."""

    class Kind(models.TextChoices):
        FEE = "fee", _("lệ phí")
        CHARGE = "charge", _("phí")

    province = models.CharField(_("mã tỉnh (trống: cả nước)"), max_length=10, blank=True)
    procedure_code = models.CharField(_("mã thủ tục"), max_length=30)
    case = models.CharField(_("trường hợp (trống: mọi trường hợp)"), max_length=40, blank=True)
    channel = models.CharField(_("cách nộp (trống: mọi cách)"), max_length=8, choices=Channel, blank=True)
    name = VietnameseCharField(_("tên phí, lệ phí"), max_length=200)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind, default=Kind.FEE)
    amount = models.BigIntegerField(_("mức thu (đồng; trống: chưa biết)"), null=True, blank=True)
    per = VietnameseCharField(_("tính trên mỗi"), max_length=60, blank=True)
    quantity_field = models.CharField(_("câu hỏi ghi số lượng"), max_length=80, blank=True)
    # [{"up_to": 2, "amount": 2000}, {"up_to": null, "amount": 1000}]
    tiers = models.JSONField(_("bậc giá"), default=list, blank=True)
    cap = models.BigIntegerField(_("tối đa (đồng)"), null=True, blank=True)
    due_before = models.CharField(_("việc chờ tiền"), max_length=10, choices=DueBefore, default=DueBefore.NOTHING)
    note = models.TextField(_("ghi chú"), blank=True)
    legal_basis = models.TextField(_("căn cứ"), blank=True)
    source = models.TextField(_("nguồn"))
    certainty = models.CharField(_("độ chắc chắn"), max_length=8, choices=Certainty)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("hết hiệu lực (không tính ngày này)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mức thu")
        verbose_name_plural = _("mức thu")
        constraints = [
            _never_overlaps("fees_rule_never_overlaps", "province", "procedure_code", "case", "channel", "name"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="fees_rule_not_negative"),
            models.CheckConstraint(condition=Q(cap=None) | Q(cap__gte=0), name="fees_cap_not_negative"),
            models.CheckConstraint(condition=~Q(source=""), name="fees_rule_names_its_source"),
        ]
        indexes = [models.Index(fields=["procedure_code", "valid_from"], name="fees_rule_of_procedure")]

    def __str__(self) -> str:
        return str(self.name)

    def as_rule(self) -> rules.Rule:
        return rules.Rule(
            pk=self.pk,
            name=str(self.name),
            amount=self.amount,
            per=str(self.per),
            quantity_field=self.quantity_field,
            tiers=tuple(rules.Tier(one["up_to"], one["amount"]) for one in self.tiers),
            cap=self.cap,
            province=self.province,
            case=self.case,
            channel=self.channel,
            basis=self.legal_basis,
        )


class Exemption(models.Model):
    """Who pays less or nothing, from one day to another, by which rule. Two of one group never hold on one day."""

    province = models.CharField(_("mã tỉnh (trống: cả nước)"), max_length=10, blank=True)
    procedure_code = models.CharField(_("mã thủ tục"), max_length=30)
    fee_name = VietnameseCharField(_("tên phí, lệ phí (trống: mọi khoản)"), max_length=200, blank=True)
    group = models.CharField(_("nhóm"), max_length=40)
    name = VietnameseCharField(_("ai được miễn, giảm"), max_length=300)
    percent = models.PositiveSmallIntegerField(_("giảm (phần trăm; 100: miễn)"), default=100)
    # {} : the person says so and the desk checks; {"channel", "case", "answers": {field: value}} applies by itself.
    condition = models.JSONField(_("điều kiện tự áp dụng"), default=dict, blank=True)
    proof = VietnameseCharField(_("giấy tờ chứng minh"), max_length=300, blank=True)
    legal_basis = models.TextField(_("căn cứ"))
    source = models.TextField(_("nguồn"))
    certainty = models.CharField(_("độ chắc chắn"), max_length=8, choices=Certainty)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("hết hiệu lực (không tính ngày này)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("miễn, giảm")
        verbose_name_plural = _("miễn, giảm")
        constraints = [
            _never_overlaps("fees_exemption_never_overlaps", "province", "procedure_code", "fee_name", "group"),
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="fees_exemption_percent"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="fees_exemption_has_a_basis"),
        ]
        indexes = [models.Index(fields=["procedure_code", "valid_from"], name="fees_exemption_of_procedure")]

    def __str__(self) -> str:
        return str(self.name)

    def as_relief(self) -> rules.Relief:
        return rules.Relief(
            self.pk, str(self.name), self.percent, self.legal_basis, str(self.fee_name), dict(self.condition)
        )


class ExemptionClaim(models.Model):
    """A person says that they are exempt; the desk looks at the proof and says yes or no."""

    class State(models.TextChoices):
        ASKED = "asked", _("chờ cán bộ kiểm tra")
        ACCEPTED = "accepted", _("được chấp nhận")
        REFUSED = "refused", _("không được chấp nhận")

    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, related_name="exemption_claims")
    exemption = models.ForeignKey(Exemption, models.PROTECT, related_name="+")
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("giấy tờ, lời trình bày"), blank=True)
    decided_at = models.DateTimeField(_("trả lời lúc"), null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("lý do"), blank=True)

    class Meta:
        verbose_name = _("đề nghị miễn, giảm")
        verbose_name_plural = _("đề nghị miễn, giảm")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state="asked"), name="fees_one_open_claim_per_dossier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} · {self.exemption_id}"


class FeeDecision(models.Model):
    """The fee decided for a dossier, with its reasons, as of that day. A later one takes its place; none is changed."""

    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, related_name="fee_decisions")
    decided_at = models.DateTimeField(_("xác định lúc"))
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("theo biểu ngày"))
    quantity = models.PositiveIntegerField(_("số lượng"), null=True)
    amount = models.BigIntegerField(_("số phải nộp (đồng)"))
    full_amount = models.BigIntegerField(_("mức thu trước miễn, giảm (đồng)"))
    lines = models.JSONField(_("các khoản"), default=list)
    sentences = models.JSONField(_("giải thích"), default=list)
    exemption = models.ForeignKey(Exemption, models.PROTECT, null=True, related_name="+")
    is_by_hand = models.BooleanField(_("cán bộ tự xác định"), default=False)
    basis = models.TextField(_("căn cứ"), blank=True)
    due_before = models.CharField(_("việc chờ tiền"), max_length=10, choices=DueBefore, default=DueBefore.NOTHING)
    bill = models.OneToOneField("payments.Bill", models.PROTECT, null=True, related_name="fee_decision")
    replaced_at = models.DateTimeField(_("thay thế lúc"), null=True)

    class Meta:
        verbose_name = _("quyết định thu")
        verbose_name_plural = _("quyết định thu")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(replaced_at=None), name="fees_one_decision_in_force"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fees_decision_not_negative"),
            models.CheckConstraint(condition=Q(amount=0) | Q(bill__isnull=False), name="fees_what_is_due_has_a_bill"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} · {self.amount}"
