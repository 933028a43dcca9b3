"""Open tables of reporting: regimes in force, and who sent what when."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import REPORTS, Published, Row
from tinhso.foundation.openness.short import day, instant, text, whole, yes_no
from tinhso.systems.reporting.models import Duty, FormVersion


def _regimes() -> Iterable[Row]:
    for one in FormVersion.objects.select_related("regime", "regime__owner").order_by("regime__code", "number"):
        if one.published_at is not None:
            yield (
                one.regime.code, one.regime.name, one.regime.owner.name, one.number, one.legal_basis or None,
                one.get_frequency_display(), one.due_days, one.valid_from, one.regime.goes_national,
            )  # fmt: skip


def _duties() -> Iterable[Row]:
    for one in Duty.objects.select_related("regime", "unit").filter(lapsed_at=None).order_by("pk").iterator():
        yield (
            one.regime.code, one.unit.code, one.unit.name, one.period_kind, one.period_on,
            one.due_at, one.sent_at,
            None if one.sent_at is None else one.sent_at <= one.due_at,
        )  # fmt: skip


DATASETS = (
    Published(
        "che-do-bao-cao", "Chế độ báo cáo", _regimes,
        (
            text("ma", "Mã", "Code"), text("ten", "Chế độ báo cáo", "Regime"), text("noi_nhan", "Nơi nhận", "Receiver"),
            whole("phien_ban", "Phiên bản biểu mẫu", "Form version"), text("can_cu", "Căn cứ", "Legal basis"),
            text("tan_suat", "Tần suất", "Frequency"), whole("han", "Hạn gửi", "Due", unit="ngày làm việc"),
            day("tu_ky", "Áp dụng từ kỳ", "From"), yes_no("quoc_gia", "Gửi hệ thống quốc gia", "Sent to the nation"),
        ),
        title_en="Regimes of reporting", notes="Báo cáo nào phải gửi, cho ai, bao lâu một lần, theo văn bản nào.",
        cycle=Cycle.WEEKLY, group=REPORTS, tags=("chế độ báo cáo",), key=("ma", "phien_ban"),
        opened=(("noi_nhan", "tên cơ quan"),),
    ),
    Published(
        "tinh-hinh-gui-bao-cao", "Tình hình gửi báo cáo", _duties,
        (
            text("che_do", "Mã chế độ", "Regime"), text("ma_don_vi", "Mã đơn vị", "Unit code"),
            text("don_vi", "Đơn vị", "Unit"), text("loai_ky", "Loại kỳ", "Period kind"),
            day("ky", "Ngày đầu kỳ", "Period begins"), instant("han", "Hạn gửi", "Due at"),
            instant("gui_luc", "Gửi lần đầu lúc", "First sent at"), yes_no("dung_han", "Đúng hạn", "On time"),
        ),
        title_en="Reports sent", notes="Đơn vị nào đã gửi báo cáo kỳ nào, đúng hạn hay trễ.", cycle=Cycle.DAILY,
        group=REPORTS, tags=("báo cáo", "đúng hạn"), key=("che_do", "ma_don_vi", "loai_ky", "ky"),
        sorted_by=("che_do", "ky", "ma_don_vi"), opened=(("don_vi", "tên cơ quan"),),
        is_simulated=lambda: Duty.objects.filter(is_simulated=True).exists(),
    ),
)  # fmt: skip
