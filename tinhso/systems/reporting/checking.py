"""What a version still lacks before it may be published, each fault in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import MeasureDefinition, SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.indicators.registry import MEASURES
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.reporting import words
from tinhso.systems.reporting.models import FormVersion, Regime
from tinhso.systems.reporting.rules import formulas
from tinhso.systems.reporting.rules.content import KEY, MOST_CELLS, CellKind, Form
from tinhso.systems.reporting.rules.formulas import PREVIOUS, Cell
from tinhso.systems.reporting.rules.periods import CutOff


def faults(version: FormVersion) -> list[str]:
    """Everything that stands in the way of publishing."""
    found = [*_schedule(version), *_reporters(version)]
    shape = list(_shape(version.content))
    if shape:
        return found + shape
    form = version.form
    return [*found, *_cells(version, form), *_formulas(form), *_checks(version, form)]


def _schedule(version: FormVersion) -> Iterator[str]:
    if not version.legal_basis.strip():
        yield _("Chưa ghi căn cứ pháp lý.")
    if not 1 <= version.due_days <= 60:
        yield _("Hạn gửi phải từ 1 đến 60 ngày làm việc sau ngày chốt.")
    if version.cut_off == CutOff.OWN:
        most = 7 if version.frequency == PeriodKind.WEEK else 31
        if not 1 <= version.close_day <= most:
            yield _("Ngày chốt riêng phải từ 1 đến %(most)s.") % {"most": most}
    if version.valid_from is None:
        yield _("Chưa chọn kỳ bắt đầu áp dụng.")
    elif AnyPeriod.of(version.frequency, version.valid_from).first_day != version.valid_from:
        yield _("Ngày bắt đầu áp dụng phải là ngày đầu của một kỳ.")
    elif _already_opened(version):
        yield _("Từ ngày này đã có kỳ mở theo phiên bản cũ. Hãy chọn kỳ bắt đầu muộn hơn.")


def _already_opened(version: FormVersion) -> bool:
    return version.regime.duties.exclude(form=version).filter(period_on__gte=version.valid_from).exists()


def _reporters(version: FormVersion) -> Iterator[str]:
    if not version.reporter_kinds and not version.reporter_ids:
        yield _("Chưa chọn đơn vị phải báo cáo.")
    if [kind for kind in version.reporter_kinds if kind not in UnitKind.values]:
        yield _("Có loại đơn vị không có trong hệ thống.")
    ids = version.reporter_ids
    if ids and Unit.objects.filter(pk__in=ids).count() != len(set(ids)):
        yield _("Có đơn vị trong danh sách không còn trong hệ thống.")


def _shape(content: dict[str, object]) -> Iterator[str]:
    """Whether the JSON can be read as a form at all; nothing else is asked of it before."""
    try:
        form = _read(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        yield _("Biểu mẫu không đọc được.")
        return
    if not any(section.rows and section.columns for section in form.sections):
        yield _("Biểu mẫu chưa có dòng, cột nào.")
    keys = [row.key for section in form.sections for row in section.rows]
    keys_of_sections = [section.key for section in form.sections]
    columns = [[column.key for column in section.columns] for section in form.sections]
    for group in (keys, keys_of_sections, *columns):
        for key in group:
            if not KEY.fullmatch(key):
                yield _("Mã “%(key)s” không đúng dạng: chữ thường không dấu, số và gạch dưới.") % {"key": key}
        if len(set(group)) != len(group):
            yield _("Có mã dòng, cột hoặc phần bị trùng.")
    if sum(len(section.rows) * len(section.columns) for section in form.sections) > MOST_CELLS:
        yield _("Biểu mẫu quá lớn: nhiều nhất %(most)s ô.") % {"most": MOST_CELLS}


def _read(content: dict[str, object]) -> Form:
    from tinhso.systems.reporting.rules import content as rules

    return rules.read(content)


def _cells(version: FormVersion, form: Form) -> Iterator[str]:
    for section, row, column, spec in form.places():
        name = form.names[spec.code]
        if not section.title.strip() or not row.title.strip() or not column.title.strip():
            yield _("Có phần, dòng hoặc cột chưa có tên.")
            return
        if spec.kind is CellKind.LIVE and spec.measure not in MEASURES:
            yield _("Ô “%(cell)s” lấy số trực tiếp nhưng chưa chọn phép đếm.") % {"cell": name}
        if spec.kind in (CellKind.TYPED, CellKind.COMPUTED) and spec.measure:
            yield from _told(version, spec.measure, name)
        if not 0 <= spec.shape.decimals <= 4:
            yield _("Ô “%(cell)s”: số chữ số lẻ phải từ 0 đến 4.") % {"cell": name}
        least, most = spec.shape.least, spec.shape.most
        if least is not None and most is not None and least > most:
            yield _("Ô “%(cell)s”: mức thấp nhất lớn hơn mức cao nhất.") % {"cell": name}
    if not form.by_hand and not form.of_kind(CellKind.LIVE):
        yield _("Biểu mẫu không có ô nào để lấy số.")


def _told(version: FormVersion, code: str, name: str) -> Iterator[str]:
    """The measure that approved figures go to: told by people, and of the report's own frequency."""
    known = MeasureDefinition.objects.filter(code=code).first()
    if known is None or known.source_kind == SourceKind.LIVE:
        yield _("Ô “%(cell)s”: không có số liệu cơ sở nhập tay mang mã “%(code)s”.") % {"cell": name, "code": code}
    elif known.frequency != version.frequency:
        yield _("Ô “%(cell)s”: số liệu “%(code)s” báo cáo theo %(frequency)s, khác tần suất của chế độ.") % {
            "cell": name,
            "code": code,
            "frequency": known.get_frequency_display(),
        }


def _formulas(form: Form) -> Iterator[str]:
    nodes = {}
    for code, spec in form.of_kind(CellKind.COMPUTED).items():
        name = form.names[code]
        try:
            nodes[code] = formulas.parse_formula(spec.formula)
        except formulas.Wrong as bad:
            yield _("Ô “%(cell)s”: %(why)s") % {"cell": name, "why": words.formula_sentence(bad)}
            continue
        for cell in formulas.cells_of(nodes[code]):
            if cell.source:
                yield _("Ô “%(cell)s”: ô tính chỉ dùng được ô của chính biểu mẫu này.") % {"cell": name}
            elif not _is_number(form, cell.code):
                yield _("Ô “%(cell)s”: không có ô số “%(code)s”.") % {"cell": name, "code": cell.code}
    try:
        formulas.in_order(nodes)
    except formulas.Circle as cycle:
        names = " → ".join(form.names[code] for code in cycle.codes)
        yield _("Các ô tính vòng vào nhau: %(cells)s.") % {"cells": names}


def _is_number(form: Form, code: str) -> bool:
    return code in form.cells and form.cells[code].is_number


def _checks(version: FormVersion, form: Form) -> Iterator[str]:
    keys = [check.key for check in form.checks]
    if len(set(keys)) != len(keys):
        yield _("Có hai quy tắc kiểm tra trùng mã.")
    for check in form.checks:
        if not check.sentence.strip():
            yield _("Quy tắc “%(key)s” chưa có câu báo lỗi.") % {"key": check.key}
        try:
            parsed = formulas.parse_check(check.must)
        except formulas.Wrong as bad:
            yield _("Quy tắc “%(key)s”: %(why)s") % {"key": check.key, "why": words.formula_sentence(bad)}
            continue
        for cell in formulas.cells_of(parsed):
            if not _is_known(version, form, cell):
                yield _("Quy tắc “%(key)s”: không có ô “%(code)s”.") % {"key": check.key, "code": str(cell)}


def _is_known(version: FormVersion, form: Form, cell: Cell) -> bool:
    """Cells of words may only be asked whether they are filled; numbers may be compared. Elsewhere: as published."""
    if cell.source in ("", PREVIOUS):
        return cell.code in form.cells
    other = Regime.objects.filter(code=cell.source).exclude(pk=version.regime_id).first()
    newest = other.versions.filter(state="published").order_by("-number").first() if other else None
    return newest is not None and _is_number(newest.form, cell.code)
