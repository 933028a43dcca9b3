"""Open table of the procedures as the province runs them: version, term, process."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import SERVICES, Published, Row
from tinhso.foundation.openness.short import day, text, whole
from tinhso.systems.procedures.models import ProcedureVersion


def _versions() -> Iterable[Row]:
    for one in ProcedureVersion.objects.order_by("code", "version"):
        yield (
            one.code, one.version, one.name, one.plain_name, one.field_name, one.get_service_kind_display(),
            one.partial_reason or None, one.term_value, one.get_term_unit_display(), one.fee_vnd, one.result_name,
            one.retention_years, one.decision, one.valid_from, one.valid_to,
        )  # fmt: skip


DATASETS = (
    Published(
        "thu-tuc-phuc-vu-tai-tinh", "Thủ tục đang phục vụ tại tỉnh, theo phiên bản", _versions,
        (
            text("ma", "Mã thủ tục", "Procedure code"), whole("phien_ban", "Phiên bản", "Version"),
            text("ten", "Tên thủ tục", "Procedure"), text("ten_de_hieu", "Tên dễ hiểu", "Plain name"),
            text("linh_vuc", "Lĩnh vực", "Field"), text("truc_tuyen", "Loại dịch vụ công", "Kind of online service"),
            text("ly_do", "Lý do chưa toàn trình", "Why not whole"), whole("thoi_han", "Thời hạn", "Term"),
            text("don_vi_thoi_han", "Đơn vị thời hạn", "Unit of the term"), whole("phi", "Phí", "Fee", unit="đồng"),
            text("ket_qua", "Kết quả", "Result"), whole("bao_quan", "Bảo quản", "Kept for", unit="năm"),
            text("quyet_dinh", "Quyết định", "Decision"), day("tu_ngay", "Có hiệu lực từ", "Valid from"),
            day("den_ngay", "Hết hiệu lực (không tính)", "Valid to, excluded"),
        ),
        title_en="Procedures served by the province", notes="Từng phiên bản thủ tục mà cổng của tỉnh nhận hồ sơ.",
        cycle=Cycle.WEEKLY, group=SERVICES, tags=("thủ tục hành chính", "dịch vụ công"), key=("ma", "phien_ban"),
        opened=(("ten", "tên thủ tục, không phải tên người"),),
    ),
)  # fmt: skip
