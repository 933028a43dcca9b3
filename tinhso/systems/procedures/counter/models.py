"""The one-stop desk's own things: service groups, counters, queue tickets, appointments, papers taken in, scans."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.counter.rules import AppointmentState, TicketState


class DeskSetup(models.Model):
    """What a one-stop desk needs for its queue: the unguessable address of its kiosk, and whether tickets are given."""

    desk = models.OneToOneField(
        "orgs.Unit", models.PROTECT, related_name="queue_setup", verbose_name=_("bộ phận một cửa")
    )
    kiosk_key = models.UUIDField(_("khoá máy lấy số"), default=uuid.uuid4, unique=True, editable=False)
    gives_tickets = models.BooleanField(_("đang phát số"), default=True)

    class Meta:
        verbose_name = _("thiết lập hàng chờ")
        verbose_name_plural = _("thiết lập hàng chờ")


class LivingQuerySet(models.QuerySet["ServiceGroup"]):
    """Groups in use."""

    def in_use(self) -> Self:
        return self.filter(ended_at=None)


class ServiceGroup(models.Model):
    """Procedures that wait in one line (nhóm dịch vụ), each with a letter printed before the number."""

    desk = models.ForeignKey(
        "orgs.Unit", models.PROTECT, related_name="service_groups", verbose_name=_("bộ phận một cửa")
    )
    letter = models.CharField(_("chữ cái trước số"), max_length=2)
    name = VietnameseCharField(_("tên nhóm"), max_length=120)
    slot_minutes = models.PositiveSmallIntegerField(_("mỗi lượt hẹn (phút)"), default=20)
    slot_capacity = models.PositiveSmallIntegerField(_("số người một lượt hẹn"), default=1)
    book_days = models.PositiveSmallIntegerField(_("đặt trước tối đa (ngày)"), default=14)
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)

    objects = LivingQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhóm dịch vụ")
        verbose_name_plural = _("nhóm dịch vụ")
        ordering = ["letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "letter"], condition=Q(ended_at=None), name="counter_one_letter_per_desk"
            ),
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]{1,2}$"), name="counter_letter_is_a_capital"),
            models.CheckConstraint(condition=Q(slot_minutes__range=(5, 240)), name="counter_slot_has_a_length"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Counter(models.Model):
    """One counter of a desk (quầy) and the groups it serves."""

    desk = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="counters", verbose_name=_("bộ phận một cửa"))
    number = models.PositiveSmallIntegerField(_("số quầy"))
    groups = models.ManyToManyField(ServiceGroup, related_name="counters", verbose_name=_("nhóm phục vụ"))
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("quầy")
        verbose_name_plural = _("quầy")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], condition=Q(ended_at=None), name="counter_one_number")
        ]

    def __str__(self) -> str:
        return _("Quầy %(number)s") % {"number": self.number}


class Priority(models.TextChoices):
    """Who goes first: the Law on the Elderly 39/2009 and the Law on Persons with Disabilities 51/2010; expectant
    mothers and people with small children by the desk's own rules."""

    NONE = "none", _("không ưu tiên")
    ELDERLY = "elderly", _("người cao tuổi (từ 60 tuổi)")
    DISABLED = "disabled", _("người khuyết tật")
    PREGNANT = "pregnant", _("phụ nữ có thai, có con nhỏ")


class Appointment(models.Model):
    """An hour kept for a person at a desk (lịch hẹn). Cancelled ones stay on record and free their place."""

    code = models.CharField(_("mã lịch hẹn"), max_length=8, unique=True)
    group = models.ForeignKey(ServiceGroup, models.PROTECT, related_name="appointments", verbose_name=_("nhóm dịch vụ"))
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người đặt"))
    starts_at = models.DateTimeField(_("bắt đầu lúc"))
    minutes = models.PositiveSmallIntegerField(_("số phút"))
    # Which of the slot's places it takes: with the constraint below no slot holds more than its capacity.
    place = models.PositiveSmallIntegerField(_("chỗ trong lượt"))
    state = models.CharField(_("trạng thái"), max_length=10, default=AppointmentState.BOOKED)
    note = VietnameseCharField(_("việc cần làm"), max_length=300, blank=True)
    booked_at = models.DateTimeField(_("đặt lúc"))
    ended_at = models.DateTimeField(_("huỷ hoặc đến lúc"), null=True, blank=True)
    moved_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="moved_to")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("lịch hẹn")
        verbose_name_plural = _("lịch hẹn")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "starts_at", "place"],
                condition=Q(state__in=[AppointmentState.BOOKED, AppointmentState.CAME]),
                name="counter_a_place_is_booked_once",
            ),
            models.UniqueConstraint(
                fields=["account", "starts_at"],
                condition=Q(state=AppointmentState.BOOKED),
                name="counter_nobody_is_at_two_desks_at_once",
            ),
        ]
        indexes = [
            # Readers: the slots of a group on a day, the night's reminders, one's own list.
            models.Index(fields=["group", "starts_at"], name="counter_slots"),
            models.Index(fields=["starts_at"], name="counter_to_remind", condition=Q(state=AppointmentState.BOOKED)),
            models.Index(fields=["account", "-starts_at"], name="counter_my_appointments"),
        ]

    def __str__(self) -> str:
        return str(self.code)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Ticket(models.Model):
    """A number in the line of one day (số thứ tự). The label stays the person's own through a transfer."""

    desk = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("bộ phận một cửa"))
    day = models.DateField(_("ngày"))
    series = models.ForeignKey(ServiceGroup, models.PROTECT, related_name="+", verbose_name=_("nhóm lúc lấy số"))
    number = models.PositiveIntegerField(_("số"))
    group = models.ForeignKey(ServiceGroup, models.PROTECT, related_name="tickets", verbose_name=_("đang chờ nhóm"))
    priority = models.CharField(_("ưu tiên"), max_length=10, choices=Priority, default=Priority.NONE)
    state = models.CharField(_("trạng thái"), max_length=10, default=TicketState.WAITING)
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, blank=True, related_name="ticket")
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="tickets")
    officer = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("lấy số lúc"))
    called_at = models.DateTimeField(_("gọi lúc"), null=True, blank=True)
    calls = models.PositiveSmallIntegerField(_("số lần gọi"), default=0)
    ended_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("số thứ tự")
        verbose_name_plural = _("số thứ tự")
        constraints = [
            models.UniqueConstraint(fields=["series", "day", "number"], name="counter_a_number_is_given_once"),
            models.UniqueConstraint(
                fields=["counter"], condition=Q(state=TicketState.CALLED), name="counter_calls_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in TicketState]), name="counter_ticket_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=TicketState.CALLED) | Q(counter__isnull=False, called_at__isnull=False),
                name="counter_called_names_its_counter",
            ),
        ]
        indexes = [
            # Readers: the next to call, the calling screen.
            models.Index(
                fields=["desk", "day", "group"], name="counter_waiting", condition=Q(state=TicketState.WAITING)
            ),
            models.Index(fields=["desk", "day", "-called_at"], name="counter_called"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What is printed and called: A012."""
        return f"{self.series.letter}{self.number:03d}"


class Reception(models.Model):
    """How a dossier came to the desk: who brought it, by which post, after which ticket, how many sets."""

    dossier = models.OneToOneField(
        "procedures.Dossier", models.PROTECT, related_name="reception", verbose_name=_("hồ sơ")
    )
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="receptions")
    sets = models.PositiveSmallIntegerField(_("số bộ"), default=1)
    # Decree 118/2025 art. 15.2: by public post, or brought by a hired or authorised person.
    brought_by = VietnameseCharField(_("người nộp thay"), max_length=120, blank=True)
    post_code = models.CharField(_("số hiệu bưu gửi"), max_length=30, blank=True)
    posted_on = models.DateField(_("ngày gửi (dấu bưu điện)"), null=True, blank=True)
    card_read = models.BooleanField(_("đọc từ mã QR của thẻ"), default=False)
    seconds = models.PositiveIntegerField(_("số giây từ lúc mở trang"), null=True, blank=True)

    class Meta:
        verbose_name = _("lượt tiếp nhận")
        verbose_name_plural = _("lượt tiếp nhận")
        constraints = [models.CheckConstraint(condition=Q(sets__gt=0), name="counter_at_least_one_set")]


class PaperKind(models.TextChoices):
    """What was handed in."""

    ORIGINAL = "original", _("Bản chính")
    COPY = "copy", _("Bản sao")
    SHOWN = "shown", _("Chỉ xuất trình")


class NoScan(models.TextChoices):
    """The four cases where a paper need not be scanned (Circular 03/2025 art. 5.2)."""

    ELECTRONIC = "electronic", _("đã nộp bản điện tử")
    SHOWN = "shown", _("chỉ xuất trình khi nộp hồ sơ")
    VERIFICATION = "verification", _("kết quả thẩm tra, xác minh, trả lời ý kiến của cơ quan")
    SECRET = "secret", _("giấy tờ mật theo quy định")


class ReceivedPaper(models.Model):
    """One line of form 01: a paper handed in, original or copy, how many; and why it is not scanned, if so."""

    dossier = models.ForeignKey(
        "procedures.Dossier", models.PROTECT, related_name="received_papers", verbose_name=_("hồ sơ")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    label = VietnameseCharField(_("tên giấy tờ"), max_length=500)
    kind = models.CharField(_("hình thức"), max_length=10, choices=PaperKind)
    quantity = models.PositiveSmallIntegerField(_("số lượng"), default=1)
    no_scan = models.CharField(_("không sao chụp vì"), max_length=12, choices=NoScan, blank=True)

    class Meta:
        verbose_name = _("giấy tờ đã nhận")
        verbose_name_plural = _("giấy tờ đã nhận")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "position"], name="counter_one_line_per_position"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 999)), name="counter_papers_are_counted"),
            models.CheckConstraint(
                condition=~Q(kind=PaperKind.SHOWN) | Q(no_scan=NoScan.SHOWN), name="counter_shown_is_not_scanned"
            ),
        ]


class ScanState(models.TextChoices):
    """A scan from the glass to the file."""

    QUEUED = "queued", _("chờ nhận dạng")
    READ = "read", _("chờ xác nhận")
    FAILED = "failed", _("chưa nhận dạng được, nhập tay")
    CONFIRMED = "confirmed", _("đã xác nhận")
    DROPPED = "dropped", _("bỏ, quét lại")


class Scan(models.Model):
    """A paper made electronic: the original scan is kept as it came, the searchable copy beside it."""

    paper = models.ForeignKey(ReceivedPaper, models.PROTECT, related_name="scans", verbose_name=_("giấy tờ"))
    original = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("bản quét gốc"))
    searchable = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bản tìm được chữ")
    )
    # Circular 01/2023 art. 8.2.c, d: as many images as pages handed in, a page with a note captured twice.
    paper_pages = models.PositiveSmallIntegerField(_("số trang giấy"))
    noted_pages = models.PositiveSmallIntegerField(_("số trang có gắn giấy ghi chú"), default=0)
    image_pages = models.PositiveSmallIntegerField(_("số trang bản quét"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=ScanState, default=ScanState.QUEUED)
    text = models.TextField(_("chữ nhận dạng được"), blank=True)
    engine = models.CharField(_("nhận dạng bằng"), max_length=60, blank=True)
    problem = models.CharField(_("vì sao chưa nhận dạng được"), max_length=300, blank=True)
    scanned_at = models.DateTimeField(_("quét lúc"))
    scanned_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(_("nhận dạng lúc"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    attached = models.OneToOneField("procedures.DossierPaper", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("bản quét")
        verbose_name_plural = _("bản quét")
        constraints = [
            models.CheckConstraint(
                condition=Q(image_pages=models.F("paper_pages") + models.F("noted_pages")),
                name="counter_as_many_images_as_pages",
            ),
            models.CheckConstraint(
                condition=~Q(state=ScanState.CONFIRMED) | Q(confirmed_at__isnull=False, attached__isnull=False),
                name="counter_confirmed_scan_is_attached",
            ),
        ]
        indexes = [models.Index(fields=["state", "scanned_at"], name="counter_scans_to_do")]


class ScanField(models.Model):
    """One field read from a scan: what the machine proposed, how sure it was, what the officer settled on."""

    scan = models.ForeignKey(Scan, models.PROTECT, related_name="fields", verbose_name=_("bản quét"))
    name = models.CharField(_("tên trường"), max_length=40)
    proposed = VietnameseCharField(_("máy đề xuất"), max_length=300, blank=True)
    confidence = models.PositiveSmallIntegerField(_("độ chắc (0 đến 100)"), default=0)
    value = VietnameseCharField(_("cán bộ xác nhận"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("trường nhận dạng")
        verbose_name_plural = _("trường nhận dạng")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scan", "name"], name="counter_one_value_per_field"),
            models.CheckConstraint(condition=Q(confidence__lte=100), name="counter_confidence_to_100"),
        ]

    @property
    def was_corrected(self) -> bool:
        return self.settled_at is not None and self.value != self.proposed
