"""Open tables of targets, measures and figures."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.engines.indicators.models import Fact, Target, UnitOfMeasure
from tinhso.engines.indicators.registry import INDICATORS, MEASURES
from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import REPORTS, Published, Row
from tinhso.foundation.openness.short import day, instant, number, text, whole
from tinhso.foundation.orgs.models import UnitKind

# Facts below the commune (offices) stay inside; so do cells of one to four records.
_SHOWN = (
    UnitKind.PROVINCE,
    UnitKind.PROVINCIAL_COMMITTEE,
    UnitKind.COMMUNE,
    UnitKind.COMMUNE_COMMITTEE,
    UnitKind.DEPARTMENT,
)


def _targets() -> Iterable[Row]:
    for one in Target.objects.order_by("order"):
        yield (
            one.code, one.order, one.group, one.name, one.level, one.operator, None if one.value is None else
            float(one.value), one.unit_of_measure or None, one.year, one.get_kind_display(), one.numerator or None,
            one.denominator or None, one.exclusions or None, one.responsible or None, one.level_ended_on, one.source,
        )  # fmt: skip


def _measures() -> Iterable[Row]:
    for one in MEASURES.values():
        yield one.code, str(one.name), str(one.sentence), one.kind.value, one.unit_of_measure, one.frequency


def _indicators() -> Iterable[Row]:
    for one in INDICATORS.values():
        yield (
            one.code,
            str(one.name),
            one.numerator,
            one.denominator,
            ", ".join(one.targets) or None,
            str(one.note) or None,
        )


def _facts() -> Iterable[Row]:
    found = Fact.objects.filter(unit__kind__in=_SHOWN).exclude(value__gt=0, value__lt=5).select_related("unit")
    for one in found.order_by("pk").iterator(chunk_size=5000):
        name = MEASURES[one.measure].name if one.measure in MEASURES else one.measure
        yield (
            one.measure, str(name), one.unit.code, one.unit.name, one.period_kind, one.period_on, float(one.value),
            one.counted_at,
        )  # fmt: skip


def _units() -> Iterable[Row]:
    return UnitOfMeasure.objects.values_list("code", "name", "dimension", "scale")


_NAMES = "tên chỉ tiêu, đơn vị, không phải tên người"

DATASETS = (
    Published(
        "chi-tieu-nghi-quyet", "Chỉ tiêu của Nghị quyết về chuyển đổi số", _targets,
        (
            text("ma", "Mã", "Code"), whole("thu_tu", "Thứ tự", "Order"), text("nhom", "Nhóm", "Group"),
            text("ten", "Chỉ tiêu", "Target"), text("cap", "Cấp", "Level"), text("phep", "Phép so sánh", "Comparison"),
            number("muc", "Mức phải đạt", "Value to reach"), text("don_vi_tinh", "Đơn vị tính", "Unit of measure"),
            whole("nam", "Năm", "Year"), text("loai", "Loại", "Kind"), text("tu_so", "Tử số", "Numerator"),
            text("mau_so", "Mẫu số", "Denominator"), text("khong_tinh", "Không tính", "Exclusions"),
            text("co_quan", "Cơ quan chịu trách nhiệm", "Responsible"),
            day("cap_ket_thuc", "Cấp kết thúc ngày", "Level ended on"), text("nguon", "Nguồn", "Source"),
        ),
        title_en="Targets of the Resolution", notes="Chỉ tiêu phải đạt, cách tính và cơ quan chịu trách nhiệm.",
        cycle=Cycle.WEEKLY, group=REPORTS, tags=("chỉ tiêu", "nghị quyết", "chuyển đổi số"), key=("ma",),
        opened=(("ten", _NAMES), ("co_quan", _NAMES)),
    ),
    Published(
        "phep-dem", "Danh mục phép đếm", _measures,
        (
            text("ma", "Mã", "Code"), text("ten", "Phép đếm", "Measure"), text("dinh_nghia", "Định nghĩa",
            "Definition"),
            text("loai", "Loại", "Kind"), text("don_vi_tinh", "Đơn vị tính", "Unit of measure"),
            text("chu_ky", "Chu kỳ", "Frequency"),
        ),
        title_en="Measures", notes="Mọi số liệu mà hệ thống đếm, với định nghĩa một câu.", cycle=Cycle.WEEKLY,
        group=REPORTS, tags=("số liệu", "định nghĩa"), key=("ma",),
    ),
    Published(
        "chi-so", "Danh mục chỉ số và công thức", _indicators,
        (
            text("ma", "Mã", "Code"), text("ten", "Chỉ số", "Indicator"), text("tu_so", "Tử số", "Numerator"),
            text("mau_so", "Mẫu số", "Denominator"), text("chi_tieu", "Chỉ tiêu trả lời", "Targets answered"),
            text("ghi_chu", "Ghi chú", "Note"),
        ),
        title_en="Indicators and formulas", notes="Chỉ số nào tính từ phép đếm nào, trả lời chỉ tiêu nào.",
        cycle=Cycle.WEEKLY, group=REPORTS, tags=("chỉ số", "công thức"), key=("ma",),
    ),
    Published(
        "so-lieu-theo-ky", "Số liệu theo kỳ và đơn vị", _facts,
        (
            text("phep_dem", "Mã phép đếm", "Measure code"), text("ten", "Phép đếm", "Measure"),
            text("ma_don_vi", "Mã đơn vị", "Unit code"), text("don_vi", "Đơn vị", "Unit"),
            text("loai_ky", "Loại kỳ", "Period kind"), day("ky", "Ngày đầu kỳ", "Period begins"),
            number("gia_tri", "Giá trị", "Value"), instant("dem_luc", "Đếm lúc", "Counted at"),
        ),
        title_en="Figures by period and unit",
        notes="Số đã đếm được; ô từ 1 đến 4 không công bố để không lộ từng việc.",
        cycle=Cycle.DAILY, group=REPORTS, tags=("số liệu", "thống kê"), key=("phep_dem", "ma_don_vi", "loai_ky", "ky"),
        sorted_by=("phep_dem", "ky", "ma_don_vi"), opened=(("don_vi", _NAMES), ("ten", _NAMES)), is_simulated=True,
    ),
    Published(
        "don-vi-tinh", "Đơn vị tính", _units,
        (
            text("ma", "Mã", "Code"), text("ten", "Tên", "Name"), text("dai_luong", "Loại đại lượng", "Dimension"),
            number("quy_doi", "Quy đổi ra đơn vị gốc", "Scale"),
        ),
        title_en="Units of measure", notes="Đơn vị tính dùng trong số liệu của tỉnh.", cycle=Cycle.MONTHLY,
        group=REPORTS, tags=("đơn vị tính",), key=("ma",),
    ),
)  # fmt: skip
