"""Open tables of the national list of procedures: what, which papers, how long, how much, by which law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from tinhso.foundation.openness.columns import Cycle
from tinhso.foundation.openness.registry import SERVICES, Published, Row
from tinhso.foundation.openness.short import day, text, whole, yes_no
from tinhso.systems.procedures.catalogue.models import CatalogueEntry

_BASIS = "Nghị định 61/2018/NĐ-CP; quyết định công bố thủ tục của bộ, ngành"
_NAMES = (("ten", "tên thủ tục, không phải tên người"),)


def _today() -> QuerySet[CatalogueEntry]:
    return CatalogueEntry.objects.as_of(timezone.localdate()).order_by("code")


def _procedures() -> Iterable[Row]:
    for one in _today().iterator():
        yield (
            one.code, one.name, one.plain_name or None, one.field_name or None, one.field_group or None,
            one.get_level_display(), one.body or None, one.get_online_level_display(), one.term_value,
            one.get_term_unit_display() or None, one.fee_vnd, one.result_name or None, one.is_vertical,
            one.decision or None, one.decision_on, one.valid_from, one.source or None,
        )  # fmt: skip


def _each(name: str) -> Iterator[tuple[CatalogueEntry, int, Any]]:
    for entry in _today().iterator():
        for place, one in enumerate(getattr(entry, name), 1):
            yield entry, place, one


def _papers() -> Iterable[Row]:
    for entry, place, one in _each("papers"):
        yield (
            entry.code, entry.name, place, one.get("name"), one.get("originals"), one.get("copies"),
            bool(one.get("is_form")), bool(one.get("conditional")), bool(one.get("shown_only")), one.get("when"),
        )  # fmt: skip


def _fees() -> Iterable[Row]:
    for entry, place, one in _each("fee_items"):
        yield entry.code, entry.name, place, one.get("vnd"), one.get("note")


def _terms() -> Iterable[Row]:
    for entry, place, one in _each("terms"):
        yield entry.code, entry.name, place, one.get("channel"), one.get("value"), one.get("unit")


def _law() -> Iterable[Row]:
    for entry, place, one in _each("legal_basis"):
        yield entry.code, entry.name, place, one if isinstance(one, str) else str(one)


def _fields() -> Iterable[Row]:
    found = _today().values("field_name", "field_group").annotate(n=Count("id")).order_by("field_group", "field_name")
    for one in found:
        yield one["field_name"] or "(chưa rõ)", one["field_group"] or None, one["n"]


def _partial() -> Iterable[Row]:
    for one in _today().exclude(partial_reason="").iterator():
        yield one.code, one.name, one.partial_reason, one.partial_basis or None


_CODE = (text("ma", "Mã thủ tục", "Procedure code"), text("ten", "Tên thủ tục", "Procedure"))
_PLACE = whole("thu_tu", "Thứ tự", "Order")


def _published(
    name: str, title: str, title_en: str, rows: Any, columns: Any, notes: str, *tags: str, **more: Any
) -> Published:
    return Published(
        name=name, title=title, title_en=title_en, rows=rows, columns=columns, notes=notes, cycle=Cycle.WEEKLY,
        group=SERVICES, themes=("GOVE",), tags=("thủ tục hành chính", *tags), legal_basis=_BASIS,
        **{"key": ("ma", "thu_tu"), "sorted_by": ("ma",), "opened": _NAMES, **more},
    )  # fmt: skip


DATASETS = (
    _published(
        "thu-tuc-hanh-chinh", "Danh mục thủ tục hành chính", "List of administrative procedures", _procedures,
        (
            *_CODE, text("ten_de_hieu", "Tên dễ hiểu", "Plain name"), text("linh_vuc", "Lĩnh vực", "Field"),
            text("nhom", "Nhóm lĩnh vực", "Group of fields"), text("cap", "Cấp giải quyết", "Level"),
            text("co_quan", "Cơ quan có thẩm quyền", "Authority"), text("truc_tuyen", "Mức trực tuyến", "Online level"),
            whole("thoi_han", "Thời hạn", "Term"), text("don_vi_thoi_han", "Đơn vị thời hạn", "Unit of the term"),
            whole("phi", "Phí, lệ phí", "Fee", unit="đồng"), text("ket_qua", "Kết quả", "Result"),
            yes_no("he_thong_bo", "Xử lý trên hệ thống của bộ", "Handled in a ministry's system"),
            text("quyet_dinh", "Quyết định công bố", "Decision"), day("ngay_quyet_dinh", "Ngày quyết định",
            "Decided on"),
            day("tu_ngay", "Có hiệu lực từ", "Valid from"), text("nguon", "Nguồn", "Source"),
        ),
        "Mọi thủ tục đang có hiệu lực: ai giải quyết, bao lâu, bao nhiêu tiền, làm trực tuyến đến đâu.",
        "dịch vụ công", key=("ma",),
    ),
    _published(
        "thanh-phan-ho-so", "Giấy tờ của từng thủ tục", "Papers of each procedure", _papers,
        (
            *_CODE, _PLACE, text("giay_to", "Giấy tờ", "Paper"), whole("ban_chinh", "Số bản chính", "Originals"),
            whole("ban_sao", "Số bản sao", "Copies"), yes_no("mau_don", "Là mẫu đơn", "Is a form"),
            yes_no("tuy_truong_hop", "Tùy trường hợp", "Conditional"),
            yes_no("chi_xuat_trinh", "Chỉ xuất trình", "Shown only"), text("khi", "Khi nào cần", "When"),
        ),
        "Thành phần hồ sơ theo danh mục, từng giấy tờ một dòng.", "giấy tờ", "hồ sơ",
    ),
    _published(
        "phi-le-phi-thu-tuc", "Phí, lệ phí ghi trong danh mục thủ tục", "Fees in the list of procedures", _fees,
        (*_CODE, _PLACE, whole("muc", "Mức", "Amount", unit="đồng"), text("ghi_chu", "Ghi chú", "Note")),
        "Các mức phí, lệ phí mà danh mục thủ tục nêu.", "phí", "lệ phí",
    ),
    _published(
        "thoi-han-giai-quyet", "Thời hạn giải quyết theo cách nộp", "Terms by way of filing", _terms,
        (
            *_CODE, _PLACE, text("cach_nop", "Cách nộp", "Channel"), whole("thoi_han", "Thời hạn", "Term"),
            text("don_vi", "Đơn vị", "Unit"),
        ),
        "Thời hạn của từng thủ tục khi nộp trực tiếp, trực tuyến, qua bưu chính.", "thời hạn",
    ),
    _published(
        "can-cu-phap-ly-thu-tuc", "Căn cứ pháp lý của thủ tục", "Legal basis of procedures", _law,
        (*_CODE, _PLACE, text("van_ban", "Văn bản", "Document")),
        "Văn bản quy định từng thủ tục.", "văn bản", "căn cứ pháp lý",
    ),
    _published(
        "linh-vuc-thu-tuc", "Lĩnh vực thủ tục hành chính", "Fields of procedures", _fields,
        (
            text("linh_vuc", "Lĩnh vực", "Field"), text("nhom", "Nhóm", "Group"),
            whole("so_thu_tuc", "Số thủ tục", "Number of procedures"),
        ),
        "Số thủ tục theo lĩnh vực.", "lĩnh vực", key=("linh_vuc", "nhom"), sorted_by=("linh_vuc",), opened=(),
    ),
    _published(
        "thu-tuc-chua-toan-trinh", "Thủ tục chưa làm toàn trình và lý do", "Procedures not fully online, and why",
        _partial,
        (*_CODE, text("ly_do", "Lý do", "Reason"), text("can_cu", "Căn cứ", "Ground")),
        "Vì sao một thủ tục chưa làm trực tuyến toàn trình.", "dịch vụ công trực tuyến", key=("ma",),
    ),
)  # fmt: skip
