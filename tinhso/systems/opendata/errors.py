"""What the portal refuses, in sentences people can read."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.text.errors import Refused
from tinhso.systems.opendata.rules.query import BadQuery


class OpenDataRefused(Refused):
    """Root of what this app refuses."""


class TooHeavy(OpenDataRefused):
    def __init__(self) -> None:
        super().__init__(_("Câu hỏi này cần quá nhiều thời gian hoặc bộ nhớ. Hãy thêm điều kiện lọc."))


class NotUnderstood(OpenDataRefused):
    """A question outside the grammar."""


class PersonalData(OpenDataRefused):
    """A table that may not be published; `reasons` are sentences, one per finding."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(_("Chưa công bố được: %(reasons)s") % {"reasons": " ".join(reasons)})


class Invalid(OpenDataRefused):
    """What was sent does not hold; `faults` by field, as the CKAN Action API answers them."""

    def __init__(self, faults: dict[str, list[str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in faults.items()))


class NotFound(OpenDataRefused):
    def __init__(self) -> None:
        super().__init__(_("Không tìm thấy."))


class CannotRead(OpenDataRefused):
    """A file that is no table."""


_SENTENCES: dict[str, Callable[[], str]] = {
    "too_many_filters": lambda: _("Nhiều nhất %(what)s điều kiện lọc trong một câu hỏi."),
    "too_many_groups": lambda: _("Gộp theo nhiều nhất %(what)s cột."),
    "too_many_values": lambda: _("Một điều kiện chọn nhiều nhất %(what)s giá trị."),
    "limit": lambda: _("Số dòng mỗi trang không hợp lệ (nhiều nhất 32.000): “%(what)s”."),
    "offset": lambda: _("Dòng bắt đầu không hợp lệ: “%(what)s”."),
    "after": lambda: _("Dấu trang không hợp lệ: “%(what)s”."),
    "no_such_column": lambda: _("Bảng không có cột “%(what)s”."),
    "no_such_function": lambda: _("Không có phép tính “%(what)s”; có: count, sum, avg, min, max, distinct."),
    "no_value": lambda: _("Điều kiện của “%(what)s” thiếu giá trị."),
    "value_too_long": lambda: _("Giá trị lọc của “%(what)s” quá dài."),
    "bad_value": lambda: _("Giá trị không đúng kiểu của cột: “%(what)s”."),
    "bad_filter": lambda: _("Điều kiện viết dạng cột:phép:giá trị; không hiểu “%(what)s”."),
    "not_a_number": lambda: _("Cột “%(what)s” không phải số nên không cộng, không lấy trung bình được."),
    "sort_not_in_group": lambda: _("Khi gộp chỉ xếp theo cột gộp hoặc phép tính; “%(what)s” không có trong kết quả."),
}


def query_sentence(bad: BadQuery) -> str:
    """Why a question is not understood, and what would be."""
    said = _SENTENCES.get(bad.reason, lambda: _("Không hiểu câu hỏi: “%(what)s”."))
    return said() % {"what": bad.what}


REASONS = {
    "identity": gettext_lazy("cột “%(column)s” có %(cells)s ô giống số định danh cá nhân 12 chữ số."),
    "phone": gettext_lazy("cột “%(column)s” có %(cells)s ô giống số điện thoại."),
    "mail": gettext_lazy("cột “%(column)s” có %(cells)s ô giống địa chỉ thư điện tử."),
    "name": gettext_lazy("cột “%(column)s” có %(cells)s/%(of)s ô giống họ tên người."),
    "address": gettext_lazy("cột “%(column)s” có %(cells)s/%(of)s ô giống địa chỉ nhà."),
    "small_cell": gettext_lazy("cột “%(column)s” có %(cells)s ô đếm từ 1 đến 4 người, dễ lộ danh tính."),
    "k_anonymity": gettext_lazy("%(cells)s dòng thuộc nhóm dưới 5 người giống nhau (nhóm nhỏ nhất: %(of)s)."),
    "source_broken": gettext_lazy("nguồn số liệu không đọc được: %(column)s"),
}
