"""Proactive services of levels 1 and 2: rules by date, reminders, who does not want them, what the province knows."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.proactive.rules import OPEN, State, Trigger


class Kind(models.TextChoices):
    """What happened in somebody's life: what they may opt out of, and what officers count by."""

    BIRTH = "birth", _("sinh con")
    MARRIAGE = "marriage", _("kết hôn")
    DEATH = "death", _("mất người thân")
    DISABILITY = "disability", _("khuyết tật")
    AGE = "age", _("đến tuổi")
    SCHOOL = "school", _("con đến tuổi vào trường")
    EXPIRY = "expiry", _("giấy tờ sắp hết hạn")
    BUSINESS = "business", _("mở cơ sở kinh doanh")


class Level(models.IntegerChoices):
    """Decree 224/2026 art. 16: what the province does of its own accord."""

    REMIND = 1, _("Mức độ 1: nhắc thực hiện")
    PREPARE = 2, _("Mức độ 2: nhắc và chuẩn bị hồ sơ")


class TriggerName(models.TextChoices):
    """The triggers, as an administrator reads them."""

    RESULT = Trigger.RESULT.value, _("sau khi có kết quả của một thủ tục")
    AGE = Trigger.AGE.value, _("khi đến một độ tuổi")
    SCHOOL = Trigger.SCHOOL.value, _("mùa tuyển sinh của một độ tuổi")
    EXPIRY = Trigger.EXPIRY.value, _("khi kết quả sắp hết hạn dùng")
    BUSINESS = Trigger.BUSINESS.value, _("khi cơ sở kinh doanh mới được ghi nhận")


class RuleQuerySet(models.QuerySet["ReminderRule"]):
    """Reads by date."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def newest(self) -> Self:
        return self.filter(valid_to=None)


class ReminderRule(models.Model):
    """One rule as it held from one day on. Never changed: a change is a new version (rows keep what they spoke by)."""

    code = models.SlugField(_("mã quy tắc"), max_length=40)
    number = models.PositiveSmallIntegerField(_("phiên bản"))
    kind = models.CharField(_("chuyện đời"), max_length=10, choices=Kind)
    title = VietnameseCharField(_("việc được nhắc"), max_length=200)
    says = models.TextField(_("lời nhắc"))
    trigger = models.CharField(_("nhắc khi nào"), max_length=10, choices=TriggerName)
    params = models.JSONField(_("số liệu của quy tắc"), default=dict)
    procedure = models.CharField(_("thủ tục làm tiếp"), max_length=30)
    case_code = models.CharField(_("trường hợp"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("mức độ chủ động"), choices=Level)
    # Level 2: {"question of the new form": "where its answer comes from"}; see preparing.py.
    fills = models.JSONField(_("nội dung điền sẵn"), default=dict, blank=True)
    basis = models.TextField(_("căn cứ pháp lý"))
    # False: the basis is named by us and was not read in a text; officers see that it is to be checked.
    basis_is_seen = models.BooleanField(_("đã đọc căn cứ"), default=False)
    source = models.TextField(_("nguồn"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    published_at = models.DateTimeField(_("ban hành lúc"), auto_now_add=True)
    published_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("lý do thay đổi"), blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy tắc nhắc việc")
        verbose_name_plural = _("quy tắc nhắc việc")
        ordering = ["kind", "code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="proactive_one_version_number"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="proactive_period_runs_forward"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="proactive_level_1_or_2"),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(source=""), name="proactive_a_rule_names_its_basis"),
            ExclusionConstraint(
                name="proactive_versions_never_overlap",
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
        return str(self.title)

    def numbers(self) -> dict[str, int]:
        """The rule's own numbers, by name."""
        return {name: value for name, value in self.params.items() if isinstance(value, int)}


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads by state."""

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def waiting(self) -> Self:
        """Told or put off, and not answered by a dossier yet."""
        return self.filter(state__in=[*OPEN, State.LATER], dossier=None)


class Reminder(models.Model):
    """One matter that one person was reminded of: why, from what, until when, and what came of it."""

    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="reminders", verbose_name=_("quy tắc"))
    # Of the rule's code, so that a new version of the rule does not remind again.
    code = models.SlugField(max_length=40, editable=False)
    # The occasion: the same one is told once, whatever the job and the events do.
    event_key = models.CharField(max_length=80, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("người được nhắc"))
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("tài khoản"))
    # Whom it is about when not the person told: a child, somebody who died. A name, and the record when there is one.
    about_name = VietnameseCharField(_("về ai"), max_length=120, blank=True)
    about = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    # How the province knows, as data: words.why makes the sentence in the reader's language.
    facts = models.JSONField(_("vì sao tỉnh biết"), default=dict)
    fact_on = models.DateField(_("ngày của dữ liệu"))
    due_on = models.DateField(_("nên làm trước hết ngày"), null=True, blank=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    level = models.PositiveSmallIntegerField(_("mức độ chủ động"), choices=Level)
    state = models.CharField(_("trạng thái"), max_length=8, default=State.TOLD.value)
    told_at = models.DateTimeField(_("nhắc lúc"))
    opened_at = models.DateTimeField(_("mở xem lúc"), null=True, blank=True)
    prepared_at = models.DateTimeField(_("chuẩn bị hồ sơ lúc"), null=True, blank=True)
    draft = models.ForeignKey(
        "procedures.Draft", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("hồ sơ chuẩn bị")
    )
    dossier = models.ForeignKey(
        "procedures.Dossier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hồ sơ đã nộp")
    )
    filed_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    settled_at = models.DateTimeField(_("thôi nhắc lúc"), null=True, blank=True)
    ended_why = models.CharField(_("vì sao thôi nhắc"), max_length=20, blank=True)
    # What it came from, so that a withdrawn result withdraws its reminders.
    source_dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, null=True, blank=True, related_name="+")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc được nhắc")
        verbose_name_plural = _("việc được nhắc")
        constraints = [
            models.UniqueConstraint(fields=["code", "event_key", "person"], name="proactive_told_once"),
            models.CheckConstraint(condition=Q(state__in=[str(one) for one in State]), name="proactive_known_state"),
            models.CheckConstraint(
                condition=~Q(state=State.FILED.value) | Q(filed_at__isnull=False), name="proactive_filed_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-told_at"], name="proactive_of_person"),
            # Readers: the officers' table and the measures.
            models.Index(fields=["unit", "told_at"], name="proactive_by_unit"),
            models.Index(fields=["draft"], name="proactive_by_draft", condition=Q(draft__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.rule.title)

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN


class OptOut(models.Model):
    """A person does not want to be reminded: of one kind of event, or of anything (Decree 224/2026 art. 17.3)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("ai"))
    # "": everything.
    kind = models.CharField(_("chuyện đời"), max_length=10, choices=Kind, blank=True)
    since = models.DateTimeField(_("từ lúc"))
    until = models.DateTimeField(_("nhận lại từ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lời từ chối nhắc việc")
        verbose_name_plural = _("lời từ chối nhắc việc")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(until=None), name="proactive_one_standing_refusal"
            )
        ]


class Child(models.Model):
    """A child the province knows by a birth certificate issued here: who registered it as father or mother."""

    parent = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("cha hoặc mẹ"))
    name = VietnameseCharField(_("tên con"), max_length=120)
    born_on = models.DateField(_("ngày sinh"))
    dossier = models.OneToOneField("procedures.Dossier", models.PROTECT, related_name="+", verbose_name=_("hồ sơ"))
    known_on = models.DateField(_("biết từ ngày"))
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("con theo Giấy khai sinh")
        verbose_name_plural = _("con theo Giấy khai sinh")
        indexes = [models.Index(fields=["born_on"], name="proactive_children", condition=Q(ended_at=None))]


class Death(models.Model):
    """A death registered here. Whoever it names is never addressed, by record or by number."""

    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    personal_number = models.CharField(_("số định danh cá nhân"), max_length=12, db_index=True)
    died_on = models.DateField(_("ngày mất"), null=True, blank=True)
    dossier = models.OneToOneField("procedures.Dossier", models.PROTECT, related_name="+", verbose_name=_("hồ sơ"))
    ended_at = models.DateTimeField(_("huỷ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("người đã mất theo Trích lục khai tử")
        verbose_name_plural = _("người đã mất theo Trích lục khai tử")
        indexes = [models.Index(fields=["person"], name="proactive_dead", condition=Q(ended_at=None))]


class Sweep(models.Model):
    """One night's look over everything: which rules are done, so that a killed job goes on where it was."""

    on = models.DateField(_("ngày"), unique=True)
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    done = models.JSONField(_("quy tắc đã quét"), default=list)
    told = models.PositiveIntegerField(_("đã nhắc"), default=0)
    failed = models.PositiveIntegerField(_("lỗi"), default=0)

    class Meta:
        verbose_name = _("lần quét nhắc việc")
        verbose_name_plural = _("lần quét nhắc việc")

    def note(self, code: str, told: int, failed: int) -> None:
        """A rule is done."""
        self.done = [*self.done, code]
        self.told, self.failed = self.told + told, self.failed + failed
        self.save(update_fields=["done", "told", "failed"])


def kind_name(value: str) -> Any:
    """The kind as people read it."""
    return Kind(value).label
