"""What goes on around a dossier: messages, rating, feedback, the wallet, powers, co-applicants, delivery."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.afterwards.rules import OPEN_FEEDBACK, FeedbackState, PowerState, power_holds

# Letters and digits that are not mistaken for one another when read aloud.
_LETTERS = "ABCDEFGHKLMNPQRSTUVXY3456789"


def new_code(length: int = 10) -> str:
    """A code that cannot be guessed and can be read over the telephone."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


class Message(models.Model):
    """One message on a dossier, from the citizen's side or from the office's; never edited, never removed."""

    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, related_name="messages", verbose_name=_("hồ sơ"))
    from_office = models.BooleanField(_("của cơ quan"))
    sender = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người gửi"))
    # As at the time of sending: the name, and for an officer the office, that the other side reads.
    sender_name = VietnameseCharField(_("tên người gửi"), max_length=120)
    office = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("cơ quan"))
    body = models.TextField(_("nội dung"))
    sent_at = models.DateTimeField(_("gửi lúc"))
    read_at = models.DateTimeField(_("bên kia đọc lúc"), null=True, blank=True)
    read_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("trao đổi")
        verbose_name_plural = _("trao đổi")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="afterwards_message_says_something"),
            models.CheckConstraint(
                condition=Q(from_office=False) | Q(office__isnull=False), name="afterwards_officer_names_the_office"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "sent_at"], name="afterwards_messages"),
            models.Index(fields=["dossier"], name="afterwards_unread", condition=Q(read_at=None)),
        ]


class MessageFile(models.Model):
    """A file sent with a message."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("tệp kèm trao đổi")
        verbose_name_plural = _("tệp kèm trao đổi")


class Score(models.IntegerChoices):
    """How content the person was."""

    VERY_GOOD = 4, _("Rất hài lòng")
    GOOD = 3, _("Hài lòng")
    FAIR = 2, _("Bình thường")
    BAD = 1, _("Không hài lòng")


class Reason(models.TextChoices):
    """Why; any number of them."""

    FAST = "fast", _("nhanh, đúng hẹn")
    CLEAR = "clear", _("hướng dẫn rõ ràng")
    KIND = "kind", _("cán bộ tận tình")
    EASY = "easy", _("làm trực tuyến dễ")
    SLOW = "slow", _("chậm, quá hẹn")
    UNCLEAR = "unclear", _("hướng dẫn khó hiểu")
    RUDE = "rude", _("thái độ chưa tốt")
    MORE_PAPERS = "more_papers", _("đòi thêm giấy tờ")
    MORE_MONEY = "more_money", _("thu tiền ngoài quy định")


class Rating(models.Model):
    """The one rating of a finished dossier. No account is kept with it: nobody signs in to say what they think."""

    dossier = models.OneToOneField("procedures.Dossier", models.PROTECT, related_name="rating", verbose_name=_("hồ sơ"))
    score = models.PositiveSmallIntegerField(_("mức hài lòng"), choices=Score)
    reasons = ArrayField(models.CharField(max_length=12, choices=Reason), default=list, verbose_name=_("lý do"))
    comment = models.TextField(_("góp ý"), blank=True)
    rated_at = models.DateTimeField(_("đánh giá lúc"))
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("đánh giá")
        verbose_name_plural = _("đánh giá")
        constraints = [models.CheckConstraint(condition=Q(score__range=(1, 4)), name="afterwards_score_1_to_4")]
        indexes = [models.Index(fields=["rated_at"], name="afterwards_rated")]


class FeedbackKind(models.TextChoices):
    """What it is about (Decree 20/2008 art. 5; the two classes of Decision 766 row 5.1)."""

    STAFF = "staff", _("cán bộ, việc giải quyết hồ sơ")
    RULES = "rules", _("quy định, thủ tục hành chính")


class Verdict(models.TextChoices):
    """What the sender thinks of how it was handled."""

    NONE = "", _("chưa nói")
    LIKED = "liked", _("hài lòng với cách xử lý")
    DISLIKED = "disliked", _("không hài lòng với cách xử lý")


class Feedback(models.Model):
    """A complaint or proposal with its clocks (phản ánh, kiến nghị). Whoever holds the code follows it."""

    code = models.CharField(_("mã phản ánh"), max_length=12, unique=True, default=new_code)
    kind = models.CharField(_("phân loại"), max_length=6, choices=FeedbackKind)
    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, null=True, blank=True, related_name="feedback")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi xử lý"))
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    # Decree 20/2008 art. 7.1.d: name, address, telephone of whoever writes.
    sender_name = VietnameseCharField(_("họ tên"), max_length=120)
    address = VietnameseCharField(_("địa chỉ"), max_length=300)
    phone = models.CharField(_("điện thoại"), max_length=15)
    body = models.TextField(_("nội dung"))
    state = models.CharField(_("trạng thái"), max_length=10, default=FeedbackState.RECEIVED)
    sent_at = models.DateTimeField(_("gửi lúc"))
    # The clocks run from receipt, or from the transfer to this agency.
    clock_from = models.DateTimeField(_("tính hạn từ"))
    refuse_due_at = models.DateTimeField(_("hạn từ chối, trả lại"))
    ask_due_at = models.DateTimeField(_("hạn yêu cầu bổ sung lần đầu"))
    answer_due_at = models.DateTimeField(_("hạn trả lời"))
    asked_at = models.DateTimeField(_("yêu cầu bổ sung lúc"), null=True, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    publish_due_at = models.DateTimeField(_("hạn công khai"), null=True, blank=True)
    public_summary = models.TextField(_("tóm tắt công khai"), blank=True)
    published_at = models.DateTimeField(_("công khai lúc"), null=True, blank=True)
    verdict = models.CharField(_("người gửi nhận xét"), max_length=8, choices=Verdict, default=Verdict.NONE, blank=True)
    re_raised = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="raised_again")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("phản ánh, kiến nghị")
        verbose_name_plural = _("phản ánh, kiến nghị")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in FeedbackState]), name="afterwards_feedback_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[FeedbackState.ANSWERED, FeedbackState.PUBLISHED])
                | Q(answered_at__isnull=False, publish_due_at__isnull=False),
                name="afterwards_answered_feedback_has_an_answer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "answer_due_at"],
                name="afterwards_feedback_queue",
                condition=Q(state__in=[str(state) for state in sorted(OPEN_FEEDBACK)]),
            ),
            models.Index(fields=["-published_at"], name="afterwards_feedback_public"),
        ]

    def __str__(self) -> str:
        return str(self.code)


class FeedbackStep(models.Model):
    """One step of a feedback's way, as the sender reads it."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="steps")
    act = models.CharField(_("việc"), max_length=12)
    at = models.DateTimeField(_("lúc"))
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    by_name = VietnameseCharField(_("người làm"), max_length=120, blank=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("nội dung"), blank=True)
    is_late = models.BooleanField(_("quá hạn"), default=False)

    class Meta:
        verbose_name = _("bước xử lý phản ánh")
        verbose_name_plural = _("bước xử lý phản ánh")
        ordering = ["at", "pk"]


class ItemKind(models.TextChoices):
    """What lies in the wallet."""

    PAPER = "paper", _("giấy tờ đã nộp")
    RESULT = "result", _("kết quả đã nhận")


class WalletItem(models.Model):
    """A paper or result of a person that the province already has, offered again when a form asks for the same."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="wallet", verbose_name=_("của ai"))
    kind = models.CharField(_("loại"), max_length=6, choices=ItemKind)
    label = VietnameseCharField(_("tên giấy tờ"), max_length=500)
    key = models.CharField(max_length=200, editable=False)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))
    sha256 = models.CharField(max_length=64, editable=False)
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    expires_on = models.DateField(_("dùng được đến hết ngày"), null=True, blank=True)
    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, related_name="+", verbose_name=_("từ hồ sơ"))
    added_at = models.DateTimeField(_("có từ lúc"))
    hidden_at = models.DateTimeField(_("thôi đề nghị dùng lại lúc"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("giấy tờ trong ví")
        verbose_name_plural = _("giấy tờ trong ví")
        constraints = [
            models.UniqueConstraint(fields=["person", "sha256", "key"], name="afterwards_a_paper_lies_once_in_a_wallet")
        ]
        indexes = [models.Index(fields=["person", "key"], name="afterwards_wallet_by_key")]

    def is_usable_on(self, day: date) -> bool:
        return self.hidden_at is None and (self.expires_on is None or day <= self.expires_on)


class WalletUse(models.Model):
    """A paper used again, with the consent given for this one use (Law 91/2025)."""

    item = models.ForeignKey(WalletItem, models.PROTECT, related_name="uses")
    paper = models.OneToOneField("procedures.DossierPaper", models.PROTECT, related_name="from_wallet")
    draft = models.ForeignKey("procedures.Draft", models.PROTECT, related_name="+")
    used_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    consented_at = models.DateTimeField(_("đồng ý lúc"))

    class Meta:
        verbose_name = _("lần dùng lại giấy tờ")
        verbose_name_plural = _("lần dùng lại giấy tờ")


class PowerKind(models.TextChoices):
    """By what right somebody acts for another (Civil Code 91/2015 arts 134-143)."""

    GUARDIAN = "guardian", _("cha mẹ, người giám hộ")
    COMPANY = "company", _("đại diện doanh nghiệp, tổ chức")
    ATTORNEY = "attorney", _("theo uỷ quyền")


class PowerQuerySet(models.QuerySet["Power"]):
    """Reads by date."""

    def holding(self, day: date) -> Self:
        return self.filter(state=PowerState.CONFIRMED, valid_from__lte=day, valid_to__gte=day)


class Power(models.Model):
    """A right to act for a person or an enterprise: time-bound, with evidence, confirmed, revocable."""

    kind = models.CharField(_("căn cứ"), max_length=8, choices=PowerKind)
    agent = models.ForeignKey("people.Account", models.PROTECT, related_name="powers", verbose_name=_("người làm thay"))
    # As the agent wrote it: until it is confirmed nothing of the register is shown or used.
    principal_name = VietnameseCharField(_("làm thay cho"), max_length=250)
    principal_number = models.CharField(_("số định danh hoặc mã số thuế"), max_length=13)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="powers_given")
    enterprise = models.ForeignKey(
        "people.Enterprise", models.PROTECT, null=True, blank=True, related_name="powers_given"
    )
    # Empty: all procedures.
    procedures = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("thủ tục"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"))
    evidence = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("giấy tờ chứng minh")
    )
    desk = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi xác nhận"))
    state = models.CharField(_("trạng thái"), max_length=10, default=PowerState.ASKED)
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    settled_at = models.DateTimeField(_("xác nhận hoặc từ chối lúc"), null=True, blank=True)
    settled_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    # "officer": at the desk; "level": by the principal in their own account of level 2.
    confirmed_how = models.CharField(_("cách xác nhận"), max_length=8, blank=True)
    ended_at = models.DateTimeField(_("chấm dứt lúc"), null=True, blank=True)
    ended_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    reason = VietnameseCharField(_("lý do từ chối, chấm dứt"), max_length=300, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = PowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("quyền làm thay")
        verbose_name_plural = _("quyền làm thay")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="afterwards_power_has_a_term"
            ),
            models.CheckConstraint(
                condition=~Q(state=PowerState.CONFIRMED)
                | (Q(person__isnull=False, enterprise=None) | Q(person=None, enterprise__isnull=False)),
                name="afterwards_confirmed_power_names_one_principal",
            ),
            models.CheckConstraint(
                condition=~Q(state=PowerState.CONFIRMED)
                | Q(settled_at__isnull=False, confirmed_how__in=["officer", "level"]),
                name="afterwards_confirmed_power_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "state"], name="afterwards_powers_of_agent"),
            models.Index(fields=["principal_number"], name="afterwards_powers_asked"),
            models.Index(
                fields=["desk", "asked_at"], name="afterwards_powers_queue", condition=Q(state=PowerState.ASKED)
            ),
        ]

    def holds_on(self, day: date) -> bool:
        return power_holds(self.state, self.valid_from, self.valid_to, day)


class ActingDraft(models.Model):
    """A draft that is being filled in for another."""

    draft = models.OneToOneField("procedures.Draft", models.PROTECT, related_name="acting")
    power = models.ForeignKey(Power, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("hồ sơ đang soạn thay")
        verbose_name_plural = _("hồ sơ đang soạn thay")


class ActingDossier(models.Model):
    """A dossier filed for another: under which power."""

    dossier = models.OneToOneField("procedures.Dossier", models.PROTECT, related_name="acting")
    power = models.ForeignKey(Power, models.PROTECT, related_name="dossiers")

    class Meta:
        verbose_name = _("hồ sơ nộp thay")
        verbose_name_plural = _("hồ sơ nộp thay")


class CoApplicantState(models.TextChoices):
    """A co-applicant's word."""

    INVITED = "invited", _("chờ xác nhận")
    CONFIRMED = "confirmed", _("đã xác nhận")
    DECLINED = "declined", _("không đồng ý")
    WITHDRAWN = "withdrawn", _("đã rút lời mời")


class CoApplicant(models.Model):
    """Somebody who files together: invited by code, confirms in their own account or at the counter."""

    dossier = models.ForeignKey("procedures.Dossier", models.PROTECT, related_name="co_applicants")
    name = VietnameseCharField(_("họ, chữ đệm, tên"), max_length=120)
    code = models.CharField(_("mã mời"), max_length=12, unique=True, default=new_code)
    state = models.CharField(max_length=10, choices=CoApplicantState, default=CoApplicantState.INVITED)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(_("mời lúc"))
    expires_at = models.DateTimeField(_("mã dùng được đến"))
    settled_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    # The officer, when confirmed at the counter.
    officer = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("người cùng nộp")
        verbose_name_plural = _("người cùng nộp")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "person"],
                condition=Q(state=CoApplicantState.CONFIRMED),
                name="afterwards_a_person_confirms_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=CoApplicantState.CONFIRMED) | Q(person__isnull=False, settled_at__isnull=False),
                name="afterwards_confirmed_co_applicant_is_a_person",
            ),
        ]


class DeliveryWay(models.TextChoices):
    """How the result is to reach the person."""

    DOWNLOAD = "download", _("tải bản điện tử")
    POST = "post", _("qua bưu chính đến địa chỉ")
    DESK = "desk", _("nhận tại bộ phận một cửa")


class DeliveryChoice(models.Model):
    """The way chosen, and where to; the state of the delivery itself is the dossier's own."""

    dossier = models.OneToOneField("procedures.Dossier", models.PROTECT, related_name="delivery_choice")
    way = models.CharField(_("cách nhận"), max_length=8, choices=DeliveryWay)
    recipient = VietnameseCharField(_("người nhận"), max_length=120, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=15, blank=True)
    address = VietnameseCharField(_("địa chỉ nhận"), max_length=300, blank=True)
    chosen_at = models.DateTimeField(_("chọn lúc"))
    downloaded_at = models.DateTimeField(_("tải lần đầu lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("cách nhận kết quả")
        verbose_name_plural = _("cách nhận kết quả")
        constraints = [
            models.CheckConstraint(
                condition=~Q(way=DeliveryWay.POST) | (~Q(address="") & ~Q(recipient="") & ~Q(phone="")),
                name="afterwards_post_has_an_address",
            )
        ]
