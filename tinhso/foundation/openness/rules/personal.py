"""What looks like personal data in a table: patterns, headings and thresholds.

Who measures goes over all rows; here is what a measured share means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# RE2 syntax, for the whole column at once. A personal identity number: 12 digits, the first three a province (001-096).
IDENTITY = r"(^|[^0-9.])0([0-8][0-9]|9[0-6])[0-9]{9}([^0-9.]|$)"
PHONE = r"(^|[^0-9])(0|\+?84[ .]?)[35789][0-9]([ .]?[0-9]){7}([^0-9]|$)"
MAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đào|Đoàn|Trịnh|Mai|Cao|Lương|Tô|Tạ|Hà|"
    "Thái|Chu|Châu|Quách|Lưu|Kiều|Tăng|Nghiêm|Văn|Biện|Từ|La|Thân|Bạch"
)
NAME = rf"^({SURNAMES})( \p{{Lu}}[\p{{L}}\p{{M}}]*){{1,4}}$"
ADDRESS = (
    r"(?i)(^|[ ,])(số nhà|số \d+|thôn|xóm|ngõ|ngách|kiệt|hẻm|tổ dân phố|khối phố|đường)[ ]+[^,]+,.*(xã|phường|thị trấn)"
)

# Headings that announce a person, without marks.
_HEADINGS = {
    "identity": r"(cccd|cmnd|can_?cuoc|chung_?minh|so_?dinh_?danh|identity_?n|national_?id|ma_?so_?thue_?ca_?nhan)",
    "phone": r"(dien_?thoai|so_?dt|sdt|phone|mobile|di_?dong)",
    "mail": r"(e_?mail|thu_?dien_?tu)",
    "name": r"(^|_)(ho_?(va_?)?ten|ho_?dem|chu_?ho|nguoi_?nop|full_?name|ten_?nguoi)",
    "address": r"(dia_?chi_?(nha|thuong_?tru|cu_?tru)|noi_?cu_?tru|thuong_?tru|so_?nha|home_?address)",
    "birth": r"(ngay_?sinh|nam_?sinh|sinh_?ngay|birth|dob)",
}
PATTERNS = {"identity": IDENTITY, "phone": PHONE, "mail": MAIL, "name": NAME, "address": ADDRESS}
# From which share of the filled cells on a column counts as personal. One identity number is one too many.
SHARES = {"identity": 0.0, "phone": 0.0, "mail": 0.0, "name": 0.3, "address": 0.1}


@dataclass(frozen=True)
class Finding:
    """Why a column (or the table, column "") may not be published: a code, how many cells, of how many."""

    column: str
    reason: str
    cells: int = 0
    of: int = 0


def told_by_heading(name: str) -> str | None:
    """The kind of personal data that a column's own name announces, or None."""
    plain = re.sub(r"[^a-z0-9]+", "_", _bare(name.lower()))
    return next((reason for reason, pattern in _HEADINGS.items() if re.search(pattern, plain)), None)


def _bare(text: str) -> str:
    import unicodedata

    kept = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(ch for ch in kept if not unicodedata.combining(ch))


def judge(column: str, filled: int, met: Mapping[str, int]) -> list[Finding]:
    """Findings of one column from how many of its filled cells meet each pattern."""
    found = [
        Finding(column, reason, cells, filled)
        for reason, cells in met.items()
        if cells and filled and cells / filled > SHARES[reason]
    ]
    heading = told_by_heading(column)
    if heading and filled and heading not in {one.reason for one in found}:
        found.append(Finding(column, f"heading_{heading}", filled, filled))
    return found
