"""Sources that are harvested, their runs, what each brought, and what was wrong."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField


class Source(models.Model):
    """Another portal, or a list, that is read at intervals."""

    class Kind(models.TextChoices):
        CKAN = "ckan", _("cổng CKAN")
        DCAT = "dcat", _("danh mục DCAT (RDF)")
        CSV = "csv", _("danh sách CSV")

    code = models.SlugField(_("mã nguồn"), max_length=30, unique=True)
    title = VietnameseCharField(_("tên nguồn"), max_length=200)
    kind = models.CharField(_("loại"), max_length=4, choices=Kind)
    url = models.CharField(_("địa chỉ"), max_length=500)
    organisation = models.ForeignKey(
        "opendata.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ghi cho cơ quan"),
    )
    every_hours = models.PositiveSmallIntegerField(_("đọc lại sau (giờ)"), default=24)
    is_enabled = models.BooleanField(_("đang bật"), default=True)
    # What the last whole run knew: the newest change told, the mark of the document, when a full walk last ended well.
    mark = models.CharField(_("mốc thay đổi"), max_length=60, blank=True)
    etag = models.CharField(_("dấu tài liệu"), max_length=200, blank=True)
    full_at = models.DateTimeField(_("đọc trọn vẹn lúc"), null=True, blank=True)
    next_at = models.DateTimeField(_("đọc tiếp lúc"), default=timezone.now)
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("nguồn thu thập")
        verbose_name_plural = _("nguồn thu thập")
        constraints = [
            models.CheckConstraint(condition=Q(every_hours__gte=1, every_hours__lte=8760), name="harvest_every_hours"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="harvest_url_is_web"),
        ]
        # Reader: jobs.harvest_due.
        indexes = [models.Index(fields=["next_at"], name="harvest_due", condition=Q(is_enabled=True))]

    def __str__(self) -> str:
        return str(self.title)


class Run(models.Model):
    """One walk through a source, in one sitting or several. `cursor` is where the next step begins."""

    class State(models.TextChoices):
        RUNNING = "running", _("đang chạy")
        PAUSED = "paused", _("tạm dừng, sẽ tiếp tục")
        DONE = "done", _("xong")
        ENDED = "ended", _("dừng vì nguồn")
        FAILED = "failed", _("không đọc được")

    source = models.ForeignKey(Source, models.PROTECT, related_name="runs", verbose_name=_("nguồn"))
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.RUNNING)
    is_full = models.BooleanField(_("đọc trọn vẹn"), default=True)
    started_at = models.DateTimeField(_("bắt đầu"), default=timezone.now)
    touched_at = models.DateTimeField(_("bước gần nhất"), default=timezone.now)
    finished_at = models.DateTimeField(_("kết thúc"), null=True, blank=True)
    # Who is at it: a sitting that lost its number (another took over) writes nothing more.
    sitting = models.PositiveIntegerField(_("lượt ngồi"), default=1)
    cursor = models.JSONField(_("vị trí"), default=dict, blank=True)
    mark = models.CharField(_("mốc thay đổi"), max_length=60, blank=True)
    etag = models.CharField(_("dấu tài liệu"), max_length=200, blank=True)
    claimed = models.PositiveIntegerField(_("nguồn nói có"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("số trang"), default=0)
    bytes = models.BigIntegerField(_("số byte"), default=0)
    seen = models.PositiveIntegerField(_("đã đọc"), default=0)
    added = models.PositiveIntegerField(_("thêm"), default=0)
    changed = models.PositiveIntegerField(_("sửa"), default=0)
    same = models.PositiveIntegerField(_("giữ nguyên"), default=0)
    gone = models.PositiveIntegerField(_("rút"), default=0)
    refused = models.PositiveIntegerField(_("không nhận"), default=0)
    failures = models.PositiveSmallIntegerField(_("số lần hỏng liên tiếp"), default=0)
    notes = models.JSONField(_("ghi chú"), default=list, blank=True)

    class Meta:
        verbose_name = _("lần thu thập")
        verbose_name_plural = _("lần thu thập")
        ordering = ["-pk"]
        constraints = [
            # Two walks through one source would count each other's records as seen.
            models.UniqueConstraint(
                fields=["source"], condition=Q(finished_at=None), name="harvest_one_open_run_per_source"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, state__in=["running", "paused"])
                | Q(finished_at__isnull=False, state__in=["done", "ended", "failed"]),
                name="harvest_run_is_open_or_finished",
            ),
        ]


class Fault(models.Model):
    """One record that a run could not take in, and why."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="faults", verbose_name=_("lần thu thập"))
    identifier = models.CharField(_("mã bản ghi"), max_length=300, blank=True)
    reason = models.TextField(_("lý do"))

    class Meta:
        verbose_name = _("bản ghi không nhận")
        verbose_name_plural = _("bản ghi không nhận")


class Harvested(models.Model):
    """One record of a source and the dataset it became here."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="records", verbose_name=_("nguồn"))
    identifier = models.CharField(_("mã ở nguồn"), max_length=300)
    digest = models.CharField(_("mã băm"), max_length=64)
    dataset = models.OneToOneField(
        "opendata.Dataset", models.PROTECT, related_name="harvested", verbose_name=_("bộ dữ liệu")
    )
    first_seen_at = models.DateTimeField(_("thấy lần đầu"), default=timezone.now)
    seen_at = models.DateTimeField(_("thấy gần nhất"), default=timezone.now)
    seen_in = models.ForeignKey(Run, models.PROTECT, related_name="+", verbose_name=_("thấy trong lần"))
    is_gone = models.BooleanField(_("nguồn đã rút"), default=False)

    class Meta:
        verbose_name = _("bản ghi thu thập")
        verbose_name_plural = _("bản ghi thu thập")
        constraints = [models.UniqueConstraint(fields=["source", "identifier"], name="harvest_record_once")]
        indexes = [models.Index(fields=["source", "seen_in"], name="harvest_by_run")]
