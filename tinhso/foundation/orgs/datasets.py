"""Open tables of the province's units, old and new, and how one became the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from tinhso.foundation.openness.columns import Column, Cycle
from tinhso.foundation.openness.registry import GOVERNMENT, TERRITORY, Published, Row
from tinhso.foundation.openness.short import day, number, text, whole
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind, UnitName

_AREA = (
    text("ma", "Mã đơn vị", "Code", "Mã theo danh mục hành chính; mã có thể được dùng lại nên đi cùng ngày hiệu lực"),
    text("ten", "Tên đầy đủ", "Full name"),
    text("ten_gon", "Tên gọn", "Short name"),
    text("thuoc", "Đơn vị cấp trên", "Parent unit"),
    whole("dan_so", "Dân số", "Population", unit="người"),
    number("dien_tich_km2", "Diện tích", "Area", unit="km²"),
    number("latitude", "Vĩ độ trụ sở", "Latitude of the office"),
    number("longitude", "Kinh độ trụ sở", "Longitude of the office"),
    day("tu_ngay", "Có hiệu lực từ", "Valid from"),
    day("den_ngay", "Hết hiệu lực (không tính ngày này)", "Valid to, excluded"),
    text("van_ban", "Văn bản", "Document"),
    text("nguon", "Nguồn", "Source"),
)
_BODY = (
    text("ma", "Mã cơ quan", "Code"),
    text("ten", "Tên đầy đủ", "Full name"),
    text("ten_gon", "Tên gọn", "Short name"),
    text("loai", "Loại cơ quan", "Kind"),
    text("thuoc", "Cơ quan cấp trên", "Parent body"),
    text("dia_ban", "Địa bàn phục vụ", "Area served"),
    text("ma_dinh_danh", "Mã định danh điện tử", "Electronic identifier"),
    day("tu_ngay", "Có hiệu lực từ", "Valid from"),
)
# Names of places and offices are no names of people, however much they look like them (phường Trần Phú).
_PLACES = "tên đơn vị hành chính, cơ quan, không phải tên người"
_NAMES = tuple((name, _PLACES) for name in ("ten", "ten_gon", "thuoc", "dia_ban"))


def _areas(where: Q) -> Iterable[Row]:
    for unit in Unit.objects.filter(where).select_related("parent").iterator():
        yield (
            unit.code, unit.name, unit.short_name, unit.parent.name if unit.parent else None, unit.population,
            unit.area_km2 and float(unit.area_km2), unit.latitude, unit.longitude, unit.valid_from, unit.valid_to,
            unit.ending_document or unit.founding_document or None, unit.source or None,
        )  # fmt: skip


def _bodies(*kinds: str) -> Iterable[Row]:
    found = Unit.objects.filter(kind__in=kinds, valid_to=None).select_related("parent", "area")
    for unit in found.iterator():
        yield (
            unit.code, unit.name, unit.short_name, unit.get_kind_display(), unit.parent.name if unit.parent else None,
            unit.area.name if unit.area else None, unit.identifier or None, unit.valid_from,
        )  # fmt: skip


def _former() -> Q:
    return Q(kind=UnitKind.COMMUNE, valid_to__isnull=False)


def _concordance() -> Iterable[Row]:
    for one in Succession.objects.select_related("predecessor", "successor").iterator():
        yield (
            one.predecessor.code, one.predecessor.name, one.predecessor.get_kind_display(), one.predecessor.valid_to,
            one.successor.code, one.successor.name, one.effective_on, None if one.share is None else float(one.share),
            one.get_share_basis_display() or None, one.document or None,
        )  # fmt: skip


def _former_names() -> Iterable[Row]:
    for one in UnitName.objects.select_related("unit").iterator():
        yield one.unit.code, one.unit.name, one.name, one.valid_from, one.valid_to, one.document or None


def _published(
    name: str, title: str, title_en: str, rows: Callable[[], Iterable[Row]], columns: tuple[Column, ...], **more: Any
) -> Published:
    have = {column.name for column in columns}
    opened = tuple(one for one in _NAMES if one[0] in have)
    return Published(
        name=name, title=title, title_en=title_en, rows=rows, columns=columns, opened=opened, cycle=Cycle.WEEKLY,
        **{"key": ("ma", "tu_ngay"), "sorted_by": ("ma",), **more},
    )  # fmt: skip


DATASETS = (
    _published(
        "xa-phuong-hien-nay", "Các xã, phường hiện nay", "Communes and wards in being",
        lambda: _areas(Q(kind=UnitKind.COMMUNE, valid_to=None)), _AREA, group=TERRITORY, themes=("REGI", "GOVE"),
        tags=("xã", "phường", "đơn vị hành chính", "dân số", "diện tích"),
        notes="Đơn vị hành chính cấp xã sau sắp xếp từ 01/7/2025, kèm dân số, diện tích và vị trí trụ sở.",
    ),
    _published(
        "xa-phuong-truoc-sap-xep", "Các xã, phường, thị trấn trước sắp xếp", "Former communes, wards and townships",
        lambda: _areas(_former()), _AREA, group=TERRITORY, themes=("REGI",),
        tags=("xã", "phường", "thị trấn", "sắp xếp đơn vị hành chính"),
        notes="Đơn vị hành chính cấp xã đã kết thúc hoạt động, dùng để đối chiếu giấy tờ và số liệu cũ.",
    ),
    _published(
        "huyen-da-ket-thuc", "Các huyện, thị xã, thành phố đã kết thúc", "Former districts",
        lambda: _areas(Q(kind=UnitKind.DISTRICT)), _AREA, group=TERRITORY, themes=("REGI",),
        tags=("huyện", "cấp huyện", "sắp xếp đơn vị hành chính"),
        notes="Đơn vị hành chính cấp huyện kết thúc hoạt động từ 01/7/2025.",
    ),
    _published(
        "doi-chieu-don-vi-cu-moi", "Đối chiếu đơn vị hành chính cũ và mới", "Concordance of old and new units",
        _concordance,
        (
            text("ma_cu", "Mã cũ", "Old code"), text("ten_cu", "Tên cũ", "Old name"), text("loai", "Loại", "Kind"),
            day("ket_thuc", "Kết thúc ngày", "Ended on"), text("ma_moi", "Mã mới", "New code"),
            text("ten_moi", "Tên mới", "New name"), day("hieu_luc", "Ngày hiệu lực", "Effective on"),
            number("ty_le", "Tỷ lệ chuyển sang", "Share passed on", "Trống khi chưa có số liệu"),
            text("co_so", "Cơ sở của tỷ lệ", "Basis of the share"), text("van_ban", "Văn bản", "Document"),
        ),
        key=("ma_cu", "ten_cu", "ma_moi"), sorted_by=("ma_cu",), group=TERRITORY, themes=("REGI", "GOVE"),
        tags=("sắp xếp đơn vị hành chính", "mã cũ mã mới", "sáp nhập"),
        notes="Xã, huyện cũ nào nay thuộc xã, phường nào, từ ngày nào, theo văn bản nào; phần chia có tỷ lệ.",
    ),
    _published(
        "ten-cu-cua-don-vi", "Tên cũ của các đơn vị", "Former names of units", _former_names,
        (
            text("ma", "Mã", "Code"), text("ten", "Tên hiện nay", "Name of today"),
            text("ten_gon", "Tên đã dùng", "Former name"), day("tu_ngay", "Dùng từ", "From"),
            day("den_ngay", "Dùng đến (không tính ngày này)", "To, excluded"), text("van_ban", "Văn bản", "Document"),
        ),
        group=GOVERNMENT, tags=("đổi tên", "đơn vị"), notes="Tên mà đơn vị đã dùng trước đây và thời gian dùng.",
    ),
    _published(
        "co-quan-cap-tinh", "Cơ quan cấp tỉnh", "Provincial bodies",
        lambda: _bodies(UnitKind.PROVINCIAL_COMMITTEE, UnitKind.DEPARTMENT, UnitKind.OTHER), _BODY,
        tags=("sở", "ngành", "cơ quan"), notes="Sở, ban, ngành và cơ quan cấp tỉnh, kèm mã định danh điện tử.",
    ),
    _published(
        "uy-ban-cap-xa", "Ủy ban nhân dân cấp xã", "Commune committees",
        lambda: _bodies(UnitKind.COMMUNE_COMMITTEE), _BODY, tags=("UBND xã", "cơ quan"),
        notes="Ủy ban nhân dân các xã, phường và địa bàn phục vụ.",
    ),
    _published(
        "phong-ban-chuyen-mon", "Phòng, ban chuyên môn", "Offices", lambda: _bodies(UnitKind.OFFICE), _BODY,
        tags=("phòng chuyên môn", "cơ quan"), notes="Phòng, ban chuyên môn của các sở và của Ủy ban nhân dân cấp xã.",
    ),
    _published(
        "trung-tam-hanh-chinh-cong", "Trung tâm phục vụ hành chính công", "One-stop service centres",
        lambda: _bodies(UnitKind.SERVICE_CENTRE), _BODY, tags=("một cửa", "hành chính công"),
        notes="Nơi tiếp nhận hồ sơ và trả kết quả của tỉnh và các xã, phường.",
    ),
)  # fmt: skip
