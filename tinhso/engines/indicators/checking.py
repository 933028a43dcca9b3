"""Whether a formula may be used: read, its codes known, no circle, no unlike units; every refusal names the place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext_lazy

from tinhso.engines.indicators import catalogue, formulas, registry
from tinhso.engines.indicators.formulas import Circle, Formula, Grammar, Measured, Wrong
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, UnitOfMeasure
from tinhso.foundation.text.errors import Refused

SENTENCES = {
    "empty": gettext_lazy("Công thức còn trống."),
    "too_long": gettext_lazy("Công thức dài quá %(what)s ký tự."),
    "too_deep": gettext_lazy("Công thức lồng quá %(what)s lớp ngoặc, từ ký tự thứ %(at)s."),
    "too_many_parts": gettext_lazy("Công thức có quá %(what)s phép tính và mã."),
    "unreadable": gettext_lazy("Không đọc được từ ký tự thứ %(at)s: “%(what)s”. Mã viết trong ngoặc nhọn, ví dụ {MA}."),
    "bad_code": gettext_lazy("Mã ở ký tự thứ %(at)s không đúng dạng: “%(what)s”."),
    "number_too_long": gettext_lazy("Số ở ký tự thứ %(at)s quá dài."),
    "unexpected": gettext_lazy("Thừa hoặc sai chỗ ở ký tự thứ %(at)s: “%(what)s”."),
    "ends_early": gettext_lazy("Công thức dừng giữa chừng; còn thiếu một số hoặc một mã ở cuối."),
    "unknown_function": gettext_lazy("Không có hàm “%(what)s” (ký tự thứ %(at)s). Dùng được: %(names)s."),
    "needs_bracket": gettext_lazy("Sau tên hàm “%(what)s” phải là dấu ngoặc (ký tự thứ %(at)s)."),
    "wrong_number_of_parts": gettext_lazy("Hàm “%(what)s” ở ký tự thứ %(at)s không nhận ngần ấy phần."),
    "round_needs_digits": gettext_lazy("Số chữ số làm tròn ở ký tự thứ %(at)s phải là số nguyên từ 0 đến %(what)s."),
    "not_closed": gettext_lazy("Thiếu dấu đóng ngoặc cho “%(what)s”, đến ký tự thứ %(at)s."),
    "unknown_code": gettext_lazy("Không có số liệu hay chỉ số nào mang mã “%(what)s” (ký tự thứ %(at)s)."),
    "circle": gettext_lazy("Chỉ số gọi vòng lại chính nó: %(what)s."),
    "mixed_units": gettext_lazy("Phép “%(what)s” ở ký tự thứ %(at)s ghép hai đơn vị tính khác nhau."),
    "product_of_units": gettext_lazy("Phép nhân ở ký tự thứ %(at)s nhân hai đại lượng có đơn vị; chỉ nhân với số."),
    "other_unit": gettext_lazy("Kết quả công thức không cùng loại với đơn vị tính đã chọn: %(what)s."),
    "text_only_numbers": gettext_lazy("Công thức phải có ít nhất một mã."),
}


def sentence(wrong: Wrong, grammar: Grammar) -> str:
    """Why a formula of a grammar cannot be read, and where."""
    return str(SENTENCES[wrong.reason]) % {"at": wrong.at, "what": wrong.what, "names": ", ".join(grammar.functions)}


class BadFormula(Refused):
    """The formula cannot be used; the sentence says where and why."""

    code = "bad_formula"

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(sentence(wrong, formulas.OF_INDICATORS))
        self.reason, self.at = wrong.reason, wrong.at


@dataclass(frozen=True)
class Known:
    """What formulas may name: indicators with their formulas, and measures with what they are measured in."""

    formulas: dict[str, Formula]
    measures: dict[str, Measured]


def check(code: str, text: str, unit: UnitOfMeasure, known: Known | None = None) -> Formula:
    """The formula of indicator `code`, checked whole; BadFormula otherwise. Asked again whenever it is stored.

    `known` spares the queries when many are checked at once.
    """
    try:
        formula = formulas.parse(text)
        _check_parts(code, formula, unit, known or codes_and_units())
    except Wrong as wrong:
        raise BadFormula(wrong) from None
    return formula


def _check_parts(code: str, formula: Formula, unit: UnitOfMeasure, book: Known) -> None:
    if not formula.codes:
        raise Wrong("text_only_numbers", 1)
    known = book.formulas | {code: formula}
    measured = dict(book.measures)
    for node in formula.root.walk():
        if node.op == "code" and node.code not in measured and node.code not in known:
            raise Wrong("unknown_code", node.at, node.code)
    try:
        order = catalogue.in_order(code, known)
    except Circle as circle:
        raise Wrong("circle", 1, " → ".join(circle.codes)) from None
    for step, found in order:
        measured[step] = formulas.measured_in(found.root, partial(_of, measured))
    _check_result(measured[code], unit)


def _of(measured: dict[str, Measured], code: str) -> Measured:
    return measured.get(code, formulas.PURE)


def _check_result(result: Measured, unit: UnitOfMeasure) -> None:
    wanted = "" if unit.dimension in formulas.PURE_DIMENSIONS else unit.dimension
    # A score or a ratio of unlike things ("triệu đồng/người") is told in whatever unit its definer names.
    if "/" in result.dimension or unit.dimension == "score" or result.is_literal:
        return
    if (result.dimension, result.scale) != (wanted, unit.scale if wanted else result.scale):
        raise Wrong("other_unit", 1, str(unit.name))


def codes_and_units() -> Known:
    """Everything a formula may name now. Two queries."""
    rows = IndicatorDefinition.objects.newest().values_list("code", "formula")
    found = {code: catalogue.read(text) for code, text in rows}
    found |= {code: catalogue.read(catalogue.formula_of(item)) for code, item in registry.INDICATORS.items()}
    told = MeasureDefinition.objects.values_list("code", "unit_of_measure__dimension", "unit_of_measure__scale")
    pure = formulas.PURE_DIMENSIONS
    measured = {code: Measured("" if kind in pure else kind, scale) for code, kind, scale in told}
    return Known(found, measured)
