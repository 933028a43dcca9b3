"""Codes as sentences: faults of numbers and formulas, states, periods, acts of the log."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.indicators.checking import sentence
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.text import number_words
from tinhso.systems.reporting.rules import formulas
from tinhso.systems.reporting.rules.content import CellSpec
from tinhso.systems.reporting.rules.disclosing import Risk
from tinhso.systems.reporting.rules.numbers import BadNumber, Fault, write
from tinhso.systems.reporting.rules.periods import Span
from tinhso.systems.reporting.rules.states import Timeliness


def number_sentence(bad: BadNumber, spec: CellSpec) -> str:
    """Why the words are no number for this cell, and how to write it."""
    given = {"text": bad.text.strip()[:40], "least": write(spec.shape.least), "most": write(spec.shape.most)}
    if bad.fault not in _NUMBER:
        return number_words.sentence(bad.fault, bad.text)
    return _NUMBER[bad.fault]() % (given | {"decimals": spec.shape.decimals})


_NUMBER: dict[Fault, Callable[[], str]] = {
    Fault.NOT_WHOLE: lambda: _("“%(text)s”: ô này chỉ nhận số nguyên. Muốn viết một nghìn hãy ghi 1.000 hoặc 1000."),
    Fault.TOO_MANY_DECIMALS: lambda: _("“%(text)s”: ô này nhận nhiều nhất %(decimals)s chữ số sau dấu phẩy."),
    Fault.TOO_LARGE: lambda: _("“%(text)s” quá lớn. Hãy kiểm tra lại đơn vị tính."),
    Fault.TOO_SMALL: lambda: _("“%(text)s” nhỏ hơn mức thấp nhất của ô là %(least)s."),
    Fault.ABOVE: lambda: _("“%(text)s” lớn hơn mức cao nhất của ô là %(most)s."),
}


_OF_CHECKS: dict[str, Callable[[], str]] = {
    "bad_code": lambda: _("“%(what)s” không phải tên ô; ô viết dạng {dòng.cột}."),
    "needs_a_cell": lambda: _("Sau “%(what)s” phải là một ô trong ngoặc, ví dụ %(what)s({dòng.cột})."),
    "needs_comparison": lambda: _("Quy tắc phải so sánh hai vế bằng =, <>, <, <=, > hoặc >=."),
}


def formula_sentence(wrong: formulas.Wrong) -> str:
    """Where the formula stops making sense."""
    own = _OF_CHECKS.get(wrong.reason)
    return own() % {"what": wrong.what} if own else sentence(wrong, formulas.GRAMMAR)


def period_name(period: AnyPeriod) -> str:
    """tháng 11/2026, quý IV/2026, 6 tháng đầu năm 2026…"""
    day = period.first_day
    match period.kind:
        case PeriodKind.DAY:
            return _("ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"}
        case PeriodKind.WEEK:
            year, week, _weekday = day.isocalendar()
            return _("tuần %(week)s/%(year)s") % {"week": week, "year": year}
        case PeriodKind.MONTH:
            return _("tháng %(month)s/%(year)s") % {"month": day.month, "year": day.year}
        case PeriodKind.QUARTER:
            return _("quý %(quarter)s/%(year)s") % {
                "quarter": ("I", "II", "III", "IV")[day.month // 3],
                "year": day.year,
            }
        case PeriodKind.HALF:
            words = _("6 tháng đầu năm %(year)s") if day.month == 1 else _("6 tháng cuối năm %(year)s")
            return words % {"year": day.year}
    return _("năm %(year)s") % {"year": day.year}


def span_words(span: Span) -> str:
    return _("từ %(first)s đến hết %(last)s") % {
        "first": f"{span.first:%d/%m/%Y}",
        "last": f"{span.last:%d/%m/%Y}",
    }


TIMELINESS = {
    Timeliness.ON_TIME: gettext_lazy("gửi đúng hạn"),
    Timeliness.LATE: gettext_lazy("gửi quá hạn"),
    Timeliness.OVERDUE: gettext_lazy("quá hạn, chưa gửi"),
    Timeliness.WAITING: gettext_lazy("chưa đến hạn"),
}
TIMELINESS_TONES = {
    Timeliness.ON_TIME: "ok",
    Timeliness.LATE: "warn",
    Timeliness.OVERDUE: "danger",
    Timeliness.WAITING: "info",
}
STATE_TONES = {"draft": "nodata", "submitted": "info", "signed": "lam", "approved": "ok", "returned": "warn"}
STEPS = {
    "begun": gettext_lazy("bắt đầu nhập"),
    "submitted": gettext_lazy("trình lãnh đạo đơn vị"),
    "taken_back": gettext_lazy("đơn vị rút lại báo cáo để sửa"),
    "sent_back": gettext_lazy("lãnh đạo đơn vị trả lại"),
    "signed": gettext_lazy("lãnh đạo đơn vị ký, gửi báo cáo"),
    "confirmed": gettext_lazy("lãnh đạo đơn vị xác nhận, gửi báo cáo"),
    "returned": gettext_lazy("cơ quan nhận trả lại"),
    "approved": gettext_lazy("cơ quan nhận duyệt"),
    "asked": gettext_lazy("xin đính chính"),
    "demanded": gettext_lazy("cơ quan nhận yêu cầu đính chính"),
    "agreed": gettext_lazy("đồng ý cho đính chính"),
    "refused": gettext_lazy("không đồng ý đính chính"),
    "correction": gettext_lazy("mở bản đính chính"),
    "passed_on": gettext_lazy("chuyển nhiệm vụ báo cáo cho đơn vị kế thừa"),
    "uploaded": gettext_lazy("ghi số liệu từ tệp Excel"),
}
ACTS = {
    "reporting.regime.created": gettext_lazy("lập chế độ báo cáo"),
    "reporting.regime.ended": gettext_lazy("kết thúc chế độ báo cáo"),
    "reporting.version.begun": gettext_lazy("soạn phiên bản chế độ báo cáo"),
    "reporting.version.changed": gettext_lazy("sửa bản soạn chế độ báo cáo"),
    "reporting.version.published": gettext_lazy("ban hành phiên bản chế độ báo cáo"),
    "reporting.version.dropped": gettext_lazy("bỏ bản soạn chế độ báo cáo"),
    "reporting.duty.opened": gettext_lazy("mở kỳ báo cáo"),
    "reporting.duty.passed_on": gettext_lazy("chuyển nhiệm vụ báo cáo cho đơn vị kế thừa"),
    "reporting.duty.lapsed": gettext_lazy("thôi yêu cầu báo cáo"),
    "reporting.report.begun": gettext_lazy("bắt đầu nhập báo cáo"),
    "reporting.report.filled": gettext_lazy("nhập số liệu báo cáo"),
    "reporting.report.submitted": gettext_lazy("trình báo cáo"),
    "reporting.report.sent_back": gettext_lazy("trả báo cáo cho người nhập"),
    "reporting.report.signed": gettext_lazy("ký, gửi báo cáo"),
    "reporting.report.confirmed": gettext_lazy("xác nhận, gửi báo cáo"),
    "reporting.report.returned": gettext_lazy("trả lại báo cáo"),
    "reporting.report.approved": gettext_lazy("duyệt báo cáo"),
    "reporting.correction.asked": gettext_lazy("yêu cầu đính chính báo cáo"),
    "reporting.correction.agreed": gettext_lazy("đồng ý đính chính báo cáo"),
    "reporting.correction.refused": gettext_lazy("không đồng ý đính chính báo cáo"),
    "reporting.correction.begun": gettext_lazy("mở bản đính chính báo cáo"),
    "reporting.workbook.tried": gettext_lazy("đọc thử tệp Excel của báo cáo"),
    "reporting.workbook.taken": gettext_lazy("ghi số liệu từ tệp Excel"),
    "reporting.figures.published": gettext_lazy("công bố số liệu báo cáo"),
    "reporting.figures.made_public": gettext_lazy("công khai số liệu đã công bố"),
    "reporting.figures.no_longer_public": gettext_lazy("thôi công khai số liệu đã công bố"),
    "reporting.report.taken_back": gettext_lazy("rút lại báo cáo đã trình"),
    "reporting.package.resent": gettext_lazy("gửi lại báo cáo lên hệ thống quốc gia"),
    "reporting.package.sent": gettext_lazy("gửi báo cáo lên hệ thống quốc gia"),
}
RISKS = {
    Risk.SMALL: gettext_lazy("số đếm nhỏ, có thể chỉ đích danh vài người"),
    Risk.SHARE: gettext_lazy("tỷ lệ để lộ một số đếm nhỏ"),
    Risk.WORDS: gettext_lazy("lời văn, có thể nhắc đến người cụ thể"),
    Risk.PERSON: gettext_lazy("lời văn có số định danh, điện thoại hoặc thư điện tử"),
}
# What a person confirms who has looked at these cells.
VOUCHED = {
    Risk.SMALL: gettext_lazy("Tôi xác nhận dòng này không đếm người"),
    Risk.SHARE: gettext_lazy("Tôi xác nhận tỷ lệ này không nói về người"),
    Risk.WORDS: gettext_lazy("Tôi đã đọc từng ô, không có thông tin về cá nhân"),
}
