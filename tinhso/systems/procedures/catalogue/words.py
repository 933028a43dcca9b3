"""The words for facts, faults, acts and terms: the same on every screen and in what the command line prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.systems.procedures.catalogue import rules
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, FeeCertainty, Level, Unit
from tinhso.systems.procedures.models import Channel, ServiceKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACTS: dict[str, _StrPromise] = {
    "procedures.catalogue.loaded": gettext_lazy("nạp danh mục thủ tục"),
    "procedures.catalogue.confirmed": gettext_lazy("xác nhận nội dung thủ tục"),
    "procedures.catalogue.reasoned": gettext_lazy("ghi lý do chưa toàn trình"),
    "procedures.catalogue.linked": gettext_lazy("nối thủ tục của tỉnh với danh mục"),
}

PART_NAMES: dict[str, _StrPromise] = {
    "term": gettext_lazy("thời hạn"),
    "fee": gettext_lazy("phí, lệ phí"),
    "papers": gettext_lazy("thành phần hồ sơ"),
    "body": gettext_lazy("cơ quan có thẩm quyền"),
    "basis": gettext_lazy("căn cứ pháp lý"),
    "code": gettext_lazy("mã thủ tục"),
}

FAULTS: dict[str, _StrPromise] = {
    "missing": gettext_lazy("cột %(column)s để trống"),
    "not-text": gettext_lazy("cột %(column)s không phải chữ: %(value)s"),
    "too-long": gettext_lazy("cột %(column)s quá dài (%(value)s ký tự)"),
    "unknown-word": gettext_lazy("cột %(column)s có giá trị không biết: %(value)s"),
    "not-a-number": gettext_lazy("cột %(column)s không phải số nguyên: %(value)s"),
    "out-of-range": gettext_lazy("cột %(column)s ngoài giới hạn: %(value)s"),
    "not-a-day": gettext_lazy("cột %(column)s không phải ngày (năm-tháng-ngày): %(value)s"),
    "not-a-list": gettext_lazy("cột %(column)s không phải danh sách: %(value)s"),
    "too-many": gettext_lazy("cột %(column)s có quá nhiều mục: %(value)s"),
    "not-an-object": gettext_lazy("cột %(column)s không đúng dạng: %(value)s"),
    "not-a-code": gettext_lazy("mã thủ tục không đúng dạng: %(value)s"),
    "no-unit": gettext_lazy("cột %(column)s có số mà không có đơn vị"),
    "not-an-address": gettext_lazy("cột %(column)s không phải địa chỉ http, https: %(value)s"),
    "twice": gettext_lazy("mã đứng hai lần trong tệp, dòng kia: %(value)s"),
    "not-a-row": gettext_lazy("%(value)s"),
    "no-day": gettext_lazy("không biết tính từ ngày nào: hãy thêm cột as_of hoặc nói ngày khi nạp"),
    "older": gettext_lazy("cũ hơn phiên bản đang có (từ %(value)s)"),
}


def fault_sentence(fault: rules.Fault) -> str:
    """What is wrong, in words an officer can act on."""
    return str(FAULTS[fault.kind]) % {"column": fault.column, "value": fault.value}


def fact_name(fact: str) -> str:
    """A fact as screens call it."""
    return str(CatalogueEntry._meta.get_field(fact).verbose_name)  # type: ignore[union-attr]


def term_words(value: int | None, unit: str) -> str:
    """A term in words; what the source does not say is said to be unknown."""
    if value is None:
        return _("Chưa rõ thời hạn")
    number = {"number": value}
    if unit == Unit.WORKING_DAY:
        return ngettext("%(number)d ngày làm việc", "%(number)d ngày làm việc", value) % number
    if unit == Unit.WORKING_HOUR:
        return ngettext("%(number)d giờ làm việc", "%(number)d giờ làm việc", value) % number
    if unit == Unit.HOUR:
        return ngettext("%(number)d giờ", "%(number)d giờ", value) % number
    if unit == Unit.MONTH:
        return ngettext("%(number)d tháng", "%(number)d tháng", value) % number
    return ngettext("%(number)d ngày", "%(number)d ngày", value) % number


def money(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")


def fee_words(entry: CatalogueEntry) -> str:
    """The fee in a few words. A bare zero of the source is told as what it is: not yet known."""
    amounts = sorted({item["vnd"] for item in entry.fee_items if item.get("vnd")})
    if entry.fee_vnd:
        return money(entry.fee_vnd)
    if len(amounts) > 1:
        return _("Từ %(least)s đến %(most)s, tùy trường hợp") % {"least": money(amounts[0]), "most": money(amounts[-1])}
    if entry.fee_vnd == 0 and entry.fee_seen == "yes":
        return _("Không thu")
    if entry.fee_seen == "zero":
        return _("Nguồn ghi 0 đồng")
    return entry.fee_note.split(". ")[0] if entry.fee_note else _("Chưa rõ mức thu")


def channel_words(channels: list[str]) -> str:
    """Ways to file, in words."""
    named = {
        Channel.ONLINE: _("trực tuyến"),
        Channel.DESK: _("tại bộ phận một cửa"),
        Channel.POST: _("qua bưu chính công ích"),
    }
    found = [str(name) for channel, name in named.items() if str(channel) in channels]
    return _(" hoặc ").join(found)


def value_words(fact: str, value: Any) -> str:
    """A fact's value as a person reads it, for the difference between two versions."""
    if value in (None, "", [], {}):
        return "–"
    if fact in READERS:
        return str(READERS[fact](value))
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if hasattr(value, "isoformat"):
        return date_format(value, "d/m/Y")
    return str(value)


def _fee_item(item: dict[str, Any]) -> str:
    return " ".join([money(item["vnd"]), item.get("note", "")]).strip()


def _term(term: dict[str, Any]) -> str:
    return f"{channel_words([term['channel']])}: {term_words(term['value'], term['unit'])}"


READERS: dict[str, Callable[[Any], object]] = {
    "level": lambda value: Level(value).label,
    "online_level": lambda value: ServiceKind(value).label,
    "term_unit": lambda value: Unit(value).label,
    "channels": channel_words,
    "papers": lambda value: "; ".join(paper["name"] for paper in value),
    "fee_items": lambda value: "; ".join(_fee_item(item) for item in value),
    "terms": lambda value: "; ".join(_term(term) for term in value),
    "fee_vnd": money,
    "fee_seen": lambda value: FeeCertainty(value).label,
}


# More refused rows than this are told by their number.
MOST_BAD_TOLD = 50


def bad_lines(bad: list[rules.Row]) -> list[str]:
    """Refused rows by number, each with every reason."""
    lines = []
    for row in bad[:MOST_BAD_TOLD]:
        reasons = "; ".join(fault_sentence(fault) for fault in row.faults)
        named = f" ({row.code})" if row.code else ""
        lines.append(
            _("Dòng %(number)d%(named)s: %(reasons)s") % {"number": row.number, "named": named, "reasons": reasons}
        )
    left = len(bad) - MOST_BAD_TOLD
    if left > 0:
        lines.append(ngettext("… và %(left)d dòng nữa", "… và %(left)d dòng nữa", left) % {"left": left})
    return lines
