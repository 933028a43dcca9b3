"""Open tables of working time: holidays, office hours, every day of the year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from tinhso.foundation.calendar import national
from tinhso.foundation.calendar.models import DayOverride, OfficeHours
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import TIME, Published, Row
from tinhso.foundation.openness.short import day, text, whole, yes_no
from tinhso.foundation.orgs.selectors import province

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def _days() -> Iterable[date]:
    first = date(timezone.localdate().year - 1, 1, 1)
    last = date(first.year + 3, 1, 1)
    return (first + timedelta(days=number) for number in range((last - first).days))


def _holidays() -> Iterable[Row]:
    book = national.PublicHolidays()
    for one in _days():
        if one in book:
            yield one, _WEEKDAYS[one.weekday()], str(national._book("vi").get(one) or "") or None, one.year
    for row in DayOverride.objects.filter(withdrawn_at=None, kind=DayOverride.Kind.OFF).order_by("day"):
        if row.day not in book:
            yield row.day, _WEEKDAYS[row.day.weekday()], row.reason, row.day.year


def _hours() -> Iterable[Row]:
    for row in OfficeHours.objects.filter(withdrawn_at=None).select_related("unit"):
        for weekday, spans in enumerate(row.week):
            for begin, end in spans:
                yield (
                    row.unit.code, row.unit.name, row.valid_from, row.valid_to, weekday + 1, _WEEKDAYS[weekday], begin,
                    end, row.document or None, row.is_sample,
                )  # fmt: skip


def _year() -> Iterable[Row]:
    top = province()
    if top is None:
        return
    calendar = calendar_for(top)
    book = national.PublicHolidays()
    for one in _days():
        yield one, _WEEKDAYS[one.weekday()], calendar.is_working(one), one in book


DATASETS = (
    Published(
        "ngay-nghi-le", "Ngày nghỉ lễ, tết", _holidays,
        (
            day("ngay", "Ngày", "Day"), text("thu", "Thứ", "Weekday"), text("ten", "Tên ngày nghỉ", "Holiday"),
            whole("nam", "Năm", "Year"),
        ),
        title_en="Public holidays", notes="Ngày nghỉ lễ, tết và nghỉ bù theo Bộ luật Lao động; ngày riêng của tỉnh.",
        cycle=Cycle.MONTHLY, group=TIME, themes=("GOVE", "SOCI"), tags=("nghỉ lễ", "tết", "lịch"), key=("ngay", "ten"),
        sorted_by=("ngay",), legal_basis="Bộ luật Lao động 2019, Điều 111, 112",
    ),
    Published(
        "gio-lam-viec", "Giờ làm việc của cơ quan", _hours,
        (
            text("ma", "Mã đơn vị", "Unit code"), text("don_vi", "Đơn vị", "Unit"),
            day("tu_ngay", "Từ ngày", "Valid from"), day("den_ngay", "Đến ngày (không tính)", "Valid to, excluded"),
            whole("thu_tu", "Thứ tự ngày trong tuần", "Weekday number", "1 là thứ Hai"),
            text("thu", "Thứ", "Weekday"), text("bat_dau", "Bắt đầu", "Begins"), text("ket_thuc", "Kết thúc", "Ends"),
            text("van_ban", "Văn bản", "Document"), yes_no("la_mau", "Giờ mẫu, chưa có văn bản", "Sample hours"),
        ),
        title_en="Office hours", notes="Giờ làm việc trong tuần; đơn vị không có dòng riêng theo đơn vị cấp trên.",
        cycle=Cycle.WEEKLY, group=TIME, tags=("giờ làm việc", "lịch"), sorted_by=("ma", "thu_tu", "bat_dau"),
        key=("ma", "tu_ngay", "thu_tu", "bat_dau"),
        opened=(("don_vi", "tên cơ quan, không phải tên người"),),
    ),
    Published(
        "lich-lam-viec", "Lịch ngày làm việc", _year,
        (
            day("ngay", "Ngày", "Day"), text("thu", "Thứ", "Weekday"),
            yes_no("lam_viec", "Là ngày làm việc", "Working day"), yes_no("nghi_le", "Là ngày lễ", "Public holiday"),
        ),
        title_en="Calendar of working days", notes="Từng ngày của ba năm: cơ quan tỉnh có làm việc không; để tính hạn.",
        cycle=Cycle.MONTHLY, group=TIME, tags=("lịch", "ngày làm việc", "thời hạn"), key=("ngay",),
    ),
)  # fmt: skip
