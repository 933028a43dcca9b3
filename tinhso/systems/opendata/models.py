"""The open-data portal's tables: who publishes, datasets with their files and versions, requests, reuses, activity.

Keys are UUIDs because the CKAN Action API names everything by one and a dump must load elsewhere under the same names.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.text.fields import VietnameseCharField

SLUG = r"^[a-z0-9][a-z0-9_-]{1,99}$"


class State(models.TextChoices):
    """As the CKAN Action API words them: nothing is removed, deleted things are no longer shown."""

    ACTIVE = "active", _("đang công bố")
    DRAFT = "draft", _("chưa công bố")
    DELETED = "deleted", _("đã rút")


class Named(models.Model):
    """What organisations and groups share."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("tên máy"), max_length=100, unique=True)
    title = VietnameseCharField(_("tên"), max_length=300)
    notes = models.TextField(_("giới thiệu"), blank=True)
    image_url = models.CharField(_("ảnh"), max_length=500, blank=True)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.ACTIVE)
    extras = models.JSONField(_("thuộc tính khác"), default=list, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.title)


class Organisation(Named):
    """Who publishes: a unit of the province, or a body known only to the portal."""

    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )

    class Meta:
        verbose_name = _("cơ quan công bố dữ liệu")
        verbose_name_plural = _("cơ quan công bố dữ liệu")
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=SLUG), name="opendata_organisation_name"),
            models.UniqueConstraint(fields=["unit"], name="opendata_one_organisation_per_unit"),
        ]


class Group(Named):
    """A subject under which people look for datasets."""

    class Meta:
        verbose_name = _("chủ đề dữ liệu")
        verbose_name_plural = _("chủ đề dữ liệu")
        constraints = [models.CheckConstraint(condition=Q(name__regex=SLUG), name="opendata_group_name")]


class DatasetQuerySet(models.QuerySet["Dataset"]):
    """Reads of datasets by who may see them."""

    def public(self) -> Self:
        """What anyone may see: published, not private."""
        return self.filter(state=State.ACTIVE, is_private=False)


class Dataset(models.Model):
    """One open dataset. Its name never changes once published: addresses made of it are kept for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("tên máy"), max_length=100, unique=True)
    title = VietnameseCharField(_("tên bộ dữ liệu"), max_length=300)
    title_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    notes = models.TextField(_("mô tả"), blank=True)
    notes_en = models.TextField(_("mô tả tiếng Anh"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="datasets", verbose_name=_("cơ quan công bố"), null=True, blank=True
    )
    groups = models.ManyToManyField(Group, related_name="datasets", verbose_name=_("chủ đề"), blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("từ khóa"))
    themes = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("chủ đề châu Âu"))
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("ngôn ngữ"))
    licence = models.CharField(_("giấy phép"), max_length=60, default="other-pd")
    cycle = models.CharField(
        _("chu kỳ cập nhật"), max_length=10, default=Cycle.IRREGULAR, choices=[(one.value, one.value) for one in Cycle]
    )
    legal_basis = models.TextField(_("căn cứ"), blank=True)
    source_url = models.CharField(_("trang nguồn"), max_length=500, blank=True)
    author = models.CharField(_("tác giả"), max_length=200, blank=True)
    author_email = models.CharField(_("thư điện tử tác giả"), max_length=200, blank=True)
    contact_name = models.CharField(_("đầu mối"), max_length=200, blank=True)
    contact_email = models.CharField(_("thư điện tử đầu mối"), max_length=200, blank=True)
    contact_phone = models.CharField(_("điện thoại đầu mối"), max_length=40, blank=True)
    spatial_title = models.CharField(_("phạm vi địa lý"), max_length=200, blank=True)
    west = models.FloatField(_("kinh độ tây"), null=True, blank=True)
    south = models.FloatField(_("vĩ độ nam"), null=True, blank=True)
    east = models.FloatField(_("kinh độ đông"), null=True, blank=True)
    north = models.FloatField(_("vĩ độ bắc"), null=True, blank=True)
    starts_on = models.DateField(_("số liệu từ ngày"), null=True, blank=True)
    ends_on = models.DateField(_("số liệu đến ngày"), null=True, blank=True)
    version = models.CharField(_("phiên bản"), max_length=60, blank=True)
    quality = models.PositiveSmallIntegerField(_("điểm chất lượng"), null=True, blank=True)
    quality_facts = models.JSONField(_("căn cứ của điểm"), default=dict, blank=True)
    extras = models.JSONField(_("thuộc tính khác"), default=list, blank=True)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.ACTIVE)
    is_private = models.BooleanField(_("chỉ nội bộ"), default=False)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    # The name under which an app registered it (foundation/openness), "" when kept by hand or harvested.
    source = models.CharField(_("nguồn tự động"), max_length=100, blank=True)
    # Where a harvested record came from: {source, url, identifier, harvested_at}.
    origin = models.JSONField(_("nơi thu thập"), null=True, blank=True)
    # Why the last publication was refused: [{column, reason, …}]. What was published before stays as it was.
    refusal = models.JSONField(_("lý do chưa công bố"), default=list, blank=True)
    refused_at = models.DateTimeField(_("bị chặn lúc"), null=True, blank=True)
    checked_at = models.DateTimeField(_("lần đọc nguồn gần nhất"), null=True, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    modified_at = models.DateTimeField(_("sửa lúc"), default=timezone.now)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("bộ dữ liệu")
        verbose_name_plural = _("bộ dữ liệu")
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=SLUG), name="opendata_dataset_name"),
            models.CheckConstraint(condition=Q(quality=None) | Q(quality__lte=100), name="opendata_quality_bound"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="opendata_dataset_ends_after_it_starts",
            ),
        ]
        indexes = [
            GinIndex(fields=["tags"], name="opendata_by_tag"),
            models.Index(fields=["-modified_at"], name="opendata_newest"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Resource(models.Model):
    """One file or link of a dataset. A table is kept twice: as it came (file) and as sorted Parquet to be queried."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="resources", verbose_name=_("bộ dữ liệu"))
    position = models.PositiveIntegerField(_("thứ tự"), default=0)
    name = VietnameseCharField(_("tên"), max_length=300, blank=True)
    title_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    description = models.TextField(_("mô tả"), blank=True)
    format = models.CharField(_("định dạng"), max_length=40, blank=True)
    media_type = models.CharField(_("loại nội dung"), max_length=100, blank=True)
    url = models.CharField(_("địa chỉ ngoài"), max_length=1000, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tệp gốc")
    )
    table = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bảng Parquet")
    )
    # The table's columns: [{name, kind, title, title_en, description, …}] in order.
    columns = models.JSONField(_("từ điển dữ liệu"), default=list, blank=True)
    key = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("khóa"))
    sorted_by = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("sắp theo"))
    rows = models.BigIntegerField(_("số dòng"), null=True, blank=True)
    # Grows with every change of content: what answers are kept by.
    data_version = models.PositiveIntegerField(_("đời dữ liệu"), default=0)
    # Rows written through the data store since the Parquet table was last made.
    is_table_stale = models.BooleanField(_("bảng chờ dựng lại"), default=False)
    is_datastore = models.BooleanField(_("có bảng truy vấn"), default=False)
    # What could not be read when the file came in: [{row, reason}], bounded.
    faults = models.JSONField(_("dòng hỏng"), default=list, blank=True)
    extras = models.JSONField(_("thuộc tính khác"), default=dict, blank=True)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    modified_at = models.DateTimeField(_("sửa lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("tệp dữ liệu")
        verbose_name_plural = _("tệp dữ liệu")
        ordering = ["position", "created_at"]
        indexes = [models.Index(fields=["dataset", "position"], name="opendata_files_in_order")]

    def __str__(self) -> str:
        return str(self.name or self.id)


class DatasetVersion(models.Model):
    """One published state of a dataset's table: never edited, reachable for good under its number."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions", verbose_name=_("bộ dữ liệu"))
    number = models.PositiveIntegerField(_("số phiên bản"))
    published_at = models.DateTimeField(_("công bố lúc"))
    published_by = models.CharField(_("người công bố"), max_length=200, blank=True)
    table = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("bảng Parquet"))
    columns = models.JSONField(_("từ điển dữ liệu"), default=list)
    rows = models.BigIntegerField(_("số dòng"))
    added = models.BigIntegerField(_("dòng thêm"), default=0)
    removed = models.BigIntegerField(_("dòng bớt"), default=0)
    changed = models.BigIntegerField(_("dòng sửa"), default=0)
    notes = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("phiên bản dữ liệu")
        verbose_name_plural = _("phiên bản dữ liệu")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="opendata_version_number")]


class DatastoreRow(models.Model):
    """A row written through the data store: the truth of such a table, from which its Parquet is made anew."""

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="stored_rows", verbose_name=_("tệp dữ liệu"))
    number = models.BigIntegerField(_("số dòng"))
    key = models.CharField(_("khóa"), max_length=500, null=True, blank=True)
    data = models.JSONField(_("nội dung"))

    class Meta:
        verbose_name = _("dòng dữ liệu")
        verbose_name_plural = _("dòng dữ liệu")
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="opendata_row_number"),
            models.UniqueConstraint(fields=["resource", "key"], name="opendata_row_key"),
        ]


class DataRequest(models.Model):
    """Somebody asks for data; the answer is due by the Law on Access to Information's clock."""

    class State(models.TextChoices):
        OPEN = "open", _("đang chờ trả lời")
        PROVIDED = "provided", _("đã cung cấp")
        REFUSED = "refused", _("từ chối")

    code = models.CharField(_("mã yêu cầu"), max_length=40, unique=True)
    title = VietnameseCharField(_("dữ liệu cần"), max_length=200)
    body = models.TextField(_("nội dung yêu cầu"))
    purpose = models.TextField(_("dùng để làm gì"), blank=True)
    asked_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tài khoản")
    )
    email = models.EmailField(_("thư điện tử nhận trả lời"), blank=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị trả lời"))
    asked_at = models.DateTimeField(_("nhận lúc"))
    due_at = models.DateTimeField(_("hạn trả lời"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("trả lời"), blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người trả lời")
    )
    dataset = models.ForeignKey(
        Dataset, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("bộ dữ liệu")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("yêu cầu dữ liệu")
        verbose_name_plural = _("yêu cầu dữ liệu")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="opendata_request_answered_or_open",
            )
        ]

    def is_late(self, now: datetime) -> bool:
        """True when the answer was due before it came, or is due and has not come."""
        return (self.answered_at or now) > self.due_at


class Reuse(models.Model):
    """Something made of the data, told by whoever made it and shown once an officer has looked at it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ xem xét")
        SHOWN = "shown", _("đang hiện")
        DECLINED = "declined", _("không hiện")

    title = VietnameseCharField(_("tên sản phẩm"), max_length=200)
    url = models.URLField(_("địa chỉ"), max_length=500)
    body = models.TextField(_("giới thiệu"))
    author = VietnameseCharField(_("người làm"), max_length=200)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="reuses", verbose_name=_("bộ dữ liệu"))
    told_at = models.DateTimeField(_("gửi lúc"))
    told_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tài khoản")
    )
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(_("lý do"), blank=True)
    decided_at = models.DateTimeField(_("xem xét lúc"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("sản phẩm từ dữ liệu")
        verbose_name_plural = _("sản phẩm từ dữ liệu")
        ordering = ["-told_at"]


class Activity(models.Model):
    """What happened to a dataset, an organisation or a group, as the portal's readers may know it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("việc"), max_length=40)  # "new package", "changed package"…
    object_id = models.UUIDField(_("đối tượng"), db_index=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    account_id = models.BigIntegerField(_("tài khoản"), null=True, blank=True)
    data = models.JSONField(_("nội dung"), default=dict, blank=True)
    is_private = models.BooleanField(_("chỉ nội bộ"), default=False)

    class Meta:
        verbose_name = _("hoạt động")
        verbose_name_plural = _("hoạt động")
        ordering = ["-at"]
