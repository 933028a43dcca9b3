"""Open tables of what dossiers cost: dated rules and exemptions."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import SERVICES, Published, Row
from tinhso.foundation.openness.short import day, text, whole
from tinhso.systems.procedures.fees.models import Exemption, FeeRule


def _rules() -> Iterable[Row]:
    for one in FeeRule.objects.order_by("procedure_code", "pk"):
        yield (
            one.procedure_code, one.case or None, one.get_channel_display() or None, one.get_kind_display(), one.amount,
            one.cap, one.get_due_before_display(), one.note or None, one.legal_basis or None,
            one.get_certainty_display(), one.valid_from, one.valid_to,
        )  # fmt: skip


def _exemptions() -> Iterable[Row]:
    for one in Exemption.objects.order_by("procedure_code", "pk"):
        yield (
            one.procedure_code, one.group, one.percent, one.legal_basis, one.get_certainty_display(), one.valid_from,
            one.valid_to,
        )  # fmt: skip


_DATES = (
    day("tu_ngay", "Có hiệu lực từ", "Valid from"),
    day("den_ngay", "Hết hiệu lực (không tính)", "Valid to, excluded"),
)

DATASETS = (
    Published(
        "bieu-phi-le-phi", "Biểu phí, lệ phí", _rules,
        (
            text("ma_thu_tuc", "Mã thủ tục", "Procedure code"), text("truong_hop", "Trường hợp", "Case"),
            text("cach_nop", "Cách nộp", "Channel"), text("loai", "Loại", "Kind"),
            whole("muc_thu", "Mức thu", "Amount", unit="đồng"), whole("toi_da", "Tối đa", "Cap", unit="đồng"),
            text("nop_truoc", "Nộp trước khi", "Due before"), text("ghi_chu", "Ghi chú", "Note"),
            text("can_cu", "Căn cứ", "Legal basis"), text("do_chac", "Độ chắc chắn", "Certainty"), *_DATES,
        ),
        title_en="Table of fees", notes="Mức phí, lệ phí áp dụng khi nộp hồ sơ, theo ngày hiệu lực.",
        cycle=Cycle.WEEKLY, group=SERVICES, themes=("GOVE", "ECON"), tags=("phí", "lệ phí"), sorted_by=("ma_thu_tuc",),
    ),
    Published(
        "mien-giam-phi", "Miễn, giảm phí, lệ phí", _exemptions,
        (
            text("ma_thu_tuc", "Mã thủ tục", "Procedure code"), text("nhom", "Nhóm được miễn, giảm", "Group"),
            whole("giam", "Giảm", "Reduction", unit="%"), text("can_cu", "Căn cứ", "Legal basis"),
            text("do_chac", "Độ chắc chắn", "Certainty"), *_DATES,
        ),
        title_en="Exemptions from fees", notes="Ai được miễn, giảm phí, lệ phí nào, theo văn bản nào.",
        cycle=Cycle.WEEKLY, group=SERVICES, themes=("GOVE", "SOCI"), tags=("phí", "miễn giảm"),
        sorted_by=("ma_thu_tuc",),
    ),
)  # fmt: skip
