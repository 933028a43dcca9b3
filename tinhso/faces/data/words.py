"""Codes as words for the portal's pages."""

from django.utils.translation import gettext_lazy as _

CYCLES = {
    "continual": _("liên tục"),
    "daily": _("hằng ngày"),
    "weekly": _("hằng tuần"),
    "monthly": _("hằng tháng"),
    "quarterly": _("hằng quý"),
    "yearly": _("hằng năm"),
    "irregular": _("khi có thay đổi"),
    "never": _("không cập nhật nữa"),
}
PARTS = {
    "complete": _("Đầy đủ (30)"),
    "described": _("Có mô tả (20)"),
    "fresh": _("Cập nhật đúng kỳ (20)"),
    "open": _("Định dạng, giấy phép mở (20)"),
    "answerable": _("Có đầu mối (10)"),
}
OPERATORS = [
    ("eq", _("bằng")),
    ("ne", _("khác với")),
    ("contains", _("có chứa")),
    ("starts", _("bắt đầu bằng")),
    ("gte", _("từ (≥)")),
    ("lte", _("đến (≤)")),
    ("gt", _("lớn hơn")),
    ("lt", _("nhỏ hơn")),
    ("empty", _("để trống")),
]
FUNCTIONS = [
    ("count", _("đếm dòng")),
    ("sum", _("cộng")),
    ("avg", _("trung bình")),
    ("min", _("nhỏ nhất")),
    ("max", _("lớn nhất")),
    ("distinct", _("đếm giá trị khác nhau")),
]
KINDS = {
    "string": _("chữ"),
    "integer": _("số nguyên"),
    "number": _("số"),
    "boolean": _("có/không"),
    "date": _("ngày tháng"),
    "datetime": _("thời điểm"),
    "year": _("năm"),
    "geometry": _("hình trên bản đồ"),
}
# The descriptions a dataset's page leads machines to, by their place in its address.
DESCRIPTIONS = {
    "dcat.ttl": _("DCAT-AP, dạng Turtle: cho các cổng dữ liệu khác"),
    "croissant.json": _("Croissant: cho công cụ học máy"),
    "datapackage.json": _("Data Package: các bảng và từ điển dữ liệu"),
    "csvw.json": _("CSV on the Web: kiểu và nghĩa của từng cột"),
    "openapi.json": _("OpenAPI: các lời gọi của bộ dữ liệu"),
}
