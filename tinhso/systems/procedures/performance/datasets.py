"""Open table of how dossiers were settled: what the public page shows, with its small counts kept back."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import SERVICES, Published, Row
from tinhso.foundation.openness.short import number, text, whole
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.performance.published import by_unit
from tinhso.systems.procedures.performance.rules.spans import Span


def _units() -> Iterable[Row]:
    year = timezone.localdate().year
    codes = {str(pk): code for pk, code in Unit.objects.values_list("pk", "code")}
    for one in by_unit(Span.parse(str(year))).rows:
        if one.received is not None or one.finished is not None:
            yield year, codes.get(str(one.key), ""), one.label, one.received, one.finished, one.share


DATASETS = (
    Published(
        "ket-qua-giai-quyet-ho-so", "Kết quả giải quyết hồ sơ trong năm", _units,
        (
            whole("nam", "Năm", "Year"), text("ma_don_vi", "Mã đơn vị", "Unit code"), text("don_vi", "Đơn vị", "Unit"),
            whole("tiep_nhan", "Đã tiếp nhận", "Received", "Trống khi quá nhỏ", unit="hồ sơ"),
            whole("da_xong", "Đã giải quyết", "Finished", "Trống khi quá nhỏ", unit="hồ sơ"),
            number("ty_le_dung_han", "Tỷ lệ đúng hạn", "Share on time"),
        ),
        title_en="Dossiers settled this year", notes="Theo đơn vị, đến hết tháng trước; số nhỏ được giữ lại.",
        cycle=Cycle.WEEKLY, group=SERVICES, tags=("hồ sơ", "đúng hạn", "hiệu quả"), key=("nam", "ma_don_vi"),
        sorted_by=("nam", "ma_don_vi"), counts=("tiep_nhan", "da_xong"),
        opened=(("don_vi", "tên cơ quan, không phải tên người"),),
        is_simulated=lambda: Dossier.objects.filter(is_simulated=True).exists(),
    ),
)  # fmt: skip
