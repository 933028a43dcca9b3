"""The words of proactive services: acts, notices, how the province knows, what came of a reminder."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.notices.texts import Text
from tinhso.systems.procedures.proactive.models import Reminder
from tinhso.systems.procedures.proactive.rules import State

ACTS = {
    "proactive.reminder.sent": gettext_lazy("nhắc việc chủ động"),
    "proactive.reminder.prepared": gettext_lazy("chuẩn bị hồ sơ cho người dân"),
    "proactive.reminder.filed": gettext_lazy("nộp hồ sơ được nhắc"),
    "proactive.reminder.answered": gettext_lazy("trả lời việc được nhắc"),
    "proactive.reminder.ended": gettext_lazy("thôi nhắc"),
    "proactive.opt_out.given": gettext_lazy("từ chối nhắc việc"),
    "proactive.opt_out.withdrawn": gettext_lazy("nhận nhắc việc trở lại"),
    "proactive.rule.published": gettext_lazy("ban hành quy tắc nhắc việc"),
    "proactive.rule.ended": gettext_lazy("dừng quy tắc nhắc việc"),
    "proactive.death.noted": gettext_lazy("ghi nhận người đã mất để không nhắc"),
}

# No SMS: a night's reminder must not ring a telephone, and a text message would tell whoever holds it.
TOLD = Text(
    "proactive.told",
    gettext_lazy("Tỉnh nhắc bạn: %(title)s"),
    gettext_lazy("%(why)s Mở “Việc tỉnh nhắc bạn” để xem việc cần làm. Bạn có thể để sau hoặc không nhận nhắc nữa."),
)
PREPARED = Text(
    "proactive.prepared",
    gettext_lazy("Tỉnh đã chuẩn bị hồ sơ: %(title)s"),
    gettext_lazy(
        "%(why)s Hồ sơ đã điền sẵn phần tỉnh có; bạn kiểm tra, bổ sung và quyết định nộp hay không. "
        "Chưa có gì được gửi đi."
    ),
)
TEXTS = (TOLD, PREPARED)

STATES = {
    State.TOLD: (gettext_lazy("đã nhắc"), "info"),
    State.PREPARED: (gettext_lazy("hồ sơ đã chuẩn bị"), "lam"),
    State.FILED: (gettext_lazy("bạn đã nộp hồ sơ"), "ok"),
    State.LATER: (gettext_lazy("bạn chọn để sau"), "nodata"),
    State.DONE: (gettext_lazy("bạn báo đã làm"), "ok"),
    State.ENDED: (gettext_lazy("tỉnh thôi nhắc"), "nodata"),
}

ENDINGS = {
    "opt_out": gettext_lazy("bạn không nhận nhắc"),
    "annulled": gettext_lazy("kết quả làm căn cứ đã bị huỷ"),
    "corrected": gettext_lazy("thông tin làm căn cứ đã được sửa"),
    "deceased": gettext_lazy("người được nhắc đã mất"),
    "over": gettext_lazy("đã qua thời gian nên làm"),
}

PARAMS = {
    "within_days": gettext_lazy("nhắc trong bao nhiêu ngày sau sự việc"),
    "years": gettext_lazy("độ tuổi"),
    "lead_days": gettext_lazy("nhắc trước bao nhiêu ngày"),
    "until_days": gettext_lazy("nhắc muộn nhất bao nhiêu ngày sau"),
    "months": gettext_lazy("kết quả dùng được bao nhiêu tháng"),
    "open_month": gettext_lazy("mùa tuyển sinh từ tháng"),
    "close_month": gettext_lazy("đến tháng"),
}


def why(reminder: Reminder) -> str:
    """How the province knows: which record, whose, of which day."""
    return why_of(reminder.facts, str(reminder.about_name))


def why_of(facts: dict[str, Any], about: str) -> str:
    """The sentence of a set of facts."""
    values = {name: _plain(value) for name, value in facts.items()} | {"about": about}
    return _sentences()[facts["how"]] % values


def _sentences() -> dict[str, str]:
    return {
        "result": _("Ngày %(on)s, %(unit)s đã cấp %(result)s cho hồ sơ %(code)s của bạn."),
        "age": _("Theo ngày sinh %(born)s trong hồ sơ định danh của bạn, ngày %(reached)s bạn đủ %(years)s tuổi."),
        "child_age": _("Theo %(record)s, %(about)s sinh ngày %(born)s và đủ %(years)s tuổi vào ngày %(reached)s."),
        "school": _("Theo %(record)s, %(about)s sinh ngày %(born)s, năm nay đến tuổi vào lớp mới."),
        "expiry": _("%(result)s cấp ngày %(on)s cho hồ sơ %(code)s của bạn dùng được đến hết ngày %(expires)s."),
        "expiry_stated": _("%(result)s của hồ sơ %(code)s dùng được đến hết ngày %(expires)s, theo hạn bạn đã ghi."),
        "business": _("Ngày %(on)s, cơ sở %(name)s do bạn đại diện được ghi nhận trong hệ thống."),
    }


def record_name(facts: dict[str, Any]) -> str:
    """The record that a child is known by."""
    if facts.get("household"):
        return _("sổ hộ gia đình mã %(code)s") % {"code": facts["household"]}
    if facts.get("guardian"):
        return _("quyền giám hộ bạn đã được xác nhận")
    return _("Giấy khai sinh của hồ sơ %(code)s") % {"code": facts.get("code", "")}


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return record_name(value)
    text = str(value)
    return vi_day(text) if len(text) == 10 and text[4] == text[7] == "-" else text


def vi_day(iso: str) -> str:
    try:
        return f"{date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso


def source(facts: dict[str, Any]) -> str:
    """Where the data lies, in a few words."""
    return {
        "result": _("hệ thống giải quyết thủ tục hành chính của tỉnh"),
        "age": _("hồ sơ định danh của bạn"),
        "child_age": _("dữ liệu hộ tịch, hộ gia đình của tỉnh"),
        "school": _("dữ liệu hộ tịch, hộ gia đình của tỉnh"),
        "expiry": _("hệ thống giải quyết thủ tục hành chính của tỉnh"),
        "expiry_stated": _("ví giấy tờ của bạn"),
        "business": _("danh mục doanh nghiệp, hộ kinh doanh của tỉnh"),
    }[facts["how"]]
